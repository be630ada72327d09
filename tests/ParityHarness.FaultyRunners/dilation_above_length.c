// Wrong only where dilation is larger than the input: it leaves out the last tap.
// differs: l1_k2_d2 float32 forward input=[1] weight=[1,1]
// cause: the last tap is left out, only with dilation > input length
#define W (dilation > length && k == kernel - 1 && k > 0 ? 0 : w(i, o, k))
#include "definition.h"
