using System.Numerics;

namespace ParityHarness.Problems;

/// <summary>
/// PyTorch's rules for ConvTranspose1d, stated once for the oracle and the generator, and apart from the kernel's own
/// validation. The order is that of libtorch 1.13.1's checks
/// (https://pytorch.org/docs/stable/generated/torch.nn.ConvTranspose1d.html gives the length's formula).
/// </summary>
internal static class ProblemRules
{
    /// <summary>
    /// The reason why PyTorch rejects a problem, or null for a legal one; then <paramref name="outputLength"/> is
    /// (L - 1)*stride - 2*padding + dilation*(K - 1) + output_padding + 1.
    /// </summary>
    public static RejectionReason? Check(Problem problem, out long outputLength)
    {
        outputLength = 0;
        if (problem.Form == Form.Module && CheckModule(problem) is { } moduleReason)
        {
            return moduleReason;
        }

        // On the stack: this is asked several times for each problem of a run.
        ReadOnlySpan<long> input = problem.InputShapeOverride is { } givenInput
            ? givenInput.AsSpan()
            : problem.Unbatched ? [problem.InChannels, problem.Length] : [problem.Batch, problem.InChannels, problem.Length];
        ReadOnlySpan<long> weight = problem.WeightShapeOverride is { } givenWeight
            ? givenWeight.AsSpan()
            : [problem.InChannels, problem.GroupOutChannels, problem.KernelSize];
        if (input.Length is not (2 or 3))
        {
            return RejectionReason.InputDimensions;
        }

        if (weight.Length < 3)
        {
            return RejectionReason.WeightDimensions;
        }

        if (problem.Groups <= 0)
        {
            return RejectionReason.NonPositiveGroups;
        }

        if (!problem.HasOneValueEach)
        {
            return RejectionReason.ParameterCount;
        }

        var stride = problem.StrideArgument.Value;
        var padding = problem.PaddingArgument.Value;
        var outputPadding = problem.OutputPaddingArgument.Value;
        var dilation = problem.DilationArgument.Value;
        if (problem.Form == Form.Module && problem.OutputSize is { } requested)
        {
            // [Lout] or the whole shape; the module then takes output_padding from it, in the range 0 to stride - 1.
            if (requested.Length != 1 && requested.Length != input.Length)
            {
                return RejectionReason.ParameterCount;
            }

            var smallest = OutputLength<Int128>(input[^1], problem.KernelSize, stride, padding, 0, dilation);
            if (requested[^1] < smallest || requested[^1] >= smallest + stride)
            {
                return RejectionReason.RequestedOutputSize;
            }

            outputPadding = (long)(requested[^1] - smallest);
        }

        if (padding < 0)
        {
            return RejectionReason.NegativePadding;
        }

        if (outputPadding < 0)
        {
            return RejectionReason.NegativeOutputPadding;
        }

        if (stride <= 0)
        {
            return RejectionReason.NonPositiveStride;
        }

        if (weight.Length != 3)
        {
            return RejectionReason.WeightDimensions;
        }

        if (weight[0] < problem.Groups || weight[0] % problem.Groups != 0)
        {
            return RejectionReason.WeightGroups;
        }

        var unbatched = input.Length == 2;
        var (batch, channels, length) = unbatched ? (1, input[0], input[1]) : (input[0], input[1], input[2]);
        if (channels != weight[0])
        {
            return RejectionReason.InputChannels;
        }

        var outChannels = (Int128)weight[1] * problem.Groups;
        ReadOnlySpan<long> bias = problem.BiasShapeOverride is { } givenBias ? givenBias.AsSpan() : [problem.OutChannels];
        if (problem.HasBias && (bias.Length != 1 || bias[0] != outChannels))
        {
            return RejectionReason.BiasShape;
        }

        if (length == 0 && batch != 0)
        {
            return RejectionReason.EmptyInput;
        }

        if (weight[2] <= 0)
        {
            return RejectionReason.KernelSize;
        }

        if (dilation <= 0)
        {
            return RejectionReason.NonPositiveDilation;
        }

        if (outputPadding >= stride && outputPadding >= dilation)
        {
            return RejectionReason.OutputPaddingTooLarge;
        }

        if (weight[1] == 0)
        {
            return RejectionReason.EmptyWeight;
        }

        var wide = OutputLength<Int128>(length, weight[2], stride, padding, outputPadding, dilation);
        if (wide <= 0)
        {
            return RejectionReason.OutputSize;
        }

        if (wide > long.MaxValue || !Fits(batch, channels, length) || !Fits(weight[0], weight[1], weight[2]) || !Fits(batch, (long)Int128.Min(outChannels, long.MaxValue), (long)wide))
        {
            return RejectionReason.Overflow;
        }

        outputLength = (long)wide;
        var weightDType = problem.WeightDType ?? problem.DType;
        var biasDType = problem.HasBias ? problem.BiasDType ?? problem.DType : problem.DType;
        // Of whole numbers autograd gives no gradients.
        if (weightDType != problem.DType || biasDType != problem.DType || problem.DType.IsNeverImplemented() || (problem.IsBackward && problem.DType == DType.Int64))
        {
            return RejectionReason.DType;
        }

        return null;
    }

