// Accepts groups = 0, as 1.
// differs: l1_k1_g0 float32 forward input=[1] weight=[1]
// cause: accepts what PyTorch rejects: non positive groups
#include "correct.h"

int32_t parity_conv_transpose1d(parity_call *call)
{
    if (call->operation == PARITY_FORWARD && call->groups == 0)
        call->groups = 1;
    return correct(call);
}
