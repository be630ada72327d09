// Accepts a dilation that is not positive, as 1.
// differs: l1_k1_d0 float32 forward input=[1] weight=[1]
// cause: accepts what PyTorch rejects: non positive dilation
#include "correct.h"

int32_t parity_conv_transpose1d(parity_call *call)
{
    int32_t status = correct(call);
    if (status != PARITY_REJECTED || call->reason != PARITY_REASON_NON_POSITIVE_DILATION)
        return status;
    call->dilation.values[0] = 1;
    return correct(call);
}
