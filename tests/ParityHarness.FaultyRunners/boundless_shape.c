// Answers with a shape far beyond the room it was given.
#include "correct.h"

int32_t parity_conv_transpose1d(parity_call *call)
{
    int32_t status = correct(call);
    if (status == PARITY_COMPLETED && call->operation == PARITY_FORWARD)
        call->output.shape[0] = INT64_MAX;
    return status;
}
