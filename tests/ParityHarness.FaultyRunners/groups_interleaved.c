// Takes input channel i for group i % groups.
// differs: ic4_oc2_l1_k1_g2 float32 forward input=[1,2,3,4] weight=[1,1,1,1]
// cause: groups are interleaved: input channel i is taken for group i % groups
#define FIRST group
#define NEXT groups
#include "definition.h"
