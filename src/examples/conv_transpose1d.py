"""ConvTranspose1d in plain Python behind ParityHarness' pipe protocol (see python.md beside this file)."""
import array
import struct
import sys


def conv_transpose1d(x, w, b, n, cin, length, cout, k, out_length, stride, padding, dilation, groups):
    """Your code. Output t of channel o is the bias and every x[l] * w[j] with l*stride + j*dilation - padding == t."""
    y = []
    for o in range(n * cout):
        row, column = [b[o % cout] if b else 0.0] * out_length, o % (cout // groups)
        first = o % cout // (cout // groups) * (cin // groups)
        for i in range(first, first + cin // groups):
            for l in range(length):
                for j in range(k):
                    t = l * stride + j * dilation - padding
                    if 0 <= t < out_length:
                        row[t] += x[(o // cout * cin + i) * length + l] * w[(i * (cout // groups) + column) * k + j]
        y += row
    return y


def answer(request, body):
    if request["operation"] == "describe":
        return "status completed\nversion 1.0.0\ndetails plain Python\n", b""
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
    y = conv_transpose1d(x, w, b, n, cin, length, cout, k, least + output_padding, stride, padding, dilation, groups)
    shape = " ".join(map(str, [n, cout, least + output_padding][-len(x_shape):]))
    return f"status completed\noutput {x_type} {shape}\n", array.array(numbers.typecode, y).tobytes()


while prefix := sys.stdin.buffer.read(12):
    header_bytes, body_bytes = struct.unpack("<IQ", prefix)
    lines = sys.stdin.buffer.read(header_bytes).decode().splitlines()
    header, body = answer(dict(line.partition(" ")[::2] for line in lines), sys.stdin.buffer.read(body_bytes))
    sys.stdout.buffer.write(struct.pack("<IQ", len(header.encode()), len(body)) + header.encode() + body)
    sys.stdout.buffer.flush()
