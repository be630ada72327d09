using ParityHarness.Problems;

namespace ParityHarness.Runners;

/// <summary>
/// What libtorch's error messages mean. Wording differs between versions, so a message is known by a fragment that has
/// lasted; the whole first line is kept in the outcome.
/// </summary>
internal static class LibtorchMessages
{
    // The first fragment that occurs decides; where one text contains another's fragment, the narrower stands first.
    private static readonly (string Fragment, RejectionReason Reason)[] Rejections =
    [
        ("input to conv_transpose1d, but got input of size", RejectionReason.InputDimensions),
        ("(unbatched) or", RejectionReason.InputDimensions),
        ("weight should have at least", RejectionReason.WeightDimensions),
        ("-dimensional input for", RejectionReason.WeightDimensions),
        ("non-positive groups", RejectionReason.NonPositiveGroups),
        ("expected groups to be greater than 0", RejectionReason.NonPositiveGroups),
        ("to be a single integer value or a list of", RejectionReason.ParameterCount),
        ("values, but instead got", RejectionReason.ParameterCount),
        ("negative padding is not supported", RejectionReason.NegativePadding),
        ("negative output_padding is not supported", RejectionReason.NegativeOutputPadding),
        ("non-positive stride is not supported", RejectionReason.NonPositiveStride),
        ("stride should be greater than zero", RejectionReason.NonPositiveStride),
        ("expected weight to be at least", RejectionReason.WeightGroups),
        ("expected weight to be divisible by", RejectionReason.WeightGroups),
        ("expected bias to be", RejectionReason.BiasShape),
        ("channels, but got", RejectionReason.InputChannels),
        ("Only zero batch or zero channel inputs are supported", RejectionReason.EmptyInput),
        ("kernel size should be greater than zero", RejectionReason.KernelSize),
        ("kernel_size should be greater than zero", RejectionReason.KernelSize),
        ("dilation should be greater than zero", RejectionReason.NonPositiveDilation),
        ("non-positive dilation is not supported", RejectionReason.NonPositiveDilation),
        ("negative dilation", RejectionReason.NonPositiveDilation),
        ("output padding must be smaller than", RejectionReason.OutputPaddingTooLarge),
        ("weight tensor expected, but got", RejectionReason.EmptyWeight),
        ("Output size is too small", RejectionReason.OutputSize),
        ("padding mode is supported for ConvTranspose1d", RejectionReason.PaddingMode),
        ("PaddingModes.Zeros is supported", RejectionReason.PaddingMode),
        ("channels must be divisible by groups", RejectionReason.ModuleChannels),
        ("equested an output size of", RejectionReason.RequestedOutputSize),
        ("output_size must have", RejectionReason.ParameterCount),
        ("expected scalar type", RejectionReason.DType),
        ("not implemented for", RejectionReason.DType),
        ("should be the same", RejectionReason.DType),
        ("same dtype", RejectionReason.DType),
        ("can require gradients", RejectionReason.DType),
        ("overflow", RejectionReason.Overflow),
    ];

    private static readonly string[] Faults =
    [
        "DefaultCPUAllocator",
        "out of memory",
        "not enough memory",
        "can't allocate memory",
        "bad_alloc",
        "INTERNAL ASSERT FAILED",
    ];

    /// <summary>
    /// Fills the outcome from the message of an error that libtorch threw: faulted where memory ran out or libtorch
    /// broke, unsupported where this version has no code for a dtype that others have, else rejected, with
    /// <see cref="RejectionReason.Unspecified"/> where the text is not known.
    /// Only the first line counts; what follows is a backtrace.
    /// </summary>
    public static void Answer(Outcome outcome, string message, Problem problem)
    {
        var line = message.AsSpan().TrimStart();
        var end = line.IndexOfAny('\r', '\n');
        line = end < 0 ? line : line[..end];
        foreach (var fault in Faults)
        {
            if (line.Contains(fault, StringComparison.OrdinalIgnoreCase))
            {
                outcome.Fault(message);
                return;
            }
        }

        if (!problem.DType.IsNeverImplemented() && line.Contains("not implemented for", StringComparison.Ordinal))
        {
            outcome.Unsupport(message);
            return;
        }

        foreach (var (fragment, reason) in Rejections)
        {
            if (line.Contains(fragment, StringComparison.Ordinal))
            {
                outcome.Reject(reason, message);
                return;
            }
        }

        outcome.Reject(ReasonByForm(line, problem), message);
    }

    /// <summary>The reason of a message that the functional and the module form say of different rules.</summary>
    private static RejectionReason ReasonByForm(ReadOnlySpan<char> line, Problem problem)
    {
        if (line.Contains("must be a positive integer", StringComparison.Ordinal))
        {
            return problem.Groups <= 0 ? RejectionReason.NonPositiveGroups : RejectionReason.ModuleChannels;
        }

        return line.Contains("tensor with negative dimension", StringComparison.Ordinal) && problem.Form == Form.Functional
            ? RejectionReason.OutputSize
            : RejectionReason.Unspecified;
    }
}
