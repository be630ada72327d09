// Leaves what output_padding appends out of grad_bias.
// differs: l1_k1_s2_op1_bias float32 grad_bias grad_output=[1,1] input=[1] weight=[1] bias=[0]
// cause: grad_bias: what output_padding appends is left out
#define POSITIONS (out_length - output_padding)
#include "gradients.h"
