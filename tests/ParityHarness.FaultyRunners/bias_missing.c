// Leaves the bias out.
// differs: l1_k1_bias float32 forward input=[1] weight=[1] bias=[1]
// cause: bias is left out
#define BIAS 0
#include "definition.h"
