// Takes the kernel backwards in grad_input, as a convolution where a correlation is meant.
// differs: l1_k2 float32 grad_input grad_output=[1,0] input=[1] weight=[1,2]
#define TAP (kernel - 1 - k)
#include "gradients.h"
