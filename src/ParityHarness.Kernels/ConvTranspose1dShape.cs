namespace ParityHarness.Kernels;

/// <summary>
/// A problem that has passed PyTorch's checks. Made by <see cref="TryCreate"/> or <see cref="Create"/>.
/// Input [N, Cin, L] or [Cin, L], weight [Cin, Cout/groups, K], bias [Cout], output [N, Cout, Lout] or [Cout, Lout], all row-major, with
/// Lout = (L - 1)*stride - 2*padding + dilation*(K - 1) + output_padding + 1.
/// See https://pytorch.org/docs/stable/generated/torch.nn.ConvTranspose1d.html.
/// </summary>
public readonly record struct ConvTranspose1dShape
{
    // Up to here sizes do not overflow when they are multiplied.
    private const long SmallExtent = 1 << 12;

    /// <summary>The same problem for another input: see <see cref="FitsAlike"/>.</summary>
    internal ConvTranspose1dShape(in ConvTranspose1dShape like, long batch, long inputLength, long outputLength)
    {
        this = like;
        Batch = batch;
        InputLength = inputLength;
        OutputLength = outputLength;
        InputElements = batch * InputChannels * inputLength;
        OutputElements = batch * OutputChannels * outputLength;
    }

    /// <summary>N; 1 for unbatched input.</summary>
    public long Batch { get; private init; }

    /// <summary>Cin, over all groups.</summary>
    public long InputChannels { get; private init; }

    /// <summary>Cout, over all groups.</summary>
    public long OutputChannels { get; private init; }

    /// <summary>Groups of channels; each output channel sees the Cin/groups inputs of its own group.</summary>
    public long Groups { get; private init; }

    /// <summary>L.</summary>
    public long InputLength { get; private init; }

    /// <summary>K.</summary>
    public long KernelSize { get; private init; }

    /// <summary>Outputs from one input position to the next.</summary>
    public long Stride { get; private init; }

    /// <summary>Outputs cut off at each end.</summary>
    public long Padding { get; private init; }

    /// <summary>Outputs appended at the far end.</summary>
    public long OutputPadding { get; private init; }

    /// <summary>Outputs from one tap to the next; 1 is dense.</summary>
    public long Dilation { get; private init; }

    /// <summary>Lout.</summary>
    public long OutputLength { get; private init; }

    /// <summary>Whether input and output have a batch dimension.</summary>
    public bool IsBatched { get; private init; }

    /// <summary>Whether there is a bias.</summary>
    public bool HasBias { get; private init; }

    // Of all but the input's sizes; OutputPadding and Padding are not negative.
    private bool IsSmall => (ulong)(InputChannels | OutputChannels | KernelSize | Stride | Padding | OutputPadding | Dilation) < SmallExtent && IsBatched;

    /// <summary>Elements of the input.</summary>
    public long InputElements { get; private init; }

    /// <summary>Elements of the weight.</summary>
    public long WeightElements { get; private init; }

    /// <summary>Elements of the output; 0 exactly when the batch is 0.</summary>
    public long OutputElements { get; private init; }

    /// <summary>
    /// Checks a problem as PyTorch 1.13.1 does, in its order, without its faults: nothing overflows, and an empty batch excuses only an empty length.
    /// Any value may come in. Nothing is allocated when the problem is accepted.
    /// </summary>
    /// <param name="inputShape">[N, Cin, L] or [Cin, L].</param>
    /// <param name="weightShape">[Cin, Cout/groups, K].</param>
    /// <param name="biasShape">[Cout]; ignored without a bias.</param>
    /// <param name="hasBias">Whether there is a bias.</param>
    /// <param name="stride">One value, positive.</param>
    /// <param name="padding">One value, not negative.</param>
    /// <param name="outputPadding">One value, not negative, smaller than stride or dilation.</param>
    /// <param name="groups">Positive; divides the channels.</param>
    /// <param name="dilation">One value, positive.</param>
    /// <param name="shape">The problem, when accepted.</param>
    /// <param name="reason">The category of the first rule broken, when rejected.</param>
    /// <param name="message">That rule in words, when rejected.</param>
    /// <returns>Whether PyTorch accepts the problem.</returns>
    public static bool TryCreate(
        ReadOnlySpan<long> inputShape,
        ReadOnlySpan<long> weightShape,
        ReadOnlySpan<long> biasShape,
        bool hasBias,
        ReadOnlySpan<long> stride,
        ReadOnlySpan<long> padding,
        ReadOnlySpan<long> outputPadding,
        long groups,
        ReadOnlySpan<long> dilation,
        out ConvTranspose1dShape shape,
        out RejectionReason reason,
        out string? message)
    {
        bool single = inputShape.Length == 3 && weightShape.Length == 3 && stride.Length == 1 && padding.Length == 1 && outputPadding.Length == 1 && dilation.Length == 1;
        if (single && (!hasBias || (biasShape.Length == 1 && biasShape[0] >= 0))
            && TryCreateSmall(inputShape, weightShape, hasBias ? biasShape[0] : -1, stride[0], padding[0], outputPadding[0], groups, dilation[0], out shape))
        {
            reason = RejectionReason.Unspecified;
            message = null;
            return true;
        }

        shape = default;
        message = FirstBrokenRule(inputShape, weightShape, biasShape, hasBias, stride, padding, outputPadding, groups, dilation, out reason);
        if (message is not null)
        {
            return false;
        }

        bool batched = inputShape.Length == 3;
        long batch = batched ? inputShape[0] : 1;
        long length = inputShape[^1];
        Int128 outputLength = TrueOutputLength(length, weightShape[2], stride[0], padding[0], outputPadding[0], dilation[0]);
        Int128 outputChannels = (Int128)weightShape[1] * groups;
        if (outputLength < 1)
        {
            reason = RejectionReason.OutputSize;
            message = $"Given input size per channel: (1 x {length}). Calculated output size per channel: (1 x {outputLength}). Output size is too small";
            return false;
        }

        if (outputLength > long.MaxValue
            || !TryCount(batch, inputShape[^2], length, out long inputElements)
            || !TryCount(weightShape[0], weightShape[1], weightShape[2], out long weightElements)
            || !TryCount(batch, outputChannels, outputLength, out long outputElements))
        {
            reason = RejectionReason.Overflow;
            message = $"a size does not fit into 64 bits: input {Text(inputShape)}, weight {Text(weightShape)}, output [{batch}, {outputChannels}, {outputLength}]";
            return false;
        }

        shape = new ConvTranspose1dShape
        {
            Batch = batch,
            InputChannels = inputShape[^2],
            OutputChannels = (long)outputChannels,
            Groups = groups,
            InputLength = length,
            KernelSize = weightShape[2],
            Stride = stride[0],
            Padding = padding[0],
            OutputPadding = outputPadding[0],
            Dilation = dilation[0],
            OutputLength = (long)outputLength,
            IsBatched = batched,
            HasBias = hasBias,
            InputElements = inputElements,
            WeightElements = weightElements,
            OutputElements = outputElements,
        };
        return true;
    }

    /// <summary>As <see cref="TryCreate"/>, but a rejection is thrown.</summary>
    /// <param name="inputShape">[N, Cin, L] or [Cin, L].</param>
    /// <param name="weightShape">[Cin, Cout/groups, K].</param>
    /// <param name="biasShape">[Cout]; ignored without a bias.</param>
    /// <param name="hasBias">Whether there is a bias.</param>
    /// <param name="stride">One value, positive.</param>
    /// <param name="padding">One value, not negative.</param>
    /// <param name="outputPadding">One value, not negative, smaller than stride or dilation.</param>
    /// <param name="groups">Positive; divides the channels.</param>
    /// <param name="dilation">One value, positive.</param>
    /// <exception cref="ConvTranspose1dException">PyTorch rejects the problem.</exception>
    public static ConvTranspose1dShape Create(
        ReadOnlySpan<long> inputShape,
        ReadOnlySpan<long> weightShape,
        ReadOnlySpan<long> biasShape,
        bool hasBias,
        ReadOnlySpan<long> stride,
        ReadOnlySpan<long> padding,
        ReadOnlySpan<long> outputPadding,
        long groups,
        ReadOnlySpan<long> dilation)
    {
        return TryCreate(inputShape, weightShape, biasShape, hasBias, stride, padding, outputPadding, groups, dilation, out var shape, out var reason, out var message)
            ? shape
            : throw new ConvTranspose1dException(reason, message);
    }

    /// <summary>Whether the same problem for another input needs no check but these, all sizes being small; then its output length.</summary>
    internal static bool FitsAlike(in ConvTranspose1dShape like, ReadOnlySpan<long> inputShape, out long outputLength)
    {
        outputLength = 0;
        if (inputShape.Length != 3 || inputShape[1] != like.InputChannels || !like.IsSmall)
        {
            return false;
        }

        (long batch, long length) = (inputShape[0], inputShape[2]);
        outputLength = like.OutputLength + ((length - like.InputLength) * like.Stride);
        return batch is > 0 and < SmallExtent && length is > 0 and < SmallExtent && outputLength > 0;
    }

    // Where a tiny problem is to be computed the checks must not take longer: legal problems with every size below 2^12, where 64 bits suffice.
    // False says nothing: then the rules are gone through one by one. A bias of -1 is none.
    private static bool TryCreateSmall(
        ReadOnlySpan<long> input, ReadOnlySpan<long> weight, long bias, long stride, long padding, long outputPadding, long groups, long dilation, out ConvTranspose1dShape shape)
    {
        (long batch, long channels, long length) = (input[0], input[1], input[2]);
        (long columns, long kernelSize) = (weight[1], weight[2]);
        ulong least = (ulong)Math.Min(Math.Min(Math.Min(batch, channels), Math.Min(length, columns)), Math.Min(Math.Min(kernelSize, stride), Math.Min(groups, dilation)));
        ulong all = (ulong)(batch | channels | length | columns | kernelSize | stride | groups | dilation | padding | outputPadding);
        long outputChannels = columns * groups;
        long outputLength = ((length - 1) * stride) - (2 * padding) + (dilation * (kernelSize - 1)) + outputPadding + 1;
        bool legal = least >= 1 && all < SmallExtent && channels == weight[0] && (groups == 1 || channels % groups == 0) && (bias < 0 || bias == outputChannels)
            && (outputPadding < stride || outputPadding < dilation) && outputLength >= 1;
        if (!legal)
        {
            shape = default;
            return false;
        }

        shape = new ConvTranspose1dShape
        {
            Batch = batch,
            InputChannels = channels,
            OutputChannels = outputChannels,
            Groups = groups,
            InputLength = length,
            KernelSize = kernelSize,
            Stride = stride,
            Padding = padding,
            OutputPadding = outputPadding,
            Dilation = dilation,
            OutputLength = outputLength,
            IsBatched = true,
            HasBias = bias >= 0,
            InputElements = batch * channels * length,
            WeightElements = channels * columns * kernelSize,
            OutputElements = batch * outputChannels * outputLength,
        };
        return true;
    }

    // The largest magnitudes, two products of 63-bit values, stay below 2^127.
    internal static Int128 TrueOutputLength(long length, long kernelSize, long stride, long padding, long outputPadding, long dilation)
        => (((Int128)length - 1) * stride) - ((Int128)2 * padding) + ((Int128)dilation * ((Int128)kernelSize - 1)) + outputPadding + 1;

    // The factors are not negative, and at most 2^126.
    internal static bool TryCount(long first, Int128 second, Int128 third, out long count)
    {
        count = 0;
        if (first == 0 || second == 0 || third == 0)
        {
            return true;
        }

        if (second > long.MaxValue || first * second > long.MaxValue || third > long.MaxValue || first * second * third > long.MaxValue)
        {
            return false;
        }

        count = (long)(first * second * third);
        return true;
    }

    // PyTorch's order. Its own last check, the output size, is made by the caller, which needs the value.
    private static string? FirstBrokenRule(
        ReadOnlySpan<long> input,
        ReadOnlySpan<long> weight,
        ReadOnlySpan<long> bias,
        bool hasBias,
        ReadOnlySpan<long> stride,
        ReadOnlySpan<long> padding,
        ReadOnlySpan<long> outputPadding,
        long groups,
        ReadOnlySpan<long> dilation,
        out RejectionReason reason)
    {
        reason = RejectionReason.InputDimensions;
        if (input.Length is not (2 or 3))
        {
            return $"Expected 2D (unbatched) or 3D (batched) input to conv_transpose1d, but got input of size: {Text(input)}";
        }

        if (HasNegative(input))
        {
            return $"Trying to create tensor with negative dimension: input {Text(input)}";
        }

        reason = RejectionReason.WeightDimensions;
        if (weight.Length < 3)
        {
            return "weight should have at least three dimensions";
        }

        if (HasNegative(weight))
        {
            return $"Trying to create tensor with negative dimension: weight {Text(weight)}";
        }

        reason = RejectionReason.NonPositiveGroups;
        if (groups <= 0)
        {
            return "non-positive groups is not supported";
        }

        reason = RejectionReason.ParameterCount;
        int dimensions = weight.Length - 2;
        string? count = WrongCount(stride, "stride", dimensions)
            ?? WrongCount(padding, "padding", dimensions)
            ?? WrongCount(dilation, "dilation", dimensions)
            ?? WrongCount(outputPadding, "output_padding", dimensions);
        if (count is not null)
        {
            return count;
        }

        reason = RejectionReason.NegativePadding;
        if (HasNegative(padding))
        {
            return "negative padding is not supported";
        }

        reason = RejectionReason.NegativeOutputPadding;
        if (HasNegative(outputPadding))
        {
            return "negative output_padding is not supported";
        }

        reason = RejectionReason.NonPositiveStride;
        if (HasNegative(stride) || stride.Contains(0))
        {
            return "non-positive stride is not supported";
        }

        reason = RejectionReason.WeightDimensions;
        if (weight.Length != 3)
        {
            return $"Expected {weight.Length}-dimensional input for {weight.Length}-dimensional weight {Text(weight)}, but got 3-dimensional input of size {BatchedText(input)} instead";
        }

        reason = RejectionReason.WeightGroups;
        if (weight[0] < groups)
        {
            return $"Given groups={groups}, expected weight to be at least {groups} at dimension 0, but got weight of size {Text(weight)} instead";
        }

        if (weight[0] % groups != 0)
        {
            return $"Given groups={groups}, expected weight to be divisible by {groups} at dimension 0, but got weight of size [{Text(weight)}] instead";
        }

        reason = RejectionReason.InputChannels;
        if (input[^2] != weight[0])
        {
            return $"Given transposed=1, weight of size {Text(weight)}, expected input{BatchedText(input)} to have {weight[0]} channels, but got {input[^2]} channels instead";
        }

        reason = RejectionReason.BiasShape;
        Int128 outputChannels = (Int128)weight[1] * groups;
        if (hasBias && (bias.Length != 1 || bias[0] != outputChannels))
        {
            return $"Given transposed=1, weight of size {Text(weight)}, expected bias to be 1-dimensional with {outputChannels} elements, but got bias of size {Text(bias)} instead";
        }

        // An empty batch is legal whatever the length.
        reason = RejectionReason.EmptyInput;
        if (input[^1] == 0 && !(input.Length == 3 && input[0] == 0))
        {
            return $"Only zero batch or zero channel inputs are supported, but got input shape: {BatchedText(input)}";
        }

        reason = RejectionReason.KernelSize;
        if (weight[2] == 0)
        {
            return "kernel size should be greater than zero, but got kernel_height: 1 kernel_width: 0";
        }

        reason = RejectionReason.NonPositiveDilation;
        if (dilation[0] <= 0)
        {
            return $"dilation should be greater than zero, but got dilation_height: 1, dilation_width: {dilation[0]}";
        }

        reason = RejectionReason.OutputPaddingTooLarge;
        if (outputPadding[0] >= stride[0] && outputPadding[0] >= dilation[0])
        {
            return "output padding must be smaller than either stride or dilation, "
                + $"but got output_padding_height: 0 output_padding_width: {outputPadding[0]} stride_height: 1 stride_width: {stride[0]} dilation_height: 1 dilation_width: {dilation[0]}";
        }

        reason = RejectionReason.EmptyWeight;
        if (weight[1] == 0)
        {
            return $"non-empty 2D or 4D weight tensor expected, but got: [{weight[0]}, {weight[1]}, 1, {weight[2]}]";
        }

        reason = RejectionReason.Unspecified;
        return null;
    }

    private static string? WrongCount(ReadOnlySpan<long> values, string name, int dimensions)
        => values.Length == 1 || values.Length == dimensions
            ? null
            : $"expected {name} to be a single integer value or a list of {dimensions} values to match the convolution dimensions, but got {name}={Text(values)}";

    private static bool HasNegative(ReadOnlySpan<long> values)
    {
        foreach (long value in values)
        {
            if (value < 0)
            {
                return true;
            }
        }

        return false;
    }

    private static string Text(ReadOnlySpan<long> values) => $"[{string.Join(", ", values.ToArray())}]";

    private static string BatchedText(ReadOnlySpan<long> input)
        => input.Length == 3 ? Text(input) : $"[1, {input[0]}, {input[1]}]";
}
