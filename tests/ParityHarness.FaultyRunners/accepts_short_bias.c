// Accepts a bias of any size.
// differs: oc2_l1_k1_bias float32 forward input=[1] weight=[1,1] bias=[1] b=1
// cause: accepts what PyTorch rejects: bias shape
#include "correct.h"

int32_t parity_conv_transpose1d(parity_call *call)
{
    int32_t status = correct(call);
    if (status != PARITY_REJECTED || call->reason != PARITY_REASON_BIAS_SHAPE)
        return status;
    call->bias.ndim = -1;
    return correct(call);
}
