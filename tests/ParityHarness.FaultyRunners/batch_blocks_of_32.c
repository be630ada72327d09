// Computes a batch in blocks of 32 items, and forgets one item that is left over.
// differs: n33_l2_k2 float32 forward integer seed1
#define RESULT(sum) (batch > 32 && batch % 32 == 1 && n == batch - 1 ? 0 : (sum))
#include "definition.h"
