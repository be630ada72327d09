// Gets every 1000th call wrong.
#include "correct.h"

#include <stdatomic.h>

int32_t parity_conv_transpose1d(parity_call *call)
{
    static atomic_int calls;
    int32_t status = correct(call);
    if (status == PARITY_COMPLETED && call->output.data != NULL && count_of(&call->output) > 0 && atomic_fetch_add(&calls, 1) % 1000 == 999)
        store(&call->output, 0, load(&call->output, 0) + 1);
    return status;
}
