// Applies the kernel back to front, as a convolution does.
#include "correct.h"

int32_t parity_conv_transpose1d(parity_call *call)
{
    if (!computes(call))
        return correct(call);
    parity_tensor weight = call->weight, flipped = copy_of(&weight);
    int64_t taps = weight.shape[2];
    for (int64_t i = 0; i < count_of(&weight); i++)
        store(&flipped, i, load(&weight, i - i % taps + taps - 1 - i % taps));
    call->weight = flipped;
    int32_t status = correct(call);
    free(flipped.data);
    call->weight = weight;
    return status;
}
