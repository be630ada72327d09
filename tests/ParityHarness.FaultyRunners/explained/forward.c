/*
 * Many wrong forward passes in one library, which is compiled once and copied: the name of the copy, lib_NAME.so, says which
 * one it is. A line "// NAME | WORDS | WORDS" names a defect and words that its explanation must contain; they are what is wrong, no more
 * and no less. The code of each stands where the definition is changed.
 *
 * Conditions, alone and in pairs:
 * // stride_and_dilation | only with stride > 1 and dilation > 1
 * // padding_and_groups | only with padding > 0 and groups > 1
 * // unbatched_bias | bias is added twice | unbatched input
 * // output_padding_and_dilation | the first tap is left out | output_padding > 0 | dilation > 1
 * // batch_when_strided | computed from the first one's input | stride > 1
 * // float64_padded | padding > 0 and float64
 * // kernel_one_strided | stride is ignored | kernel_size 1
 * // depthwise_flipped | the kernel is flipped | depthwise
 * // even_kernel_padded | padding > 0 and an even kernel_size
 * // grouped_bias_float64 | bias is left out | groups > 1 | float64
 * // stride_is_kernel | the last tap is left out | stride = kernel_size
 * // bias_of_one_channel | bias is left out | one input channel a group
 * // kernel_one | kernel_size 1
 * // length_one | input length 1
 * // empty_batch_rejected | rejects legal problems only with an empty batch
 * // unbatched_rejected | rejects legal problems only with unbatched input
 * // one_out_channel_a_group | one output channel a group
 * // kernel_beyond_input | a kernel longer than the spread input
 * // grouped_bias_rejected | rejects legal problems | groups > 1
 * // stride_groups_bias | stride > 1 | groups > 1 | bias
 * Numbers:
 * // terms_above_1024 | more than 1,024 terms an output
 * // positions_above_512 | more than 512 output positions
 * // batch_positions_above_4096 | more than 4,096 output positions of the whole batch
 * // channels_from_64 | 64 or more output channels
 * // batch_above_16 | batch > 16
 * // stride_above_8 | only with stride > 8
 * // kernel_above_7 | the last tap is left out | kernel_size > 7
 * // dilation_above_4 | only with dilation > 4
 * // length_above_256_strided | stride > 1 | input length > 256
 * // bfloat16_above_128 | to bfloat16 | more than 128 terms an output
 * // groups_from_8 | groups > 7
 * // padding_above_3 | only with padding > 3
 * Parameters:
 * // padding_of_spread_input | padding of the spread input
 * // padding_of_input | padding is taken for padding of the input
 * // groups_and_dilation | groups and dilation are exchanged
 * // span_is_sum | kernel_size + dilation - 1
 * // span_is_product | dilation*kernel_size
 * // output_padding_times_stride | output_padding is multiplied by stride
 * // output_padding_subtracted | output_padding is subtracted
 * // padding_capped | padding is capped at kernel_size - 1
 * // length_times_stride | input length * stride
 * // dilation_from_zero | dilation is counted from 0
 * Numbers in tensors:
 * // only_first_tap | only the first tap is read
 * // float16_operands | input and weight are rounded to float16
 * // bfloat16_weight | weight is rounded to bfloat16
 * // scaled_products | products are scaled by 2^-24
 * // one_input_channel | the last input channel of each group is left out
 */
#define _GNU_SOURCE
#include "../correct.h"

#include <dlfcn.h>
#include <math.h>

static const char *name(void)
{
    static char own[128];
    if (own[0] == 0) {
        Dl_info info;
        const char *file = dladdr((void *)name, &info) && info.dli_fname ? info.dli_fname : "";
        const char *start = strstr(file, "lib_");
        snprintf(own, sizeof own, "%s", start ? start + 4 : "?");
        char *end = strrchr(own, '.');
        if (end)
            *end = 0;
    }
    return own;
}

static int is(const char *defect) { return strcmp(name(), defect) == 0; }

static double to_bfloat16(double value)
{
    float single = (float)value;
    uint32_t word;
    memcpy(&word, &single, sizeof word);
    word = (word + 0x7fff + (word >> 16 & 1)) & 0xffff0000u;
    memcpy(&single, &word, sizeof word);
    return isfinite(value) ? single : value;
}

typedef struct {
    int64_t batch, in, length, out, out_length, kernel, stride, padding, output_padding, dilation, groups;
    int biased, unbatched, double_precision;
} sizes;

