namespace ParityHarness.Problems;

/// <summary>How much work and memory a problem needs. A size that does not fit int64 is given as the largest int64.</summary>
internal static class ProblemSize
{
    // Beside the two outputs the oracle keeps an exact value (double-double for float64), sum|x||w| and a count.
    private const int OracleBytesPerOutput = 24;

    /// <summary>
    /// Products of a problem with the usual shapes before padding cuts any off: N * Cin * L * Cout/groups * K.
    /// </summary>
    public static long MultiplyAdds(Problem problem)
    {
        var batch = problem.Unbatched ? 1 : problem.Batch;
        return Saturate(Product(Product(batch, problem.InChannels), Product(problem.Length, problem.GroupOutChannels)), problem.KernelSize);
    }

    /// <summary>
    /// Bytes of input, weight, bias, grad_output where there is one, the outputs of reference and candidate, and the oracle's
    /// arrays. A rejected problem has no output.
    /// </summary>
    public static long Bytes(Problem problem)
    {
        var weightSize = (problem.WeightDType ?? problem.DType).Size();
        var bytes = Product(Count(problem.InputShape.AsSpan()), problem.DType.Size())
            + Product(Count(problem.WeightShape.AsSpan()), weightSize);
        if (problem.HasBias)
        {
            bytes += Product(Count(problem.BiasShape.AsSpan()), (problem.BiasDType ?? problem.DType).Size());
        }

        if (ProblemRules.Check(problem, out var outputLength) is null)
        {
            bytes += Product(Count(ProblemRules.OutputShape(problem, outputLength)), 2 * weightSize + OracleBytesPerOutput);
            bytes += problem.IsBackward ? Product(Count(ProblemRules.GradOutputShape(problem, outputLength)), weightSize) : 0;
        }

        return (long)Int128.Min(bytes, long.MaxValue);
    }

    /// <summary>The same for a legal problem whose sizes are small enough not to overflow.</summary>
    internal static long BytesOf(long inputs, long weights, long biases, long outputs, DType dtype) =>
        (inputs + weights + biases) * dtype.Size() + outputs * (2 * dtype.Size() + OracleBytesPerOutput);

    private static Int128 Count(ReadOnlySpan<long> shape) => CountOf(shape) ?? long.MaxValue;

    private static Int128 Product(Int128 a, Int128 b) => Int128.Min(Int128.Max(a, 0) * Int128.Max(b, 0), long.MaxValue);

    private static long Saturate(Int128 a, Int128 b) => (long)Product(a, b);

    /// <summary>Number of elements of a shape; null where it does not fit int64.</summary>
    public static long? CountOf(ReadOnlySpan<long> shape)
    {
        // One pass for zeros first: 2^40 x 2^40 x 0 is an empty tensor, not an overflow.
        if (shape.Contains(0))
        {
            return 0;
        }

        Int128 count = 1;
        foreach (var size in shape)
        {
            count *= size;
            if (count > long.MaxValue || size < 0)
            {
                return null;
            }
        }

        return (long)count;
    }
}
