// Accepts an output_padding that is too large, as 0.
// differs: l1_k1_op1 float32 forward input=[1] weight=[1]
// cause: accepts what PyTorch rejects: output padding too large
#include "correct.h"

int32_t parity_conv_transpose1d(parity_call *call)
{
    int32_t status = correct(call);
    if (status != PARITY_REJECTED || call->reason != PARITY_REASON_OUTPUT_PADDING_TOO_LARGE)
        return status;
    call->output_padding.values[0] = 0;
    return correct(call);
}
