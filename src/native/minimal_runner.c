/*
 * A complete implementation of parity_runner.h: PyTorch's rules, then the definition, in plain C. Copy it, and put your
 * own code where convolve() is called.
 *
 * Sizes are computed in 128 bits, since the harness sends any int64.
 */
#include "parity_runner.h"

#include <stddef.h>
#include <stdio.h>

__extension__ typedef __int128 wide;

static int32_t say(parity_call *call, int32_t status, int32_t reason, const char *text)
{
    call->reason = reason;
    snprintf(call->text, (size_t)call->text_capacity, "%s", text);
    return status;
}

static double load(const parity_tensor *tensor, wide index)
{
    return tensor->dtype == PARITY_FLOAT32 ? ((const float *)tensor->data)[index] : ((const double *)tensor->data)[index];
}

static void store(const parity_tensor *tensor, wide index, double value)
{
    if (tensor->dtype == PARITY_FLOAT32)
        ((float *)tensor->data)[index] = (float)value;
    else
        ((double *)tensor->data)[index] = value;
}

/* Output t of channel o is the bias and every input[l] * weight[k] with l*stride + k*dilation - padding == t. */
static void convolve(const parity_call *call, int64_t batch, int64_t in, int64_t length, int64_t out, int64_t out_length)
{
    int64_t stride = call->stride.values[0], kernel = call->weight.shape[2];
    int64_t group_in = in / call->groups, group_out = out / call->groups;
    for (int64_t n = 0; n < batch; n++)
        for (int64_t o = 0; o < out; o++)
            for (int64_t t = 0; t < out_length; t++) {
                double sum = call->bias.ndim < 0 ? 0 : load(&call->bias, o);
                for (int64_t k = 0; k < kernel; k++) {
                    wide from = (wide)t + call->padding.values[0] - (wide)k * call->dilation.values[0];
                    if (from < 0 || from % stride != 0 || from / stride >= length)
                        continue; /* no such term: multiplying by a zero instead would make NaN of an infinite weight */
                    for (int64_t i = o / group_out * group_in, end = i + group_in; i < end; i++)
                        sum += load(&call->input, ((wide)n * in + i) * length + from / stride)
                             * load(&call->weight, ((wide)i * group_out + o % group_out) * kernel + k);
                }
                store(&call->output, ((wide)n * out + o) * out_length + t, sum);
            }
}

