// Answers one output too few, where there are several.
// differs: l2_k1 float32 forward input=[1,1] weight=[1]
// cause: the output is 1 element too short
#include "correct.h"

int32_t parity_conv_transpose1d(parity_call *call)
{
    int32_t status = correct(call);
    if (status == PARITY_COMPLETED && call->output.shape[call->output.ndim - 1] > 1)
        call->output.shape[call->output.ndim - 1]--;
    return status;
}
