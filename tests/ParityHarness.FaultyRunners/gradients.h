/*
 * The gradients by the definition, beside the right forward pass, with their parts as macros, as definition.h has them. A defect
 * defines the part that it has wrong and includes this. Names that the parts may use: n c o i l k t (batch, output channel, the same
 * within its group, input channel, input position, tap, output position), batch in out length out_length kernel group_in
 * group_out (sizes), stride padding dilation output_padding.
 */
#include "correct.h"

/* The output position that input l reaches by tap k. */
#ifndef TO
#define TO ((wide)l * stride + (wide)k * dilation - padding)
#endif
/* Whether output t counts. */
#ifndef COUNTS
#define COUNTS (t >= 0 && t < out_length)
#endif
/* The group whose grad_output belongs to input channel i. */
#ifndef GROUP
#define GROUP (i / group_in)
#endif
/* Where grad_input reads the weight of i, o and k. */
#ifndef WEIGHT
#define WEIGHT (((wide)i * group_out + o) * kernel + k)
#endif
/* Where grad_weight puts that of i, o and k. */
#ifndef SLOT
#define SLOT (((wide)i * group_out + o) * kernel + k)
#endif
/* Batch items that grad_weight sums over. */
#ifndef ITEMS
#define ITEMS batch
#endif
/* Batch items that grad_bias sums over. */
#ifndef BIAS_ITEMS
#define BIAS_ITEMS batch
#endif
/* Output positions that grad_bias sums over. */
#ifndef POSITIONS
#define POSITIONS out_length
#endif
/* What grad_bias becomes of its sum. */
#ifndef BIAS_TOTAL
#define BIAS_TOTAL total
#endif

int32_t parity_conv_transpose1d(parity_call *call)
{
    if (call->version != PARITY_ABI_VERSION || call->operation != PARITY_BACKWARD)
        return correct(call);
    /* The forward pass says whether and why it is rejected, and how long the output is. */
    parity_call forward = *call;
    forward.operation = PARITY_FORWARD;
    forward.output.data = NULL;
    int32_t status = correct(&forward);
    call->reason = forward.reason;
    if (status != PARITY_COMPLETED)
        return status;
    const parity_tensor *grad = &call->grad_output, *operands[] = {&call->input, &call->weight, &call->bias};
    int32_t dims = call->input.ndim;
    int64_t batch = dims == 3 ? call->input.shape[0] : 1, in = call->input.shape[dims - 2], length = call->input.shape[dims - 1];
    int64_t out = forward.output.shape[dims - 2], out_length = forward.output.shape[dims - 1], kernel = call->weight.shape[2];
    int64_t stride = call->stride.values[0], padding = call->padding.values[0], dilation = call->dilation.values[0];
    int64_t group_in = in / call->groups, group_out = out / call->groups, sum = 0, starts[3];
    int64_t output_padding = (int64_t)(out_length - ((wide)(length - 1) * stride - 2 * (wide)padding + (wide)dilation * (kernel - 1) + 1));
    (void)output_padding;
    (void)group_in;
    int count = 0;
    for (int g = 0; g < 3; g++) {
        starts[g] = call->gradients & 1 << g ? sum : -1;
        if (starts[g] < 0)
            continue;
        count++;
        sum += count_of(operands[g]);
        call->output.ndim = operands[g]->ndim;
        for (int32_t d = 0; d < operands[g]->ndim; d++)
            call->output.shape[d] = operands[g]->shape[d];
    }
    call->output.dtype = call->input.dtype;
    if (count > 1) {
        call->output.ndim = 1;
        call->output.shape[0] = sum;
    }
    if (call->output.data == NULL)
        return PARITY_COMPLETED;
    if (sum > call->output_capacity)
        return PARITY_TOO_SMALL;
#define GRAD(n, c, t) load(grad, ((wide)(n) * out + (c)) * out_length + (t))
    for (int64_t n = 0; n < batch && starts[0] >= 0; n++)
        for (int64_t i = 0; i < in; i++)
            for (int64_t l = 0; l < length; l++) {
                double total = 0;
                for (int64_t o = 0; o < group_out; o++)
                    for (int64_t k = 0; k < kernel; k++) {
                        wide t = TO;
                        if (COUNTS)
                            total += GRAD(n, GROUP * group_out + o, t) * load(&call->weight, WEIGHT);
                    }
                store(&call->output, starts[0] + ((wide)n * in + i) * length + l, total);
            }
    for (int64_t i = 0; i < in && starts[1] >= 0; i++)
        for (int64_t o = 0; o < group_out; o++)
            for (int64_t k = 0; k < kernel; k++) {
                double total = 0;
                for (int64_t n = 0; n < ITEMS; n++)
                    for (int64_t l = 0; l < length; l++) {
                        wide t = TO;
                        if (COUNTS)
                            total += GRAD(n, GROUP * group_out + o, t) * load(&call->input, ((wide)n * in + i) * length + l);
                    }
                store(&call->output, starts[1] + SLOT, total);
            }
    for (int64_t c = 0; c < out && starts[2] >= 0; c++) {
        double total = 0;
        for (int64_t n = 0; n < BIAS_ITEMS; n++)
            for (int64_t t = 0; t < POSITIONS; t++)
                total += GRAD(n, c, t);
        store(&call->output, starts[2] + c, BIAS_TOTAL);
    }
    return PARITY_COMPLETED;
}
