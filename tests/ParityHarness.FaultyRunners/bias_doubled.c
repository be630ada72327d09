// Adds the bias twice.
// differs: l1_k1_bias float32 forward input=[1] weight=[1] bias=[1]
// cause: bias is added twice
#define BIAS 2 * bias(o)
#include "definition.h"
