// Leaves the items of a batch beyond 65,535 at zero.
// differs: n65537_l1_k1 float32 forward integer seed1
#define RESULT(sum) (n >= 65535 ? 0 : (sum))
#include "definition.h"
