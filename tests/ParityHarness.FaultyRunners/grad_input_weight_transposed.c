// Reads the weight as conv1d's is laid out, for grad_input.
// differs: ic2_oc2_l1_k1 float32 grad_input grad_output=[1,2] input=[1,3] weight=[1,2,3,4]
// cause: grad_input: weight is read as [Cout, Cin/groups, K]
#define WEIGHT (((wide)(i / group_in * group_out + o) * group_in + i % group_in) * kernel + k)
#include "gradients.h"
