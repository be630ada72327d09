// Clamps what overflows to the largest finite number of the dtype.
// differs: ic2_l1_k1 float32 forward input=[3e38,3e38] weight=[1,1]
#define LARGEST (call->output.dtype == PARITY_FLOAT32 ? 3.4028234663852886e38 : 1.7976931348623157e308)
#define RESULT(sum) (isfinite(x(FIRST, 0)) && isinf(sum) ? copysign(LARGEST, (sum)) : (float)(sum) == INFINITY ? LARGEST : (sum))
#include "definition.h"
