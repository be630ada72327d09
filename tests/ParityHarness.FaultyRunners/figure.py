"""How many of these wrong implementations are seen by what people use instead of ParityHarness, and how many by its profiles.

    tests/ParityHarness.FaultyRunners/figure.py                  in the root of the repository; needs PyTorch for Python
    tests/ParityHarness.FaultyRunners/figure.py tail_of_4 ...    only these

allclose: torch.allclose at the shapes of the example of torch.nn.functional.conv_transpose1d's documentation, with an atol of 1e-5, since by its
default of 1e-8 it refuses right implementations too. opinfo: the samples
of PyTorch's OpInfo (fixtures/opinfo.csv) with torch.testing.assert_close. Gradients
are compared too where a library does them. A crash, a hang or a wrong shape is seen as well. smoke and ci: parity fuzz.
"""
import csv
import ctypes
import multiprocessing
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import torch

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SECONDS = 10
DOCUMENTED = [dict(n=20, ic=16, oc=33, l=50, k=5)]


class Tensor(ctypes.Structure):
    _fields_ = [("dtype", ctypes.c_int32), ("ndim", ctypes.c_int32), ("shape", ctypes.c_int64 * 8), ("strides", ctypes.c_int64 * 8), ("data", ctypes.c_void_p)]


class List(ctypes.Structure):
    _fields_ = [("count", ctypes.c_int64), ("values", ctypes.c_int64 * 4)]


class Call(ctypes.Structure):
    _fields_ = [(name, ctypes.c_int32) for name in ("version", "operation", "form", "padding_mode")] \
        + [(name, Tensor) for name in ("input", "weight", "bias")] \
        + [(name, List) for name in ("stride", "padding", "output_padding", "dilation", "output_size")] \
        + [(name, ctypes.c_int64) for name in ("groups", "in_channels", "out_channels")] \
        + [("output", Tensor), ("output_capacity", ctypes.c_int64), ("reason", ctypes.c_int32), ("text_capacity", ctypes.c_int32), ("text", ctypes.c_char_p),
           ("abilities", ctypes.c_int32), ("stage", ctypes.c_int32), ("threads", ctypes.c_int32), ("repetitions", ctypes.c_int64), ("prepared", ctypes.c_void_p),
           ("grad_output", Tensor), ("gradients", ctypes.c_int32)]


def described(tensor):
    if tensor is None:
        return Tensor(ndim=-1)
    what = Tensor(dtype=1 if tensor.dtype == torch.float32 else 2, ndim=tensor.dim(), data=tensor.data_ptr())
    what.shape[: tensor.dim()], what.strides[: tensor.dim()] = list(tensor.shape), list(tensor.stride())
    return what


def answer(library, x, w, b, p, shape, grad_output=None, gradients=0):
    """The output, of the shape that is expected; None where the library does not do it."""
    output = torch.empty(shape, dtype=x.dtype)
    text = ctypes.create_string_buffer(1024)
    call = Call(version=3, operation=2 if gradients else 1, input=described(x), weight=described(w), bias=described(b), groups=p["g"], output=described(output),
                output_capacity=output.numel(), text_capacity=1024, text=ctypes.cast(text, ctypes.c_char_p), grad_output=described(grad_output), gradients=gradients)
    for name, key in (("stride", "s"), ("padding", "p"), ("output_padding", "op"), ("dilation", "d")):
        setattr(call, name, List(count=1, values=(ctypes.c_int64 * 4)(p[key])))
    status = library.parity_conv_transpose1d(ctypes.byref(call))
    if status == 2:
        return None
    if status != 0 or list(call.output.shape[: call.output.ndim]) != list(shape):
        raise AssertionError(f"status {status}, shape {list(call.output.shape[: max(0, call.output.ndim)])}")
    return output


