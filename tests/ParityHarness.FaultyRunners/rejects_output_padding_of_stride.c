// Rejects an output_padding that is not smaller than the stride, though smaller than dilation.
// differs: l1_k2_d2_op1 float32 forward input=[1] weight=[1,1]
// cause: rejects legal problems only with output_padding >= stride
#include "correct.h"

int32_t parity_conv_transpose1d(parity_call *call)
{
    int32_t status = correct(call);
    if (status == PARITY_COMPLETED && call->operation == PARITY_FORWARD && call->output_size.count == 0
        && call->output_padding.values[0] >= call->stride.values[0])
        return parity_say(call, PARITY_REJECTED, PARITY_REASON_OUTPUT_PADDING_TOO_LARGE, "output_padding must be smaller than stride");
    return status;
}
