// Every 50th call is wrong in one output.
#include "correct.h"

#include <stdatomic.h>

int32_t parity_conv_transpose1d(parity_call *call)
{
    static atomic_int calls;
    if (!computes(call))
        return correct(call);
    if (++calls % 50 == 0 && count_of(&call->output) > 0)
        store(&call->output, 0, load(&call->output, 0) + 1);
    return PARITY_COMPLETED;
}