    /// <summary>(L - 1)*stride - 2*padding + dilation*(K - 1) + output_padding + 1, in a type that holds it.</summary>
    public static T OutputLength<T>(T length, T kernelSize, T stride, T padding, T outputPadding, T dilation)
        where T : struct, IBinaryInteger<T>
        => (length - T.One) * stride - padding - padding + dilation * (kernelSize - T.One) + outputPadding + T.One;

    /// <summary>
    /// The shape of the answer to a legal problem: [N, Cout, Lout] or [Cout, Lout]; of one gradient that of its operand; of
    /// several [elements], all of them in the order grad_input, grad_weight, grad_bias, flat.
    /// </summary>
    public static long[] OutputShape(Problem problem, long outputLength) => problem.Pass switch
    {
        Pass.Forward => GradOutputShape(problem, outputLength),
        Pass.GradInput => [.. problem.InputShape],
        Pass.GradWeight => [.. problem.WeightShape],
        Pass.GradBias => [.. problem.BiasShape],
        _ => [(long)Int128.Min(long.MaxValue, Elements(problem, Pass.GradInput) + Elements(problem, Pass.GradWeight) + Elements(problem, Pass.GradBias))],
    };

    /// <summary>Number of elements of a gradient of a legal problem.</summary>
    public static long GradientElements(Problem problem, Pass gradient) => ProblemSize.CountOf((gradient switch
    {
        Pass.GradInput => problem.InputShape,
        Pass.GradWeight => problem.WeightShape,
        _ => problem.BiasShape,
    }).AsSpan())!.Value;

    private static Int128 Elements(Problem problem, Pass gradient) => problem.Pass.HasFlag(gradient) ? GradientElements(problem, gradient) : 0;

    /// <summary>The shape of the output of a legal problem, and so of grad_output: [N, Cout, Lout] or [Cout, Lout].</summary>
    public static long[] GradOutputShape(Problem problem, long outputLength)
    {
        var input = problem.InputShape;
        var channels = problem.WeightShape[1] * problem.Groups;
        return input.Length == 2 ? [channels, outputLength] : [input[0], channels, outputLength];
    }

    private static bool Fits(long a, long b, long c) => a == 0 || b == 0 || c == 0 || (Int128)a * b <= long.MaxValue / c;

    private static RejectionReason? CheckModule(Problem problem)
    {
        if (problem.Groups <= 0)
        {
            return RejectionReason.NonPositiveGroups;
        }

        if (problem.InChannels % problem.Groups != 0 || problem.OutChannels % problem.Groups != 0)
        {
            return RejectionReason.ModuleChannels;
        }

        if (problem.PaddingMode != PaddingMode.Zeros)
        {
            return RejectionReason.PaddingMode;
        }

        return null;
    }
}
