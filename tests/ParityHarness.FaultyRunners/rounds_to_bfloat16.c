// Rounds input and weight to bfloat16 first, as fast modes of matrix units do.
#include "correct.h"

static double rounded(double value)
{
    float single = (float)value;
    uint32_t bits;
    memcpy(&bits, &single, sizeof bits);
    if ((bits & 0x7F800000) == 0x7F800000)
        return value; /* infinities and NaN */
    bits = (bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF0000;
    memcpy(&single, &bits, sizeof bits);
    return single;
}

static void round_all(parity_tensor *tensor)
{
    for (int64_t i = 0; i < count_of(tensor); i++)
        store(tensor, i, rounded(load(tensor, i)));
}

int32_t parity_conv_transpose1d(parity_call *call)
{
    if (!computes(call))
        return correct(call);
    parity_tensor input = call->input, weight = call->weight;
    call->input = copy_of(&input);
    call->weight = copy_of(&weight);
    round_all(&call->input);
    round_all(&call->weight);
    int32_t status = correct(call);
    free(call->input.data);
    free(call->weight.data);
    call->input = input;
    call->weight = weight;
    return status;
}
