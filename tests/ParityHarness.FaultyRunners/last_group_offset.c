// Starts the last group one channel too early.
// differs: ic2_oc2_l1_k1_g2 float32 forward input=[1,2] weight=[1,1]
// cause: the last group starts one channel too early
#define FIRST (group * group_in - (groups > 1 && group == groups - 1))
#include "definition.h"
