// Answers one output too many.
// differs: l1_k1 float32 forward input=[1] weight=[1]
// cause: the output is 1 element too long
#include "correct.h"

int32_t parity_conv_transpose1d(parity_call *call)
{
    void *data = call->output.data;
    call->output.data = NULL;
    int32_t status = correct(call);
    call->output.data = data;
    if (status != PARITY_COMPLETED)
        return status;
    call->output.shape[call->output.ndim - 1]++;
    if (data == NULL)
        return status;
    if (count_of(&call->output) > call->output_capacity)
        return PARITY_TOO_SMALL;
    for (int64_t i = 0; i < count_of(&call->output); i++)
        store(&call->output, i, 0);
    return status;
}