/* Whether a defect that is one of condition acts. */
static int acts(sizes z)
{
    int64_t terms = z.in / z.groups * z.kernel, span = z.dilation * (z.kernel - 1) + 1;
    return is("stride_and_dilation") ? z.stride > 1 && z.dilation > 1
        : is("padding_and_groups") ? z.padding > 0 && z.groups > 1
        : is("unbatched_bias") ? z.unbatched
        : is("output_padding_and_dilation") ? z.output_padding > 0 && z.dilation > 1
        : is("batch_when_strided") ? z.stride > 1
        : is("float64_padded") ? z.double_precision && z.padding > 0
        : is("kernel_one_strided") ? z.kernel == 1
        : is("depthwise_flipped") ? z.groups > 1 && z.groups == z.in
        : is("even_kernel_padded") ? z.kernel % 2 == 0 && z.padding > 0
        : is("grouped_bias_float64") ? z.groups > 1 && z.double_precision
        : is("stride_is_kernel") ? z.stride == z.kernel && z.kernel > 1
        : is("bias_of_one_channel") ? z.in == z.groups
        : is("kernel_one") ? z.kernel == 1
        : is("length_one") ? z.length == 1
        : is("empty_batch_rejected") ? z.batch == 0
        : is("unbatched_rejected") ? z.unbatched
        : is("one_out_channel_a_group") ? z.out == z.groups
        : is("kernel_beyond_input") ? span > (z.length - 1) * z.stride + 1
        : is("grouped_bias_rejected") ? z.groups > 1 && z.biased
        : is("stride_groups_bias") ? z.stride > 1 && z.groups > 1 && z.biased
        : is("terms_above_1024") ? terms > 1024
        : is("positions_above_512") ? z.out_length > 512
        : is("batch_positions_above_4096") ? z.batch * z.out_length > 4096
        : is("channels_from_64") ? z.out >= 64
        : is("batch_above_16") ? z.batch > 16
        : is("stride_above_8") ? z.stride > 8
        : is("kernel_above_7") ? z.kernel > 7
        : is("dilation_above_4") ? z.dilation > 4
        : is("length_above_256_strided") ? z.length > 256 && z.stride > 1
        : is("bfloat16_above_128") ? terms > 128
        : is("groups_from_8") ? z.groups >= 8
        : is("padding_above_3") ? z.padding > 3
        : 1;
}

static void compute(parity_call *call, sizes z)
{
    int act = acts(z);
    int64_t group_in = z.in / z.groups, group_out = z.out / z.groups;
    int adds = act && (is("stride_and_dilation") || is("padding_and_groups") || is("float64_padded") || is("even_kernel_padded") || is("kernel_one") || is("length_one")
        || is("one_out_channel_a_group") || is("kernel_beyond_input") || is("stride_groups_bias") || is("channels_from_64") || is("stride_above_8")
        || is("dilation_above_4") || is("length_above_256_strided") || is("groups_from_8") || is("padding_above_3") || is("batch_above_16"));
    int no_first = act && is("output_padding_and_dilation"), only_first = is("only_first_tap"), first_item = act && is("batch_when_strided"), dense = act && is("kernel_one_strided");
    int no_last = act && (is("stride_is_kernel") || is("kernel_above_7")), flips = act && is("depthwise_flipped"), terms_cut = act && is("terms_above_1024");
    int no_bias = act && (is("grouped_bias_float64") || is("bias_of_one_channel")), twice = act && is("unbatched_bias"), half = is("float16_operands");
    int brain = act && is("bfloat16_above_128"), brain_weight = is("bfloat16_weight"), scaled = is("scaled_products") && !z.double_precision, cut = act && is("positions_above_512"), batch_cut = act && is("batch_positions_above_4096");
    int spread = is("padding_of_spread_input"), padded = is("padding_of_input"), short_in = is("one_input_channel");
    for (int64_t n = 0; n < z.batch; n++)
        for (int64_t o = 0; o < z.out; o++)
            for (int64_t t = 0; t < z.out_length; t++) {
                double bias = call->bias.ndim < 0 || no_bias ? 0 : load(&call->bias, o) * (twice ? 2 : 1), sum = bias;
                int64_t term = 0;
                for (int64_t k = 0; k < z.kernel; k++) {
                    wide from = spread ? (wide)t + (wide)k * z.dilation - z.padding : padded ? (wide)t - (wide)k * z.dilation - (wide)z.padding * z.stride : (wide)t + z.padding - (wide)k * z.dilation;
                    int64_t step = dense ? 1 : z.stride;
                    if (from < 0 || from % step != 0 || from / step >= z.length || (no_first && k == 0) || (only_first && k > 0) || (no_last && k == z.kernel - 1))
                        continue;
                    for (int64_t c = 0; c < group_in - (short_in && group_in > 1); c++) {
                        if (terms_cut && c * z.kernel + k >= 1024)
                            continue;
                        int64_t i = o / group_out * group_in + c, tap = flips ? z.kernel - 1 - k : k;
                        double x = load(&call->input, ((first_item ? 0 : n) * z.in + i) * z.length + (int64_t)(from / step));
                        double w = load(&call->weight, (i * group_out + o % group_out) * z.kernel + tap);
                        x = half ? (double)(_Float16)x : brain ? to_bfloat16(x) : x;
                        w = half ? (double)(_Float16)w : brain_weight ? to_bfloat16(w) : w;
                        sum += scaled ? (double)(float)ldexp(x * w, -24) * 0x1p24 : x * w;
                        term++;
                    }
                }
                store(&call->output, (n * z.out + o) * z.out_length + t, (cut && t >= 512) || (batch_cut && n * z.out_length + t >= 4096) ? bias : adds ? sum + 1 : sum);
            }
}

