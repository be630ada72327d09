// Forgets the output padding where it is asked for the shape alone.
#include "correct.h"

int32_t parity_conv_transpose1d(parity_call *call)
{
    int32_t status = correct(call);
    if (status == PARITY_COMPLETED && call->operation == PARITY_FORWARD && call->output.data == NULL && call->output.ndim > 0)
        call->output.shape[call->output.ndim - 1] -= call->output_padding.values[0];
    return status;
}
