/*
 * A complete implementation of parity_runner.h in plain C, for float32 and float64, with the rules of parity_adapter.h. A
 * library that has one plain function needs the adapter alone (parity init c); this is for one that answers calls itself.
 */
#define PARITY_DESCRIPTION "1.0.0; plain C"
#define PARITY_RULES_ONLY
#include "parity_adapter.h"

static double load(const parity_tensor *tensor, parity_wide index)
{
    return tensor->dtype == PARITY_FLOAT32 ? ((const float *)tensor->data)[index] : ((const double *)tensor->data)[index];
}

static void store(const parity_tensor *tensor, parity_wide index, double value)
{
    if (tensor->dtype == PARITY_FLOAT32)
        ((float *)tensor->data)[index] = (float)value;
    else
        ((double *)tensor->data)[index] = value;
}

/* Output t of channel o is the bias and every input[l] * weight[k] with l*stride + k*dilation - padding == t. */
static void convolve(const parity_call *call, parity_dims d)
{
    int64_t group_in = d.in_channels / d.groups, group_out = d.out_channels / d.groups;
    for (int64_t n = 0; n < d.batch; n++)
        for (int64_t o = 0; o < d.out_channels; o++)
            for (int64_t t = 0; t < d.output_length; t++) {
                double sum = call->bias.ndim < 0 ? 0 : load(&call->bias, o);
                for (int64_t k = 0; k < d.kernel_size; k++) {
                    parity_wide from = (parity_wide)t + d.padding - (parity_wide)k * d.dilation;
                    if (from < 0 || from % d.stride != 0 || from / d.stride >= d.length)
                        continue; /* no such term: multiplying by a zero instead would make NaN of an infinite weight */
                    for (int64_t i = o / group_out * group_in, end = i + group_in; i < end; i++)
                        sum += load(&call->input, ((parity_wide)n * d.in_channels + i) * d.length + from / d.stride)
                             * load(&call->weight, ((parity_wide)i * group_out + o % group_out) * d.kernel_size + k);
                }
                store(&call->output, ((parity_wide)n * d.out_channels + o) * d.output_length + t, sum);
            }
}

int32_t parity_conv_transpose1d(parity_call *call)
{
    parity_dims d;
    int32_t status = parity_prepare(call, &d, 1);
    if (status == PARITY_COMPLETED && call->output.data != NULL)
        convolve(call, d);
    return status;
}
