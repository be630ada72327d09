// Adds up in a static workspace, which threads that call at once share.
#include "correct.h"

int32_t parity_conv_transpose1d(parity_call *call)
{
    static double sums[1 << 18];
    if (!computes(call) || count_of(&call->output) == 0 || count_of(&call->output) > 1 << 18)
        return correct(call);
    const parity_tensor *y = &call->output;
    int64_t out = y->shape[y->ndim - 2], out_length = y->shape[y->ndim - 1], group_out = call->weight.shape[1];
    int64_t in = call->weight.shape[0], group_in = in / call->groups, kernel = call->weight.shape[2];
    int64_t length = call->input.shape[call->input.ndim - 1], batch = count_of(y) / out / out_length;
    memset(sums, 0, (size_t)count_of(y) * sizeof *sums);
    for (int64_t n = 0; n < batch; n++)
        for (int64_t i = 0; i < in; i++)
            for (int64_t o = 0; o < group_out; o++)
                for (int64_t l = 0; l < length; l++)
                    for (int64_t k = 0; k < kernel; k++) {
                        wide t = (wide)l * call->stride.values[0] + (wide)k * call->dilation.values[0] - call->padding.values[0];
                        if (t >= 0 && t < out_length)
                            sums[(n * out + i / group_in * group_out + o) * out_length + (int64_t)t] +=
                                load(&call->input, (n * in + i) * length + l) * load(&call->weight, (i * group_out + o) * kernel + k);
                    }
    for (int64_t j = 0; j < count_of(y); j++)
        store(y, j, sums[j] + (call->bias.ndim < 0 ? 0 : load(&call->bias, j / out_length % out)));
    return PARITY_COMPLETED;
}
