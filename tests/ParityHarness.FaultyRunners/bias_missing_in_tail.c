// Leaves the bias out in the elements that output_padding appends.
// differs: l1_k1_s2_op1_bias float32 forward input=[1] weight=[1] bias=[1]
// cause: bias is left out in what output_padding appends
#define BIAS (t >= out_length - output_padding ? 0 : bias(o))
#include "definition.h"
