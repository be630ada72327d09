// Dies of a null pointer.
#include "correct.h"

int32_t parity_conv_transpose1d(parity_call *call)
{
    volatile float *volatile nothing = NULL;
    if (computes(call))
        nothing[0] = 1;
    return correct(call);
}