int32_t parity_conv_transpose1d(parity_call *call)
{
    const parity_tensor *x = &call->input, *w = &call->weight, *b = &call->bias;
    if (call->version != PARITY_ABI_VERSION) {
        call->version = PARITY_ABI_VERSION;
        return PARITY_WRONG_VERSION;
    }
    if (call->operation == PARITY_DESCRIBE)
        return say(call, PARITY_COMPLETED, 0, "1.0.0; plain C");
    if (call->operation != PARITY_FORWARD)
        return say(call, PARITY_UNSUPPORTED, 0, "only the forward pass");

#define REJECT_IF(broken, why, text) if (broken) return say(call, PARITY_REJECTED, PARITY_REASON_##why, text)

    /* PyTorch's rules in PyTorch's order. The module has its own before them. */
    if (call->form == PARITY_MODULE) {
        REJECT_IF(call->groups <= 0, NON_POSITIVE_GROUPS, "groups must be positive");
        REJECT_IF(call->in_channels % call->groups != 0, MODULE_CHANNELS, "in_channels must be divisible by groups");
        REJECT_IF(call->out_channels % call->groups != 0, MODULE_CHANNELS, "out_channels must be divisible by groups");
        REJECT_IF(call->padding_mode != PARITY_ZEROS, PADDING_MODE, "only zeros padding mode is supported");
    }
    REJECT_IF(x->ndim != 2 && x->ndim != 3, INPUT_DIMENSIONS, "expected 2D (unbatched) or 3D (batched) input");
    REJECT_IF(w->ndim < 3, WEIGHT_DIMENSIONS, "weight should have three dimensions");
    REJECT_IF(call->groups <= 0, NON_POSITIVE_GROUPS, "groups must be positive");
    REJECT_IF(call->stride.count != 1 || call->padding.count != 1 || call->output_padding.count != 1 || call->dilation.count != 1,
              PARAMETER_COUNT, "stride, padding, output_padding and dilation must be one value each");

    int64_t stride = call->stride.values[0], padding = call->padding.values[0], dilation = call->dilation.values[0];
    int64_t batch = x->ndim == 3 ? x->shape[0] : 1, in = x->shape[x->ndim - 2], length = x->shape[x->ndim - 1];
    wide output_padding = call->output_padding.values[0], out = (wide)w->shape[1] * call->groups;
    REJECT_IF(padding < 0, NEGATIVE_PADDING, "padding must not be negative");
    REJECT_IF(output_padding < 0, NEGATIVE_OUTPUT_PADDING, "output_padding must not be negative");
    REJECT_IF(stride <= 0, NON_POSITIVE_STRIDE, "stride must be positive");
    REJECT_IF(w->ndim != 3, WEIGHT_DIMENSIONS, "weight should have three dimensions");
    REJECT_IF(w->shape[0] < call->groups || w->shape[0] % call->groups != 0, WEIGHT_GROUPS, "weight dimension 0 must be divisible by groups");
    REJECT_IF(in != w->shape[0], INPUT_CHANNELS, "the input's channels must be weight dimension 0");
    REJECT_IF(b->ndim >= 0 && (b->ndim != 1 || b->shape[0] != out), BIAS_SHAPE, "bias must have one element for each output channel");
    REJECT_IF(length == 0 && batch != 0, EMPTY_INPUT, "the input must have a length");
    REJECT_IF(w->shape[2] <= 0, KERNEL_SIZE, "kernel_size must be positive");
    REJECT_IF(dilation <= 0, NON_POSITIVE_DILATION, "dilation must be positive");

    wide least = (wide)(length - 1) * stride - 2 * (wide)padding + (wide)dilation * (w->shape[2] - 1) + 1;
    if (call->form == PARITY_MODULE && call->output_size.count > 0) {
        /* Given as [L] or as the whole shape; PyTorch makes an output_padding of it. */
        int64_t count = call->output_size.count;
        REJECT_IF(count != 1 && count != x->ndim, PARAMETER_COUNT, "output_size must be one length or a whole shape");
        output_padding = call->output_size.values[count - 1] - least;
        REJECT_IF(output_padding < 0 || output_padding >= stride, REQUESTED_OUTPUT_SIZE, "output_size cannot be had with these parameters");
    }
    wide out_length = least + output_padding;
    REJECT_IF(output_padding >= stride && output_padding >= dilation, OUTPUT_PADDING_TOO_LARGE, "output_padding must be smaller than either stride or dilation");
    REJECT_IF(out == 0, EMPTY_WEIGHT, "the weight must have output channels");
    REJECT_IF(out_length <= 0, OUTPUT_SIZE, "output size is too small");

    wide size, total;
    int overflows = out_length > INT64_MAX || out > INT64_MAX || __builtin_mul_overflow(out, out_length, &size)
                 || __builtin_mul_overflow(size, batch, &total) || total > INT64_MAX;
    REJECT_IF(overflows, OVERFLOW, "the output's size does not fit into 64 bits");
    REJECT_IF(w->dtype != x->dtype || (b->ndim >= 0 && b->dtype != x->dtype), DTYPE, "input, weight and bias must have the same dtype");
    REJECT_IF(x->dtype >= PARITY_INT32, DTYPE, "PyTorch has no conv_transpose1d for this dtype");
    if (x->dtype != PARITY_FLOAT32 && x->dtype != PARITY_FLOAT64)
        return say(call, PARITY_UNSUPPORTED, 0, "only float32 and float64");

    call->output.dtype = x->dtype;
    call->output.ndim = x->ndim;
    call->output.shape[0] = batch;
    call->output.shape[x->ndim - 2] = (int64_t)out;
    call->output.shape[x->ndim - 1] = (int64_t)out_length;
    if (call->output.data == NULL)
        return PARITY_COMPLETED;
    if (total > call->output_capacity)
        return PARITY_TOO_SMALL;
    convolve(call, batch, in, length, (int64_t)out, (int64_t)out_length);
    return PARITY_COMPLETED;
}
