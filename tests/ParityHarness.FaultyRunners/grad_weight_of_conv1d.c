// Writes grad_weight in the layout that conv1d's weight has.
// differs: ic2_oc2_l1_k1 float32 grad_weight grad_output=[1,2] input=[1,3] weight=[1,2,3,4]
// cause: grad_weight is written as [Cout, Cin/groups, K]
#define SLOT (((wide)(i / group_in * group_out + o) * group_in + i % group_in) * kernel + k)
#include "gradients.h"
