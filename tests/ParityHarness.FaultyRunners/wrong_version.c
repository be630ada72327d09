// Built for another version of the interface.
#include "correct.h"

int32_t parity_conv_transpose1d(parity_call *call)
{
    enum { MY_VERSION = PARITY_ABI_VERSION + 1 };
    if (call->version != MY_VERSION) {
        call->version = MY_VERSION;
        return PARITY_WRONG_VERSION;
    }
    return correct(call);
}
