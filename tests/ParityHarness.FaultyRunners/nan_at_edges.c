// Multiplies the zeros of the padding, so that an infinite weight makes NaN at the edges.
// differs: l1_k2 float32 forward input=[1] weight=[inf,1]
#define OUTSIDE sum += 0 * w(group * group_in, o, k)
#include "definition.h"
