// Reads one element past the end of input.
#include "correct.h"

int32_t parity_conv_transpose1d(parity_call *call)
{
    volatile double unused = 0;
    if (computes(call))
        unused = load(&call->input, count_of(&call->input));
    (void)unused;
    return correct(call);
}
