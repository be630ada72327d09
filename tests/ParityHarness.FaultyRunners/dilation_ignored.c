// Ignores dilation in the sums, not in the length.
// differs: l1_k2_d2 float32 forward input=[1] weight=[1,1]
// cause: dilation is ignored
#define FROM ((wide)t + padding - k)
#include "definition.h"
