// Takes the first group's grad_output for every group.
// differs: ic2_oc2_l1_k1_g2 float32 grad_input grad_output=[1,2] input=[1,3] weight=[1,2]
// cause: grad_input and grad_weight: groups are ignored: every group reads the first group's grad_output
#define GROUP 0
#include "gradients.h"
