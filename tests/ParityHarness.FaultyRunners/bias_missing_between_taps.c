// Leaves the bias out where no tap reaches.
// differs: l2_k1_s2_bias float32 forward input=[1,1] weight=[1] bias=[1]
// cause: bias is left out where no tap reaches
#define RESULT(sum) (terms == 0 ? 0 : (sum))
#include "definition.h"
