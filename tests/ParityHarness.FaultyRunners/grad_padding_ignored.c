// Does not take the padding into account in the gradients.
// differs: l3_k1_p1 float32 grad_input grad_output=[1] input=[1,2,3] weight=[1]
// cause: grad_input and grad_weight: padding is ignored
#define TO ((wide)l * stride + (wide)k * dilation)
#include "gradients.h"
