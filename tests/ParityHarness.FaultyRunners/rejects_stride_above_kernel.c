// Rejects a stride larger than the kernel.
// differs: l1_k1_s2 float32 forward input=[1] weight=[1]
// cause: rejects legal problems only with stride > kernel_size
#include "correct.h"

int32_t parity_conv_transpose1d(parity_call *call)
{
    int32_t status = correct(call);
    if (status == PARITY_COMPLETED && call->operation == PARITY_FORWARD && call->stride.values[0] > call->weight.shape[2])
        return parity_say(call, PARITY_REJECTED, PARITY_REASON_UNSPECIFIED, "stride must not exceed kernel_size");
    return status;
}