def compare(path, problems, are_close):
    """Fails where the library and PyTorch differ in one of the problems."""
    library, generator = ctypes.CDLL(path), torch.Generator().manual_seed(0)
    for given in problems:
        p = {**dict(n=1, ic=1, oc=1, s=1, p=0, op=0, d=1, g=1, bias=0, unbatched=0, dtype="float32"), **given}
        make = lambda *sizes: torch.randn(*sizes, generator=generator, dtype=getattr(torch, p["dtype"])).requires_grad_()
        x = make(p["ic"], p["l"]) if p["unbatched"] else make(p["n"], p["ic"], p["l"])
        w, b = make(p["ic"], p["oc"] // p["g"], p["k"]), make(p["oc"]) if p["bias"] else None
        y = torch.nn.functional.conv_transpose1d(x, w, b, p["s"], p["p"], p["op"], p["g"], p["d"])
        actual = answer(library, x, w, b, p, y.shape)
        if actual is not None:
            are_close(actual, y.detach())
        grad_output = torch.randn(y.shape, generator=generator, dtype=y.dtype)
        wanted = [operand for operand in (x, w, b) if operand is not None]
        for operand, flag, expected in zip(wanted, (1, 2, 4), torch.autograd.grad(y, wanted, grad_output)):
            actual = answer(library, x, w, b, p, operand.shape, grad_output, flag)
            if actual is not None:
                are_close(actual, expected)


def documented(path):
    def are_close(actual, expected):
        assert torch.allclose(actual, expected, atol=1e-5)
    compare(path, DOCUMENTED, are_close)


def opinfo(path):
    problems = []
    for row in csv.DictReader(open(ROOT / "fixtures" / "opinfo.csv", newline="")):
        words, dtype = row["problem"].split()[:2]
        if dtype in ("float32", "float64") and row["outcome"] == "completed":
            problems.append({**{key: int(value or 1) for key, value in re.findall(r"(?:^|_)(ic|oc|op|unbatched|bias|[nlkspdg])(\d*)(?=_|$)", words)}, "dtype": dtype})
    compare(path, problems, torch.testing.assert_close)


def is_seen(check, path):
    """Whether a check in a process of its own does not come to its end."""
    fork = multiprocessing.get_context("fork")
    passed = fork.Event()

    def run():
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        check(path)
        passed.set()

    process = fork.Process(target=run)
    process.start()
    process.join(SECONDS)
    process.kill()
    return not passed.is_set()


def is_failed(profile, path, folder):
    command = [ROOT / "scripts" / "parity", "fuzz", "--profile", profile, "--candidate", f"native:{path}", "--max-failures", "1", "--shrink", "0", "--out", f"{folder}/out", "--force"]
    status = subprocess.run(command, capture_output=True).returncode
    if status > 1:
        sys.exit(f"{path}: parity ended with {status}")
    return status == 1


def main():
    torch.set_num_threads(1)
    counts, names = {}, sys.argv[1:] or sorted(file.stem for file in HERE.glob("*.c"))
    with tempfile.TemporaryDirectory() as folder:
        sources = {"correct": ROOT / "src" / "native" / "minimal_runner.c", **{name: HERE / f"{name}.c" for name in names}}
        for name, source in sources.items():
            path, flags = f"{folder}/{name}.so", re.findall(r"^// cc:(.*)", source.read_text(), re.M)
            subprocess.run(["cc", "-std=gnu11", "-O2", "-shared", "-fPIC", *" ".join(flags).split(), "-I", ROOT / "src" / "native", "-o", path, source, "-lm"], check=True)
            seen = {"allclose": is_seen(documented, path), "opinfo": is_seen(opinfo, path), "smoke": is_failed("smoke", path, folder)}
            seen["ci"] = seen["smoke"] and name != "correct" or is_failed("ci", path, folder)
            if name == "correct":
                if any(seen.values()):
                    sys.exit(f"the right implementation is said to be wrong: {seen}")
                continue
            for by, value in seen.items():
                counts[by] = counts.get(by, 0) + value
            print(f"{name}: " + (", ".join(by for by, value in seen.items() if value) or "nothing"), flush=True)
    print(f"of {len(names)} wrong implementations are seen by " + ", ".join(f"{by} {count} ({count / len(names):.0%})" for by, count in counts.items()))


main()
