// Accepts every padding_mode, as zeros.
// differs: l1_k1_module float32 forward input=[1] weight=[1] mode=reflect
// cause: accepts what PyTorch rejects: padding mode
#include "correct.h"

int32_t parity_conv_transpose1d(parity_call *call)
{
    call->padding_mode = PARITY_ZEROS;
    return correct(call);
}
