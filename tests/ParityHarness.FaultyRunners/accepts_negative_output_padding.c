// Accepts a negative output_padding, as 0.
// differs: l3_k1_op-1 float32 forward input=[1,1,1] weight=[1]
// cause: accepts what PyTorch rejects: negative output padding
#include "correct.h"

int32_t parity_conv_transpose1d(parity_call *call)
{
    int32_t status = correct(call);
    if (status != PARITY_REJECTED || call->reason != PARITY_REASON_NEGATIVE_OUTPUT_PADDING)
        return status;
    call->output_padding.values[0] = 0;
    return correct(call);
}
