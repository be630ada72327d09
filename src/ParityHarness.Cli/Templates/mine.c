/* Your ConvTranspose1d, to be held against PyTorch's by ParityHarness. The adapter beside it knows the rules. */
#include "parity_adapter.h"

/*
 * Put your code here. What stands here is the definition, slow and right.
 * input [batch, in_channels, length], weight [in_channels, out_channels / groups, kernel_size], bias [out_channels] or NULL,
 * output [batch, out_channels, output_length]: dense, row-major. What PyTorch rejects has been rejected before.
 */
void forward(const float *input, const float *weight, const float *bias, float *output, parity_dims d)
{
    int64_t group_in = d.in_channels / d.groups, group_out = d.out_channels / d.groups;
    for (int64_t n = 0; n < d.batch; n++)
        for (int64_t o = 0; o < d.out_channels; o++) {
            float *row = output + (n * d.out_channels + o) * d.output_length;
            for (int64_t t = 0; t < d.output_length; t++)
                row[t] = bias ? bias[o] : 0;
            for (int64_t i = o / group_out * group_in, end = i + group_in; i < end; i++)
                for (int64_t l = 0; l < d.length; l++)
                    for (int64_t k = 0; k < d.kernel_size; k++) {
                        int64_t t = parity_position(d, l, k); /* l*stride + k*dilation - padding, or -1 beyond the output */
                        if (t >= 0)
                            row[t] += input[(n * d.in_channels + i) * d.length + l] * weight[(i * group_out + o % group_out) * d.kernel_size + k];
                    }
        }
}
