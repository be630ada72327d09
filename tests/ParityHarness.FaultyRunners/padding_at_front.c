// Takes all padding away at the front.
// differs: l4_k1_p1 float32 forward input=[1,2,3,4] weight=[1]
// cause: all padding is taken away at the front
#define FROM ((wide)t + 2 * (wide)padding - (wide)k * dilation)
#include "definition.h"
