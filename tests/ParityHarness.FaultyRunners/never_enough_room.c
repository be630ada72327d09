// Finds every buffer too small.
#include "correct.h"

int32_t parity_conv_transpose1d(parity_call *call)
{
    return computes(call) ? PARITY_TOO_SMALL : correct(call);
}
