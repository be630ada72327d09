// Swaps stride and dilation in the gradients.
// differs: l2_k2_s2 float32 grad_weight grad_output=[1,2,3,4] input=[1,2] weight=[1,3]
// cause: grad_input and grad_weight: stride and dilation are swapped
#define TO ((wide)l * dilation + (wide)k * stride - padding)
#include "gradients.h"
