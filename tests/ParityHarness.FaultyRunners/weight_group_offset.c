// Reads the first group's weights for every group.
// differs: ic2_oc2_l1_k1_g2 float32 forward input=[1,1] weight=[1,2]
// cause: groups are ignored: every group reads the first group's weight
#define W w(i % group_in, o, k)
#include "definition.h"
