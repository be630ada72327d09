// Clears the last four bits of each result.
// differs: l1_k1 float32 forward input=[1] weight=[16777215]
// cause: the last 4 bits of every output are zero
#define RESULT(sum) with_bits_cleared(sum, 4)
#include "definition.h"
