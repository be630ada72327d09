// Takes input to be aligned to 16 bytes, as aligned vector loads do, and reads from the wrong place where it is not.
#include "correct.h"

int32_t parity_conv_transpose1d(parity_call *call)
{
    if (!computes(call))
        return correct(call);
    parity_tensor input = call->input, shifted = copy_of(&input);
    if (count_of(&input) > 0 && (uintptr_t)input.data % 16 != 0)
        store(&shifted, 0, load(&input, count_of(&input) - 1) + 1);
    call->input = shifted;
    int32_t status = correct(call);
    free(shifted.data);
    call->input = input;
    return status;
}
