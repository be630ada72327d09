// Adds one to the first element of input.
#include "correct.h"

int32_t parity_conv_transpose1d(parity_call *call)
{
    int32_t status = correct(call);
    if (status == PARITY_COMPLETED && call->operation == PARITY_FORWARD && call->output.data != NULL && count_of(&call->input) > 0)
        store(&call->input, 0, load(&call->input, 0) + 1);
    return status;
}
