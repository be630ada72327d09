// Accepts a negative padding, as 0.
// differs: l1_k1_p-1 float32 forward input=[1] weight=[1]
// cause: accepts what PyTorch rejects: negative padding
#include "correct.h"

int32_t parity_conv_transpose1d(parity_call *call)
{
    int32_t status = correct(call);
    if (status != PARITY_REJECTED || call->reason != PARITY_REASON_NEGATIVE_PADDING)
        return status;
    call->padding.values[0] = 0;
    return correct(call);
}
