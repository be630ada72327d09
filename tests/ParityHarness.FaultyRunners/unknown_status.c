// Returns a status that there is not.
#include "correct.h"

int32_t parity_conv_transpose1d(parity_call *call)
{
    return computes(call) ? 42 : correct(call);
}
