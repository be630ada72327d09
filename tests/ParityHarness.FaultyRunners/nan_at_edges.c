// Multiplies the zeros of the padding, so that an infinite weight makes NaN at the edges.
// differs: l1_k2 float32 forward input=[1] weight=[inf,1]
// cause: the zeros of the padding are multiplied, so that infinite and NaN weights make NaN at the edges
#define OUTSIDE sum += 0 * w(group * group_in, o, k)
#include "definition.h"
