using System.Numerics;

namespace ParityHarness.Kernels;

/// <summary>
/// torch.nn.ConvTranspose1d, forward: weights are copied and packed once. Immutable, so concurrent calls are safe.
/// See https://pytorch.org/docs/stable/generated/torch.nn.ConvTranspose1d.html.
/// </summary>
/// <typeparam name="T">float, double, Half, BFloat16, long, Complex64 or Complex.</typeparam>
public sealed class ConvTranspose1dModule<T>
    where T : unmanaged
{
    // Long enough for any padding that leaves something to compute at lengths in use.
    private const long TypicalLength = 1 << 30;

    private readonly long inputChannels;
    private readonly long outputChannels;
    private readonly long kernelSize;
    private readonly long stride;
    private readonly long padding;
    private readonly long outputPadding;
    private readonly long groups;
    private readonly long dilation;
    private readonly T[] weight;
    private readonly T[]? bias;

    // The problem of some input, of which those of others are made; none where these sizes allow no problem.
    private readonly ConvTranspose1dShape some;

    // The weight as the real kernels take it: for float, Half, BFloat16 and Complex64 the one, for double and Complex the other.
    private readonly ModuleWeight<float>? single;
    private readonly ModuleWeight<double>? doubled;

    /// <summary>Checks what PyTorch's constructor checks, then the lengths of the spans; the rest is checked by each call, as PyTorch does.</summary>
    /// <param name="inputChannels">Cin, divisible by groups.</param>
    /// <param name="outputChannels">Cout, divisible by groups.</param>
    /// <param name="kernelSize">K.</param>
    /// <param name="weight">[Cin, Cout/groups, K].</param>
    /// <param name="bias">[Cout], or null.</param>
    /// <param name="stride">Positive.</param>
    /// <param name="padding">Not negative.</param>
    /// <param name="outputPadding">Not negative, smaller than stride or dilation.</param>
    /// <param name="groups">Positive; divides the channels.</param>
    /// <param name="dilation">Positive.</param>
    /// <param name="paddingMode">Only "zeros" is accepted.</param>
    /// <exception cref="ConvTranspose1dException">PyTorch's constructor rejects the arguments, or T is another type.</exception>
    /// <exception cref="ArgumentException">weight or bias does not have the length that the channels and kernel size imply.</exception>
    public ConvTranspose1dModule(
        long inputChannels, long outputChannels, long kernelSize, ReadOnlySpan<T> weight, T[]? bias = null,
        long stride = 1, long padding = 0, long outputPadding = 0, long groups = 1, long dilation = 1, string paddingMode = "zeros")
    {
        if (!TypedForward.Has<T>())
        {
            throw new ConvTranspose1dException(RejectionReason.DType, $"conv_transpose1d is not implemented for '{typeof(T).Name}'");
        }

        if (paddingMode != "zeros")
        {
            throw new ConvTranspose1dException(RejectionReason.PaddingMode, "Only `zeros` padding mode is supported for ConvTranspose1d");
        }

        if (groups <= 0)
        {
            throw new ConvTranspose1dException(RejectionReason.NonPositiveGroups, "groups must be a positive integer");
        }

        if (inputChannels % groups != 0)
        {
            throw new ConvTranspose1dException(RejectionReason.ModuleChannels, "in_channels must be divisible by groups");
        }

        if (outputChannels % groups != 0)
        {
            throw new ConvTranspose1dException(RejectionReason.ModuleChannels, "out_channels must be divisible by groups");
        }

        if (inputChannels < 0 || outputChannels < 0 || kernelSize < 0)
        {
            throw new ConvTranspose1dException(
                RejectionReason.WeightDimensions, $"Trying to create tensor with negative dimension: weight [{inputChannels}, {outputChannels / groups}, {kernelSize}]");
        }

        RequireLength(inputChannels, outputChannels / groups, kernelSize, weight.Length, nameof(weight));
        if (bias is not null)
        {
            RequireLength(1, 1, outputChannels, bias.Length, nameof(bias));
        }

        this.inputChannels = inputChannels;
        this.outputChannels = outputChannels;
        this.kernelSize = kernelSize;
        this.stride = stride;
        this.padding = padding;
        this.outputPadding = outputPadding;
        this.groups = groups;
        this.dilation = dilation;
        this.bias = (T[]?)bias?.Clone();
        bool legal = ConvTranspose1dShape.TryCreate(
            [1, inputChannels, TypicalLength], [inputChannels, outputChannels / groups, kernelSize], [outputChannels], bias is not null, [stride], [padding], [outputPadding], groups, [dilation],
            out some, out _, out _);
        some = legal ? some : default;
        this.weight = typeof(T) == typeof(long) ? weight.ToArray() : [];
        if (typeof(T) == typeof(float))
        {
            single = Pack(TypedForward.To<T, float>(weight).ToArray(), parts: 1);
        }
        else if (typeof(T) == typeof(Complex64))
        {
            single = Pack(ComplexForward.RealWeight(TypedForward.To<T, float>(weight), inputChannels, outputChannels / groups, kernelSize), parts: 2);
        }
        else if (typeof(T) == typeof(double))
        {
            doubled = Pack(TypedForward.To<T, double>(weight).ToArray(), parts: 1);
        }
        else if (typeof(T) == typeof(Complex))
        {
            doubled = Pack(ComplexForward.RealWeight(TypedForward.To<T, double>(weight), inputChannels, outputChannels / groups, kernelSize), parts: 2);
        }
        else if (typeof(T) != typeof(long))
        {
            var wide = new float[weight.Length];
            TypedForward.Widen(weight, wide, SimdLevels.Best);
            single = Pack(wide, parts: 1);
        }
    }

    /// <summary>The problem that this module makes of [batch, Cin, inputLength].</summary>
    /// <param name="batch">N, or null for unbatched input.</param>
    /// <param name="inputLength">L.</param>
    /// <param name="outputSize">The output length wanted, which replaces output_padding as PyTorch's output_size does; or null.</param>
    /// <exception cref="ConvTranspose1dException">PyTorch rejects the problem.</exception>
    public ConvTranspose1dShape Shape(long? batch, long inputLength, long? outputSize = null)
    {
        ReadOnlySpan<long> input = batch is { } n ? [n, inputChannels, inputLength] : [inputChannels, inputLength];
        return Shape(input, outputSize);
    }

    /// <summary>The problem that this module makes of an input of any shape.</summary>
    /// <param name="inputShape">[N, Cin, L] or [Cin, L].</param>
    /// <param name="outputSize">The output length wanted, which replaces output_padding as PyTorch's output_size does; or null.</param>
    /// <exception cref="ConvTranspose1dException">PyTorch rejects the problem.</exception>
    public ConvTranspose1dShape Shape(ReadOnlySpan<long> inputShape, long? outputSize = null)
    {
        if (outputSize is null && ConvTranspose1dShape.FitsAlike(some, inputShape, out long outputLength))
        {
            return new ConvTranspose1dShape(some, inputShape[0], inputShape[2], outputLength);
        }

        long appended = outputSize is { } wanted && inputShape.Length > 0 ? OutputPaddingFor(inputShape[^1], wanted) : outputPadding;
        return ConvTranspose1dShape.Create(
            inputShape, [inputChannels, outputChannels / groups, kernelSize], [outputChannels], bias is not null, [stride], [padding], [appended], groups, [dilation]);
    }

    /// <summary>Computes the output of <paramref name="shape"/>, which <see cref="Shape(long?, long, long?)"/> made.</summary>
    /// <param name="shape">The problem.</param>
    /// <param name="input">[N, Cin, L].</param>
    /// <param name="output">[N, Cout, Lout]; overwritten. Must not overlap the input.</param>
    /// <param name="level">The SIMD level, or null for the best that there is.</param>
    /// <param name="maxDegreeOfParallelism">Threads at most, or -1 for all processors; small problems use fewer. The result does not depend on it.</param>
    /// <exception cref="ArgumentException">The shape is not of this module, or a span's length is not what it says.</exception>
    /// <exception cref="NotSupportedException">A tensor is beyond 2^31-1 elements.</exception>
    /// <exception cref="PlatformNotSupportedException"><paramref name="level"/> cannot run here.</exception>
    public void Forward(in ConvTranspose1dShape shape, ReadOnlySpan<T> input, Span<T> output, SimdLevel? level = null, int maxDegreeOfParallelism = 1)
    {
        bool mine = shape.InputChannels == inputChannels && shape.OutputChannels == outputChannels && shape.KernelSize == kernelSize
            && shape.Groups == groups && shape.Stride == stride && shape.Dilation == dilation && shape.HasBias == bias is not null;
        if (!mine)
        {
            throw new ArgumentException("The shape is not of this module.", nameof(shape));
        }

        ReadOnlySpan<T> b = bias;
        if (typeof(T) == typeof(float))
        {
            single!.Forward(shape, TypedForward.To<T, float>(input), TypedForward.To<T, float>(b), TypedForward.To<T, float>(output), level, maxDegreeOfParallelism);
            return;
        }

        if (typeof(T) == typeof(double))
        {
            doubled!.Forward(shape, TypedForward.To<T, double>(input), TypedForward.To<T, double>(b), TypedForward.To<T, double>(output), level, maxDegreeOfParallelism);
            return;
        }

        var chosen = TypedForward.Require(shape, input.Length, (int)shape.WeightElements, b.Length, output.Length, level);
        if (output.IsEmpty)
        {
            return;
        }

        if (typeof(T) == typeof(long))
        {
            TypedForward.Run(shape, input, weight, b, output, level, maxDegreeOfParallelism);
        }
        else if (typeof(T) == typeof(Complex64))
        {
            ComplexForward.Run(shape, TypedForward.To<T, float>(input), single!, TypedForward.To<T, float>(b), TypedForward.To<T, float>(output), level, maxDegreeOfParallelism);
        }
        else if (typeof(T) == typeof(Complex))
        {
            ComplexForward.Run(shape, TypedForward.To<T, double>(input), doubled!, TypedForward.To<T, double>(b), TypedForward.To<T, double>(output), level, maxDegreeOfParallelism);
        }
        else
        {
            TypedForward.RunNarrow(shape, input, weight: [], single, b, output, chosen, maxDegreeOfParallelism);
        }
    }

    /// <summary>Computes the output for [batch, Cin, inputLength].</summary>
    /// <param name="input">[batch, Cin, inputLength].</param>
    /// <param name="batch">N.</param>
    /// <param name="inputLength">L.</param>
    /// <param name="output">[batch, Cout, Lout]; overwritten. Must not overlap the input.</param>
    /// <param name="level">The SIMD level, or null for the best that there is.</param>
    /// <param name="maxDegreeOfParallelism">Threads at most, or -1 for all processors; small problems use fewer. The result does not depend on it.</param>
    /// <exception cref="ConvTranspose1dException">PyTorch rejects the problem.</exception>
    /// <exception cref="ArgumentException">A span's length is not what the sizes imply.</exception>
    public void Forward(ReadOnlySpan<T> input, long batch, long inputLength, Span<T> output, SimdLevel? level = null, int maxDegreeOfParallelism = 1)
        => Forward(Shape(batch, inputLength), input, output, level, maxDegreeOfParallelism);

    private static void RequireLength(long first, long second, long third, int actual, string name)
    {
        if (!ConvTranspose1dShape.TryCount(first, second, third, out long expected) || actual != expected)
        {
            throw new ArgumentException($"The {name} has {actual} elements where the module's sizes give [{first}, {second}, {third}].", name);
        }
    }

    private long OutputPaddingFor(long inputLength, long wanted)
    {
        Int128 smallest = ConvTranspose1dShape.TrueOutputLength(inputLength, kernelSize, stride, padding, outputPadding: 0, dilation);
        Int128 largest = smallest + stride - 1;
        return wanted >= smallest && wanted <= largest
            ? (long)(wanted - smallest)
            : throw new ConvTranspose1dException(
                RejectionReason.RequestedOutputSize,
                $"requested an output size of [{wanted}], but valid sizes range from {smallest} to {largest} (for an input of [{inputLength}])");
    }

    private ModuleWeight<TReal> Pack<TReal>(TReal[] real, int parts)
        where TReal : unmanaged, IBinaryFloatingPointIeee754<TReal>
        => new(real, parts * inputChannels, parts * (outputChannels / groups), kernelSize, stride, padding, groups, dilation);
}
