// Flips the lowest bit of one output at its 900th call, and at no other.
#include "correct.h"

#include <stdatomic.h>

int32_t parity_conv_transpose1d(parity_call *call)
{
    static atomic_int calls;
    if (!computes(call) || count_of(&call->output) == 0)
        return correct(call);
    if (atomic_fetch_add(&calls, 1) == 899)
        ((unsigned char *)call->output.data)[0] ^= 1;
    return PARITY_COMPLETED;
}
