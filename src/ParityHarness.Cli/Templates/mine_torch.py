"""Your torch.nn.Module, to be held against PyTorch's by ParityHarness. parity_pipe.py beside it knows the rules."""
import torch

from parity_pipe import serve


class Mine(torch.nn.Module):
    """Put your module here; what stands here adds the product of each tap where it belongs."""

    def __init__(self, weight, bias, stride, padding, output_padding, dilation, groups):
        super().__init__()
        self.weight, self.bias = torch.nn.Parameter(weight), None if bias is None else torch.nn.Parameter(bias)
        self.stride, self.padding, self.output_padding, self.dilation, self.groups = stride, padding, output_padding, dilation, groups

    def forward(self, x):
        (n, cin, length), (_, columns, kernel_size) = x.shape, self.weight.shape
        output_length = (length - 1) * self.stride - 2 * self.padding + self.dilation * (kernel_size - 1) + self.output_padding + 1
        w = self.weight.view(self.groups, cin // self.groups, columns, kernel_size)
        y = x.new_zeros(n, self.groups, columns, output_length)
        for k in range(kernel_size):
            places = [(l, l * self.stride + k * self.dilation - self.padding) for l in range(length)]
            places = [(l, t) for l, t in places if 0 <= t < output_length]
            if places:
                inputs, outputs = map(torch.tensor, zip(*places))
                x_k = x.index_select(2, inputs).view(n, self.groups, cin // self.groups, len(places))
                y.index_add_(3, outputs, torch.einsum("ngil,gio->ngol", x_k, w[..., k]))
        y = y.view(n, self.groups * columns, output_length)
        return y if self.bias is None else y + self.bias[:, None]


def forward(input, weight, bias, d):
    """One problem: makes the module with its parameters and runs it. It is called for what PyTorch accepts only."""
    dtype = torch.float32 if input.typecode == "f" else torch.float64
    x, w, b = (None if flat is None else torch.tensor(flat, dtype=dtype) for flat in (input, weight, bias))
    module = Mine(w.view(d.in_channels, d.out_channels // d.groups, d.kernel_size), b, d.stride, d.padding, d.output_padding, d.dilation, d.groups)
    with torch.no_grad():
        return module(x.view(d.batch, d.in_channels, d.length)).contiguous().numpy()


torch.set_num_threads(1)
serve(forward, "1.0.0", "torch " + torch.__version__)
