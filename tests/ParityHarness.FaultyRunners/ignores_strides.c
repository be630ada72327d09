// Says that it reads by strides, and does not.
#include "correct.h"

int32_t parity_conv_transpose1d(parity_call *call)
{
    if (call->version == PARITY_ABI_VERSION && call->operation == PARITY_DESCRIBE)
        call->abilities = PARITY_TAKES_STRIDES;
    return correct(call);
}
