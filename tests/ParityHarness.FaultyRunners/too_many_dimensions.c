// Answers with nine dimensions.
#include "correct.h"

int32_t parity_conv_transpose1d(parity_call *call)
{
    int32_t status = correct(call);
    call->output.ndim = 9;
    return status;
}
