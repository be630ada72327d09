// Dies of a null pointer at its 1,500th call, and at no other.
#include "correct.h"

#include <stdatomic.h>

int32_t parity_conv_transpose1d(parity_call *call)
{
    static atomic_int calls;
    volatile float *volatile nothing = NULL;
    if (computes(call) && atomic_fetch_add(&calls, 1) == 1499)
        nothing[0] = 1;
    return correct(call);
}
