"""Between ParityHarness' pipe protocol and a plain Python function: PyTorch's rules, and the shape of the output.

    from parity_pipe import serve

    def forward(input, weight, bias, d): ...

    serve(forward, "1.0.0", "NumPy")

forward is called for what is legal only. input, weight and bias (or None) are flat, row-major array.array of float32 ("f") or
float64 ("d"), which NumPy and PyTorch read without a copy: input [d.batch, d.in_channels, d.length], weight [d.in_channels,
d.out_channels // d.groups, d.kernel_size], bias [d.out_channels]. d holds stride, padding, output_padding, dilation and groups too. It
returns the output [d.batch, d.out_channels, d.output_length], as anything with tobytes() and the input's dtype, or as numbers.
"""
import array
import struct
import sys
from types import SimpleNamespace


def _answer(forward, version, details, request, body):
    if request["operation"] == "describe":
        return f"status completed\nversion {version}\ndetails {details}\n", b""
    if request["operation"] != "forward":
        return "status unsupported\nmessage the forward pass only\n", b""
    # PyTorch's rules: what it rejects is to be rejected.
    rejected = "status rejected\nmessage illegal parameters\n", b""
    (x_type, *x_shape), (w_type, *w_shape) = request["input"].split(), request["weight"].split()
    b_type, *b_shape = request.get("bias", x_type + " none").split()
    parameters = " ".join(request[key] or "?" for key in ("stride", "padding", "output_padding", "dilation")).split()
    groups, module = int(request["groups"]), request["form"] == "module"
    if len(x_shape) not in (2, 3) or len(w_shape) != 3 or len(parameters) != 4 or "?" in parameters or groups <= 0:
        return rejected
    (n, cin, length), (w_cin, columns, k) = map(int, ["1", *x_shape][-3:]), map(int, w_shape)
    (stride, padding, output_padding, dilation), cout = map(int, parameters), columns * groups
    least = (length - 1) * stride - 2 * padding + dilation * (k - 1) + 1
    if "output_size" in request:  # of the module: it makes an output_padding of it
        sizes = request["output_size"].split()
        output_padding = int(sizes[-1]) - least if len(sizes) in (1, len(x_shape)) else -1
        if not 0 <= output_padding < stride:
            return rejected
    if (module and (int(request["in_channels"]) % groups or int(request["out_channels"]) % groups or request["padding_mode"] != "zeros")
            or min(padding, output_padding) < 0 or min(stride, dilation, k, columns, least + output_padding) <= 0
            or output_padding >= max(stride, dilation) or cin != w_cin or cin < groups or cin % groups or (length == 0 and n != 0)
            or max(n, 1) * cout * (least + output_padding) >= 2**63 or b_shape not in (["none"], [str(cout)])
            or not x_type == w_type == b_type or x_type in ("int32", "int16", "int8", "uint8", "bool")):
        return rejected
    if x_type not in ("float32", "float64"):
        return f"status unsupported\nmessage no {x_type} here\n", b""
    numbers = array.array("f" if x_type == "float32" else "d", body)
    x, w, b = numbers[:n * cin * length], numbers[n * cin * length:][:cin * columns * k], numbers[n * cin * length + cin * columns * k:]
    d = SimpleNamespace(batch=n, in_channels=cin, length=length, out_channels=cout, kernel_size=k, output_length=least + output_padding,
                        stride=stride, padding=padding, output_padding=output_padding, dilation=dilation, groups=groups)
    y = forward(x, w, b if "bias" in request else None, d)
    shape = " ".join(map(str, [n, cout, d.output_length][-len(x_shape):]))
    return f"status completed\noutput {x_type} {shape}\n", y.tobytes() if hasattr(y, "tobytes") else array.array(numbers.typecode, y).tobytes()


def serve(forward, version="1.0.0", details="Python"):
    """Answers requests until standard input ends."""
    # What forward prints must not get between the answers.
    answers, sys.stdout = sys.stdout.buffer, sys.stderr
    while prefix := sys.stdin.buffer.read(12):
        header_bytes, body_bytes = struct.unpack("<IQ", prefix)
        lines = sys.stdin.buffer.read(header_bytes).decode().splitlines()
        header, body = _answer(forward, version, details, dict(line.partition(" ")[::2] for line in lines), sys.stdin.buffer.read(body_bytes))
        answers.write(struct.pack("<IQ", len(header.encode()), len(body)) + header.encode() + body)
        answers.flush()
