// Swaps stride and dilation in the sums.
// differs: l2_k2_s2 float32 forward input=[1,2] weight=[1,3]
// cause: stride and dilation are swapped
#define FROM ((wide)t + padding - (wide)k * stride)
#define STRIDE dilation
#include "definition.h"
