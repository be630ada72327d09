"""Your ConvTranspose1d in NumPy, to be held against PyTorch's by ParityHarness. parity_pipe.py beside it knows the rules.

It needs NumPy: pip install numpy
"""
import numpy as np

from parity_pipe import serve


def forward(input, weight, bias, d):
    """Put your code here; what stands here is the definition. It is called for what PyTorch accepts only."""
    x = np.asarray(input).reshape(d.batch, d.groups, d.in_channels // d.groups, d.length)
    w = np.asarray(weight).reshape(d.groups, d.in_channels // d.groups, d.out_channels // d.groups, d.kernel_size)
    y = np.zeros((d.batch, d.groups, d.out_channels // d.groups, d.output_length), x.dtype)
    for k in range(d.kernel_size):
        for l in range(d.length):
            t = l * d.stride + k * d.dilation - d.padding
            if 0 <= t < d.output_length:
                y[..., t] += np.einsum("ngi,gio->ngo", x[..., l], w[..., k])
    y = y.reshape(d.batch, d.out_channels, d.output_length)
    return y if bias is None else y + np.asarray(bias)[:, None]


serve(forward, "1.0.0", "NumPy " + np.__version__)
