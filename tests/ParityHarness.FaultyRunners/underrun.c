// Writes one element before the start of the output.
#include "correct.h"

int32_t parity_conv_transpose1d(parity_call *call)
{
    if (computes(call))
        store(&call->output, -1, 0);
    return correct(call);
}
