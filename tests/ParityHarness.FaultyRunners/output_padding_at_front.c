// Puts output_padding at the front.
// differs: l1_k1_s2_op1 float32 forward input=[1] weight=[1]
// cause: output_padding is put at the front
#define FROM ((wide)t - output_padding + padding - (wide)k * dilation)
#include "definition.h"
