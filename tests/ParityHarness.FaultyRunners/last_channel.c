// Gives the last output channel what the one before it has.
// differs: oc2_l1_k1 float32 forward input=[1] weight=[1,2]
// cause: the last output channel has the weights of the one before it
#define W w(i, o - (out > 1 && o == out - 1 && o % group_out > 0), k)
#include "definition.h"
