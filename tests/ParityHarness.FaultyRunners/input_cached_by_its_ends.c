// Takes the input of the last call where shape, first and last element are the same.
#include "correct.h"

static _Thread_local parity_tensor kept = {.ndim = -1};

static int is_as_kept(const parity_tensor *tensor)
{
    size_t size = element_size(tensor), last = (size_t)(count_of(tensor) - 1) * size;
    return kept.ndim == tensor->ndim && kept.dtype == tensor->dtype && memcmp(kept.shape, tensor->shape, sizeof(int64_t) * (size_t)tensor->ndim) == 0
        && memcmp(kept.data, tensor->data, size) == 0 && memcmp((char *)kept.data + last, (char *)tensor->data + last, size) == 0;
}

int32_t parity_conv_transpose1d(parity_call *call)
{
    if (!computes(call) || count_of(&call->output) == 0)
        return correct(call);
    parity_tensor input = call->input;
    if (!is_as_kept(&input)) {
        free(kept.data);
        kept = copy_of(&input);
    }
    call->input = kept;
    int32_t status = correct(call);
    call->input = input;
    return status;
}
