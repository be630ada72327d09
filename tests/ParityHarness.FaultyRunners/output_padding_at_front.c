// Puts output_padding at the front.
// differs: l1_k1_s2_op1 float32 forward input=[1] weight=[1]
#define FROM ((wide)t - output_padding + padding - (wide)k * dilation)
#include "definition.h"
