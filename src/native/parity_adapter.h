/*
 * What lies between parity_runner.h and a plain function: PyTorch's rules, in PyTorch's order, and the shape of the output.
 * Include it in one file, C or C++, and write
 *
 *     void forward(const float *input, const float *weight, const float *bias, float *output, parity_dims d)
 *
 * It is called for what is legal only: input [batch, in_channels, length], weight [in_channels, out_channels / groups,
 * kernel_size], bias [out_channels] or NULL, output [batch, out_channels, output_length]; dense and row-major. Unbatched input
 * is a batch of 1. Every element of output is to be written. Before the include may stand
 *
 *     #define PARITY_DESCRIPTION "1.4.2; AVX2"     your version, and further facts
 *     #define PARITY_DOUBLE forward64              a function of the same kind for double; without it float64 is unsupported
 *     #define PARITY_RULES_ONLY                    only parity_prepare(), for a library that exports the function itself
 *
 * Gradients are answered with PARITY_UNSUPPORTED, which is no failure. Sizes are computed in 128 bits, since the harness sends
 * any int64.
 */
#ifndef PARITY_ADAPTER_H
#define PARITY_ADAPTER_H

#include "parity_runner.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#ifndef PARITY_DESCRIPTION
#define PARITY_DESCRIPTION "1.0.0"
#endif

__extension__ typedef __int128 parity_wide;

typedef struct parity_dims {
    int64_t batch, in_channels, length, out_channels, kernel_size, output_length;
    int64_t stride, padding, output_padding, dilation, groups;
} parity_dims;

/* The position in the output at which input[l] * weight[k] is added; -1 where padding cuts it off. */
static inline int64_t parity_position(parity_dims d, int64_t l, int64_t k)
{
    parity_wide t = (parity_wide)l * d.stride + (parity_wide)k * d.dilation - d.padding;
    return t < 0 || t >= d.output_length ? -1 : (int64_t)t;
}

static inline int32_t parity_say(parity_call *call, int32_t status, int32_t reason, const char *text)
{
    call->reason = reason;
    snprintf(call->text, (size_t)call->text_capacity, "%s", text);
    return status;
}

/*
 * Answers what needs no computing: a description, what PyTorch rejects, and what is not offered. Where it returns
 * PARITY_COMPLETED and call->output.data is not NULL, the output is to be computed by *d.
 */
static inline int32_t parity_prepare(parity_call *call, parity_dims *d, int has_double)
{
    typedef parity_wide wide;
    const parity_tensor *x = &call->input, *w = &call->weight, *b = &call->bias;
    memset(d, 0, sizeof *d);
    if (call->version != PARITY_ABI_VERSION) {
        call->version = PARITY_ABI_VERSION;
        return PARITY_WRONG_VERSION;
    }
    if (call->operation == PARITY_DESCRIBE) {
        call->output.data = NULL;
        return parity_say(call, PARITY_COMPLETED, 0, PARITY_DESCRIPTION);
    }
    if (call->operation != PARITY_FORWARD)
        return parity_say(call, PARITY_UNSUPPORTED, 0, "only the forward pass");

#define REJECT_IF(broken, why, text) if (broken) return parity_say(call, PARITY_REJECTED, PARITY_REASON_##why, text)

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
    if (x->dtype != PARITY_FLOAT32 && !(has_double && x->dtype == PARITY_FLOAT64))
        return parity_say(call, PARITY_UNSUPPORTED, 0, has_double ? "only float32 and float64" : "only float32");
#undef REJECT_IF

    call->output.dtype = x->dtype;
    call->output.ndim = x->ndim;
    call->output.shape[0] = batch;
    call->output.shape[x->ndim - 2] = (int64_t)out;
    call->output.shape[x->ndim - 1] = (int64_t)out_length;
    if (call->output.data != NULL && total > call->output_capacity)
        return PARITY_TOO_SMALL;
    d->batch = batch;
    d->in_channels = in;
    d->length = length;
    d->out_channels = (int64_t)out;
    d->kernel_size = w->shape[2];
    d->output_length = (int64_t)out_length;
    d->stride = stride;
    d->padding = padding;
    d->output_padding = (int64_t)output_padding;
    d->dilation = dilation;
    d->groups = call->groups;
    return PARITY_COMPLETED;
}

#ifndef PARITY_RULES_ONLY

void forward(const float *input, const float *weight, const float *bias, float *output, parity_dims d);
#ifdef PARITY_DOUBLE
void PARITY_DOUBLE(const double *input, const double *weight, const double *bias, double *output, parity_dims d);
#define PARITY_HAS_DOUBLE 1
#else
#define PARITY_HAS_DOUBLE 0
#endif

#ifdef __cplusplus
extern "C"
#endif
PARITY_EXPORT int32_t parity_conv_transpose1d(parity_call *call)
{
    parity_dims d;
    int32_t status = parity_prepare(call, &d, PARITY_HAS_DOUBLE);
    if (status != PARITY_COMPLETED || call->output.data == NULL)
        return status;
    const void *bias = call->bias.ndim < 0 ? NULL : call->bias.data;
#ifdef PARITY_DOUBLE
    if (call->input.dtype == PARITY_FLOAT64) {
        PARITY_DOUBLE((const double *)call->input.data, (const double *)call->weight.data, (const double *)bias, (double *)call->output.data, d);
        return PARITY_COMPLETED;
    }
#endif
    forward((const float *)call->input.data, (const float *)call->weight.data, (const float *)bias, (float *)call->output.data, d);
    return PARITY_COMPLETED;
}

#endif
#endif
