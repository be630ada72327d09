// Never returns.
#include "correct.h"

int32_t parity_conv_transpose1d(parity_call *call)
{
    volatile int forever = 1;
    if (computes(call))
        while (forever)
            ;
    return correct(call);
}
