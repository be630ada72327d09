// Writes one element past the end of the output.
#include "correct.h"

int32_t parity_conv_transpose1d(parity_call *call)
{
    if (computes(call))
        store(&call->output, count_of(&call->output), 0);
    return correct(call);
}
