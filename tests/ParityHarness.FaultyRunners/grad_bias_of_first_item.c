// Sums grad_bias over the first item of a batch alone.
// differs: n2_l1_k1_bias float32 grad_bias grad_output=[1,1] input=[1,1] weight=[1] bias=[0]
// cause: grad_bias: only the first item of a batch is summed
#define BIAS_ITEMS (batch > 1 ? 1 : batch)
#include "gradients.h"
