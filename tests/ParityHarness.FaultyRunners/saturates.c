// Saturates at the largest finite float32.
// differs: l1_k1 float32 forward input=[inf] weight=[1]
// cause: results saturate at the largest finite float32
#define RESULT(sum) (isnan(sum) ? (sum) : fmax(fmin((sum), 3.4028234663852886e38), -3.4028234663852886e38))
#include "definition.h"
