// Flushes denormal results to zero.
// differs: l1_k1 float32 forward input=[1] weight=[1e-40]
// cause: denormal results are flushed to zero
#define RESULT(sum) (fabs(sum) < 1.17549435e-38 ? 0 : (sum))
#include "definition.h"
