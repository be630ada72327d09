// Sums grad_weight over the first item of a batch alone.
// differs: n2_l1_k1 float32 grad_weight grad_output=[1,1] input=[1,1] weight=[1]
// cause: grad_weight: only the first item of a batch is summed
#define ITEMS (batch > 1 ? 1 : batch)
#include "gradients.h"
