// Accepts an input of four dimensions, as if the first were not there.
// differs: l1_k1 float32 forward input=[1] weight=[1] x=1x1x1x1
// cause: accepts what PyTorch rejects: input dimensions
#include "correct.h"

int32_t parity_conv_transpose1d(parity_call *call)
{
    if (call->input.ndim == 4) {
        call->input.ndim = 3;
        memmove(call->input.shape, call->input.shape + 1, 3 * sizeof(int64_t));
    }
    return correct(call);
}