int32_t parity_conv_transpose1d(parity_call *call)
{
    if (call->version != PARITY_ABI_VERSION || call->operation != PARITY_FORWARD || (call->input.dtype != PARITY_FLOAT32 && call->input.dtype != PARITY_FLOAT64))
        return correct(call);
    parity_call c = *call;
    c.output.data = NULL;
    int64_t *dilation = &c.dilation.values[0], *padding = &c.padding.values[0];
    if (is("groups_and_dilation")) {
        int64_t groups = c.groups;
        c.groups = *dilation;
        *dilation = groups;
    }
    if (is("padding_capped") && c.weight.ndim == 3 && c.padding.count == 1 && *padding > c.weight.shape[2] - 1)
        *padding = c.weight.shape[2] - 1;
    if (is("dilation_from_zero") && c.dilation.count == 1 && *dilation > 0)
        ++*dilation;
    int32_t status = correct(&c);
    call->reason = c.reason;
    if (status != PARITY_COMPLETED && !(status == PARITY_REJECTED && c.reason == PARITY_REASON_OUTPUT_SIZE))
        return status;
    int32_t dims = c.input.ndim;
    sizes z = {
        dims == 3 ? c.input.shape[0] : 1, c.input.shape[dims - 2], c.input.shape[dims - 1], c.weight.shape[1] * c.groups, 0, c.weight.shape[2],
        c.stride.values[0], *padding, 0, *dilation, c.groups, c.bias.ndim >= 0, dims == 2, c.input.dtype == PARITY_FLOAT64,
    };
    /* A module's output_size stands for output_padding. */
    wide smallest = (wide)(z.length - 1) * z.stride - 2 * (wide)z.padding + (wide)z.dilation * (z.kernel - 1) + 1;
    z.output_padding = status == PARITY_COMPLETED ? (int64_t)(c.output.shape[c.output.ndim - 1] - smallest) : c.output_padding.values[0];
    wide length = smallest + z.output_padding;
    if (is("padding_of_spread_input"))
        length = (wide)(z.length - 1) * z.stride + 1 + 2 * (wide)z.padding - (wide)z.dilation * (z.kernel - 1) + z.output_padding;
    else if (is("padding_of_input"))
        length = ((wide)z.length - 1 + 2 * (wide)z.padding) * z.stride + (wide)z.dilation * (z.kernel - 1) + 1 + z.output_padding;
    else if (is("span_is_sum"))
        length = smallest - (wide)z.dilation * (z.kernel - 1) + z.kernel + z.dilation - 2 + z.output_padding;
    else if (is("span_is_product"))
        length += z.dilation - 1;
    else if (is("output_padding_times_stride"))
        length += (wide)z.output_padding * (z.stride - 1);
    else if (is("output_padding_subtracted"))
        length -= 2 * (wide)z.output_padding;
    else if (is("length_times_stride"))
        length += z.stride - 1;
    if (length <= 0)
        return parity_say(call, PARITY_REJECTED, PARITY_REASON_OUTPUT_SIZE, "the output would be empty");
    if (length > 1 << 20)
        return parity_say(call, PARITY_UNSUPPORTED, 0, "too long");
    z.out_length = (int64_t)length;
    if (acts(z) && (is("empty_batch_rejected") || is("unbatched_rejected") || is("grouped_bias_rejected")))
        return parity_say(call, PARITY_REJECTED, PARITY_REASON_UNSPECIFIED, "not like this");
    call->output.dtype = call->input.dtype;
    call->output.ndim = dims;
    if (dims == 3)
        call->output.shape[0] = z.batch;
    call->output.shape[dims - 2] = z.out;
    call->output.shape[dims - 1] = z.out_length;
    if (call->output.data == NULL)
        return PARITY_COMPLETED;
    if (count_of(&call->output) > call->output_capacity)
        return PARITY_TOO_SMALL;
    compute(call, z);
    return PARITY_COMPLETED;
}
