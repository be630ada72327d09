"""ConvTranspose1d in plain Python behind ParityHarness' pipe protocol (see python.md beside this file)."""
from parity_pipe import serve


def conv_transpose1d(x, w, b, d):
    """Your code. Output t of channel o is the bias and every x[l] * w[j] with l*stride + j*dilation - padding == t."""
    y, cin, cout, group_in, group_out = [], d.in_channels, d.out_channels, d.in_channels // d.groups, d.out_channels // d.groups
    for o in range(d.batch * cout):
        row, column = [b[o % cout] if b else 0.0] * d.output_length, o % group_out
        first = o % cout // group_out * group_in
        for i in range(first, first + group_in):
            for l in range(d.length):
                for j in range(d.kernel_size):
                    t = l * d.stride + j * d.dilation - d.padding
                    if 0 <= t < d.output_length:
                        row[t] += x[(o // cout * cin + i) * d.length + l] * w[(i * group_out + column) * d.kernel_size + j]
        y += row
    return y


serve(conv_transpose1d, "1.0.0", "plain Python")
