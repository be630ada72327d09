// Accepts a bias of another dtype, and leaves it out.
// differs: l1_k1_bias float32 forward input=[1] weight=[1] bias=[1] bdtype=float64
// cause: accepts what PyTorch rejects: dtype
#include "correct.h"

int32_t parity_conv_transpose1d(parity_call *call)
{
    int32_t status = correct(call);
    if (status != PARITY_REJECTED || call->reason != PARITY_REASON_DTYPE || call->weight.dtype != call->input.dtype)
        return status;
    call->bias.ndim = -1;
    return correct(call);
}
