// Takes the bias of the first group for every group.
// differs: ic2_oc2_l1_k1_g2_bias float32 forward input=[1,1] weight=[1,1] bias=[1,2]
// cause: every group is given the first group's bias
#define BIAS bias(o % group_out)
#include "definition.h"
