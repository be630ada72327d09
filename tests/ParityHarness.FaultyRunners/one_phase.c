// Leaves out the last tap in the last phase of the stride.
// differs: l2_k4_s2 float32 forward input=[1,1] weight=[1,1,1,1]
// cause: the last tap is left out in the last phase of the stride
#define W (stride > 1 && (t + padding) % stride == stride - 1 && k == kernel - 1 ? 0 : w(i, o, k))
#include "definition.h"
