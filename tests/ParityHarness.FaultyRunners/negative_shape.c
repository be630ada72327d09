// Answers with a negative length.
#include "correct.h"

int32_t parity_conv_transpose1d(parity_call *call)
{
    int32_t status = correct(call);
    if (status == PARITY_COMPLETED && call->operation == PARITY_FORWARD)
        call->output.shape[call->output.ndim - 1] *= -1;
    return status;
}
