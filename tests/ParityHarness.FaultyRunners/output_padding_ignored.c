// Ignores output_padding: the output is too short.
// differs: l1_k1_s2_op1 float32 forward input=[1] weight=[1]
// cause: output_padding is ignored
#include "correct.h"

int32_t parity_conv_transpose1d(parity_call *call)
{
    if (correct(call) == PARITY_COMPLETED && call->output_size.count == 0)
        call->output_padding.values[0] = 0;
    return correct(call);
}
