using ParityHarness.Problems;
using ParityHarness.Runners;
using ParityHarness.Tensors;

using TorchSharp;

using TorchTensor = TorchSharp.torch.Tensor;

namespace ParityHarness.TorchSharp;

/// <summary>Tensors of the harness as TorchSharp's, and back. The numbers are copied.</summary>
internal static class TorchTensors
{
    /// <summary>A span holds at most 2^31 - 1 bytes; larger tensors are copied in pieces of this many elements.</summary>
    private const long PieceLength = 1L << 26;

    /// <summary>The tensor with its strides: the memory is copied as it is, with what lies between the elements.</summary>
    public static TorchTensor From(Tensor tensor)
    {
        var isDense = tensor.Strides.AsSpan().SequenceEqual(Tensor.DenseStrides(tensor.Shape));
        var result = torch.empty(isDense ? tensor.Shape : new[] { tensor.Extent }, ToScalarType(tensor.DType), torch.CPU);
        CopyMemory(tensor, result);
        return isDense ? result : result.as_strided(tensor.Shape, tensor.Strides);
    }

    /// <summary>Takes a result over.</summary>
    /// <exception cref="ProblemDataException">There is not that much memory.</exception>
    public static unsafe void Answer(TorchTensor result, Outcome outcome)
    {
        if (ToDType(result.dtype) is not { } dtype)
        {
            outcome.Fault($"the result has dtype {result.dtype}");
            return;
        }

        var dense = result.contiguous();
        var output = outcome.Output;
        output.Reshape(dtype, dense.shape);
        var size = dtype.Size();
        if (output.Count <= PieceLength)
        {
            dense.bytes.CopyTo(new Span<byte>(output.Data, (int)output.Count * size));
        }
        else
        {
            var flat = dense.view(-1);
            for (var start = 0L; start < output.Count; start += PieceLength)
            {
                var length = Math.Min(PieceLength, output.Count - start);
                flat.narrow(0, start, length).bytes.CopyTo(new Span<byte>(output.Data + start * size, (int)length * size));
            }
        }

        outcome.Complete();
    }

    private static unsafe void CopyMemory(Tensor tensor, TorchTensor to)
    {
        var size = tensor.DType.Size();
        if (tensor.Extent <= PieceLength)
        {
            new ReadOnlySpan<byte>(tensor.Data, (int)tensor.Extent * size).CopyTo(to.bytes);
            return;
        }

        var flat = to.view(-1);
        for (var start = 0L; start < tensor.Extent; start += PieceLength)
        {
            var length = Math.Min(PieceLength, tensor.Extent - start);
            new ReadOnlySpan<byte>(tensor.Data + start * size, (int)length * size).CopyTo(flat.narrow(0, start, length).bytes);
        }
    }

    private static torch.ScalarType ToScalarType(DType dtype) => dtype switch
    {
        DType.Float32 => torch.ScalarType.Float32,
        DType.Float64 => torch.ScalarType.Float64,
        DType.Float16 => torch.ScalarType.Float16,
        DType.BFloat16 => torch.ScalarType.BFloat16,
        DType.Int64 => torch.ScalarType.Int64,
        DType.Complex64 => torch.ScalarType.ComplexFloat32,
        DType.Complex128 => torch.ScalarType.ComplexFloat64,
        DType.Int32 => torch.ScalarType.Int32,
        DType.Int16 => torch.ScalarType.Int16,
        DType.Int8 => torch.ScalarType.Int8,
        DType.UInt8 => torch.ScalarType.Byte,
        DType.Bool => torch.ScalarType.Bool,
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "unknown dtype"),
    };

    private static DType? ToDType(torch.ScalarType type)
    {
        foreach (var dtype in Enum.GetValues<DType>())
        {
            if (ToScalarType(dtype) == type)
            {
                return dtype;
            }
        }

        return null;
    }
}
