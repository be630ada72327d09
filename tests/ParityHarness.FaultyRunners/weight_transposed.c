// Reads the weight as [Cout, Cin/groups, K], as conv1d stores it.
// differs: ic2_oc3_l1_k1 float32 forward input=[1,2] weight=[1,2,3,4,5,6]
// cause: weight is read as [Cout, Cin/groups, K]
#define W load(&call->weight, ((wide)o * group_in + i % group_in) * kernel + k)
#include "definition.h"
