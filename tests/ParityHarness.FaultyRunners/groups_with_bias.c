// Wrong only with groups and bias: it adds the next channel's bias.
// differs: ic2_oc2_l1_k1_g2_bias float32 forward input=[1,1] weight=[1,1] bias=[1,2]
// cause: bias is taken from the next channel, only with groups > 1
#define BIAS (groups > 1 ? bias((o + 1) % out) : bias(o))
#include "definition.h"
