// Takes all padding away at the end.
// differs: l4_k1_p1 float32 forward input=[1,2,3,4] weight=[1]
// cause: all padding is taken away at the end
#define FROM ((wide)t - (wide)k * dilation)
#include "definition.h"
