// Gets the first output wrong where input and output are aligned unlike each other.
#include "correct.h"

int32_t parity_conv_transpose1d(parity_call *call)
{
    int32_t status = correct(call);
    if (status == PARITY_COMPLETED && call->operation == PARITY_FORWARD && call->output.data != NULL && count_of(&call->output) > 0
        && ((uintptr_t)call->output.data - (uintptr_t)call->input.data) % 16 != 0)
        store(&call->output, 0, load(&call->output, 0) + 1);
    return status;
}
