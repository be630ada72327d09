// Nothing is wrong with it: it reads by strides, as it says.
#include "correct.h"

static parity_tensor dense(const parity_tensor *tensor)
{
    parity_tensor copy = *tensor;
    int64_t steps[PARITY_MAX_DIMS], count = count_of(tensor);
    copy.data = malloc((size_t)count * element_size(tensor) + 1);
    for (int64_t i = 0; i < count; i++) {
        int64_t rest = i, at = 0;
        for (int32_t d = tensor->ndim - 1; d >= 0; d--) {
            steps[d] = rest % tensor->shape[d];
            rest /= tensor->shape[d];
            at += steps[d] * tensor->strides[d];
        }
        store(&copy, i, load(tensor, at));
    }
    return copy;
}

int32_t parity_conv_transpose1d(parity_call *call)
{
    if (call->version == PARITY_ABI_VERSION && call->operation == PARITY_DESCRIBE)
        call->abilities = PARITY_TAKES_STRIDES;
    void *data = call->output.data;
    call->output.data = NULL;
    int32_t status = correct(call); /* its rules, without its reading */
    call->output.data = data;
    if (status != PARITY_COMPLETED || call->operation != PARITY_FORWARD || data == NULL)
        return status;
    parity_tensor input = call->input, weight = call->weight;
    call->input = dense(&input);
    call->weight = dense(&weight);
    status = correct(call);
    free(call->input.data);
    free(call->weight.data);
    call->input = input;
    call->weight = weight;
    return status;
}
