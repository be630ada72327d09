// Takes the kernel backwards in grad_input, as a convolution where a correlation is meant.
// differs: l1_k2 float32 grad_input grad_output=[1,0] input=[1] weight=[1,2]
// cause: grad_input: the kernel is flipped: tap k is taken for tap K-1-k
#define WEIGHT (((wide)i * group_out + o) * kernel + kernel - 1 - k)
#include "gradients.h"
