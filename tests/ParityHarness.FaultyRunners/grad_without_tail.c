// Leaves what output_padding appends out of grad_input and grad_weight.
// differs: l2_k2_s2_p1_op1 float32 grad_weight grad_output=[1,2,3] input=[1,2] weight=[1,3]
// cause: grad_input and grad_weight: what output_padding appends is left out
#define COUNTS (t >= 0 && t < out_length - output_padding)
#include "gradients.h"
