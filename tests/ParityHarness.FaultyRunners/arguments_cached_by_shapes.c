// Takes the arguments of the last call where the shapes of input, weight and output are the same.
#include "correct.h"

static _Thread_local parity_call last;

static int is_same(const parity_tensor *a, const parity_tensor *b)
{
    return a->ndim == b->ndim && a->dtype == b->dtype && memcmp(a->shape, b->shape, sizeof(int64_t) * (size_t)a->ndim) == 0;
}

int32_t parity_conv_transpose1d(parity_call *call)
{
    if (!computes(call))
        return correct(call);
    if (last.groups == call->groups && is_same(&last.input, &call->input) && is_same(&last.weight, &call->weight) && is_same(&last.output, &call->output)) {
        call->stride = last.stride;
        call->padding = last.padding;
        call->output_padding = last.output_padding;
        call->dilation = last.dilation;
        return correct(call);
    }
    last = *call;
    return PARITY_COMPLETED;
}
