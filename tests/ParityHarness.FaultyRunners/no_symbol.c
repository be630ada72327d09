// Exports its function under a name of its own.
#include "correct.h"

PARITY_EXPORT int32_t my_conv_transpose1d(parity_call *call);

int32_t my_conv_transpose1d(parity_call *call)
{
    return correct(call);
}
