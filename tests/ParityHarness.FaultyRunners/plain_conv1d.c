// Computes conv1d instead: output t gathers input t*stride + k*dilation - padding.
// differs: l3_k3_p1 float32 forward input=[1,2,3] weight=[1,0,0]
// cause: actual equals plain conv1d(input, weight): output t gathers inputs t*stride + k*dilation - padding
#define FROM ((wide)t * stride + (wide)k * dilation - padding)
#define STRIDE 1
#include "definition.h"
