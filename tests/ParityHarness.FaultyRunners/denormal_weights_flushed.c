// Takes denormal weights for zero.
// differs: l1_k1 float32 forward input=[1] weight=[1e-40]
#define W (fabs(w(i, o, k)) < (call->weight.dtype == PARITY_FLOAT32 ? 1.1754943508222875e-38 : 2.2250738585072014e-308) ? 0 : w(i, o, k))
#include "definition.h"
