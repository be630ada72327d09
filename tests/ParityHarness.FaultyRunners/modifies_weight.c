// Turns the kernel around in place, as a convolution wants it, and leaves it so.
#include "correct.h"

int32_t parity_conv_transpose1d(parity_call *call)
{
    int32_t status = correct(call);
    if (status != PARITY_COMPLETED || call->operation != PARITY_FORWARD || call->output.data == NULL)
        return status;
    int64_t taps = call->weight.shape[2];
    for (int64_t start = 0; start < count_of(&call->weight); start += taps)
        for (int64_t k = 0; k < taps / 2; k++) {
            double first = load(&call->weight, start + k);
            store(&call->weight, start + k, load(&call->weight, start + taps - 1 - k));
            store(&call->weight, start + taps - 1 - k, first);
        }
    return status;
}
