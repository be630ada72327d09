// Never returns from its 700th call.
#include "correct.h"

#include <stdatomic.h>

int32_t parity_conv_transpose1d(parity_call *call)
{
    static atomic_int calls;
    if (computes(call) && atomic_fetch_add(&calls, 1) == 699)
        for (volatile int forever = 1; forever;)
            ;
    return correct(call);
}
