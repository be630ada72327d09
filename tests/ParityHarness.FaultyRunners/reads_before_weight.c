// Reads one element before the start of weight.
#include "correct.h"

int32_t parity_conv_transpose1d(parity_call *call)
{
    volatile double unused = 0;
    if (computes(call))
        unused = load(&call->weight, -1);
    (void)unused;
    return correct(call);
}
