/*
 * The definition with its parts as macros. A defect defines the part that it has wrong and includes this; all other parts
 * are right. The line "// differs: PROBLEM" in a defect's file is a problem by which it shows.
 *
 * Names that the parts may use: n o t k i (batch, output channel, output position, tap, input channel), in out length
 * out_length kernel (sizes), stride padding output_padding dilation groups, group_in group_out (channels of a group), group,
 * terms (products so far), x(i, l), w(i, o, k), bias(o), call.
 */
#include "correct.h"

#include <math.h>

/* What an output begins with. */
#ifndef BIAS
#define BIAS bias(o)
#endif
/* Position in the input, times the stride, that tap k reads for output t. */
#ifndef FROM
#define FROM ((wide)t + padding - (wide)k * dilation)
#endif
#ifndef STRIDE
#define STRIDE stride
#endif
/* First input channel of the group, and how far it is to the next. */
#ifndef FIRST
#define FIRST (group * group_in)
#endif
#ifndef NEXT
#define NEXT 1
#endif
#ifndef X
#define X x(i, from / STRIDE)
#endif
#ifndef W
#define W w(i, o, k)
#endif
/* The type in which products are summed. */
#ifndef SUM
#define SUM double
#endif
#ifndef ADD
#define ADD(sum, a, b) ((sum) + (SUM)(a) * (SUM)(b))
#endif
/* What stands in the output. */
#ifndef RESULT
#define RESULT(sum) (sum)
#endif
/* What the library says it is able to do. */
#ifndef ABILITIES
#define ABILITIES 0
#endif
/* Whether the output is left as it is. */
#ifndef SKIP
#define SKIP 0
#endif
/* Done where tap k reads nothing. */
#ifndef OUTSIDE
#define OUTSIDE
#endif

#define x(i, l) load(&call->input, ((wide)n * in + (i)) * length + (l))
#define w(i, o, k) load(&call->weight, ((wide)(i) * group_out + (o) % group_out) * kernel + (k))
#define bias(o) (call->bias.ndim < 0 ? 0 : load(&call->bias, (o)))

static inline int64_t gcd(int64_t a, int64_t b)
{
    return b == 0 ? a : gcd(b, a % b);
}

static inline double with_bits_cleared(double value, int bits)
{
    float single = (float)value;
    uint32_t word;
    memcpy(&word, &single, sizeof word);
    word &= ~UINT32_C(0) << bits;
    memcpy(&single, &word, sizeof word);
    return isfinite(value) ? single : value;
}

int32_t parity_conv_transpose1d(parity_call *call)
{
    if (call->version == PARITY_ABI_VERSION && call->operation == PARITY_DESCRIBE)
        call->abilities = ABILITIES;
    void *data = call->output.data;
    call->output.data = NULL;
    int32_t status = correct(call);
    call->output.data = data;
    if (status != PARITY_COMPLETED || call->operation != PARITY_FORWARD || data == NULL || count_of(&call->output) > call->output_capacity)
        return correct(call);
    int32_t dims = call->input.ndim;
    int64_t batch = dims == 3 ? call->input.shape[0] : 1, in = call->input.shape[dims - 2], length = call->input.shape[dims - 1];
    int64_t out = call->output.shape[dims - 2], out_length = call->output.shape[dims - 1], kernel = call->weight.shape[2];
    int64_t stride = call->stride.values[0], padding = call->padding.values[0], dilation = call->dilation.values[0];
    int64_t groups = call->groups, group_in = in / groups, group_out = out / groups;
    int64_t output_padding = (int64_t)(out_length - ((wide)(length - 1) * stride - 2 * (wide)padding + (wide)dilation * (kernel - 1) + 1));
    for (int64_t n = 0; n < batch; n++)
        for (int64_t o = 0; o < out; o++)
            for (int64_t t = 0; t < out_length; t++) {
                int64_t group = o / group_out, terms = 0;
                SUM sum = (SUM)(BIAS);
                for (int64_t k = 0; k < kernel; k++) {
                    wide from = FROM;
                    if (from < 0 || from % STRIDE != 0 || from / STRIDE >= length) {
                        OUTSIDE;
                        continue;
                    }
                    int64_t i = FIRST;
                    for (int64_t c = 0; c < group_in; c++, i += NEXT, terms++)
                        sum = ADD(sum, X, W);
                }
                (void)output_padding, (void)group, (void)terms, (void)batch;
                double result = RESULT(sum);
                if (SKIP)
                    continue;
                store(&call->output, ((wide)n * out + o) * out_length + t, result);
            }
    return PARITY_COMPLETED;
}
