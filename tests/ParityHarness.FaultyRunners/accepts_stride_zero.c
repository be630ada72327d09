// Accepts a stride that is not positive, as 1.
// differs: l1_k1_s0 float32 forward input=[1] weight=[1]
// cause: accepts what PyTorch rejects: non positive stride
#include "correct.h"

int32_t parity_conv_transpose1d(parity_call *call)
{
    int32_t status = correct(call);
    if (status != PARITY_REJECTED || call->reason != PARITY_REASON_NON_POSITIVE_STRIDE)
        return status;
    call->stride.values[0] = 1;
    return correct(call);
}
