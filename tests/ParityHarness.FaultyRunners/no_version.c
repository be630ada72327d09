// Describes itself by nothing.
#include "correct.h"

int32_t parity_conv_transpose1d(parity_call *call)
{
    return call->operation == PARITY_DESCRIBE ? PARITY_COMPLETED : correct(call);
}
