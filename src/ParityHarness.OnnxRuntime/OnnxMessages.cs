using ParityHarness.Problems;
using ParityHarness.Runners;

namespace ParityHarness.OnnxRuntime;

/// <summary>What ONNX Runtime's error messages mean. A message is known by a fragment; its own words are kept in the outcome.</summary>
internal static class OnnxMessages
{
    private const string StatusMessage = "Status Message: ";

    private static readonly (string Fragment, RejectionReason Reason)[] Rejections =
    [
        ("Input X must have at least", RejectionReason.InputDimensions),
        ("Filter W must have at least", RejectionReason.WeightDimensions),
        ("X num_dims does not match W num_dims", RejectionReason.WeightDimensions),
        ("group count is <= 0", RejectionReason.NonPositiveGroups),
        ("does not match the number of spatial dimensions", RejectionReason.ParameterCount),
        ("does not match expected size", RejectionReason.ParameterCount),
        ("output_padding values must be non-negative", RejectionReason.NegativeOutputPadding),
        ("stride > 0 was false", RejectionReason.NonPositiveStride),
        ("dilation > 0 was false", RejectionReason.NonPositiveDilation),
        ("Input channels is not divisible by group", RejectionReason.WeightGroups),
        ("filter number not equal to input channel number", RejectionReason.InputChannels),
        ("Bias shape is not compatible", RejectionReason.BiasShape),
        ("Kernel size must be positive", RejectionReason.KernelSize),
        ("must be less than max(stride, dilation)", RejectionReason.OutputPaddingTooLarge),
        ("Computed output dimension is <= 0", RejectionReason.OutputSize),
        ("bound to different types", RejectionReason.DType),
        ("overflow", RejectionReason.Overflow),
    ];

    private static readonly string[] Faults = ["Failed to allocate memory", "bad_alloc", "out of memory"];

    /// <summary>
    /// Fills the outcome from the message of an error: unsupported where there is no code for a dtype that PyTorch has,
    /// faulted where memory ran out, else rejected, with <see cref="RejectionReason.Unspecified"/> where the text is not known.
    /// </summary>
    public static void Answer(Outcome outcome, string message, DType dtype)
    {
        // What comes before is the same for all.
        var start = message.IndexOf(StatusMessage, StringComparison.Ordinal);
        var words = start < 0 ? message : message[(start + StatusMessage.Length)..];
        if (Array.Exists(Faults, fault => words.Contains(fault, StringComparison.OrdinalIgnoreCase)))
        {
            outcome.Fault(words);
        }
        else if (IsOfDType(words))
        {
            if (dtype.IsNeverImplemented())
            {
                outcome.Reject(RejectionReason.DType, words);
            }
            else
            {
                outcome.Unsupport($"ConvTranspose of {dtype.Name()}: {words}");
            }
        }
        else
        {
            outcome.Reject(Array.Find(Rejections, r => words.Contains(r.Fragment, StringComparison.Ordinal)).Reason, words);
        }
    }

    private static bool IsOfDType(string words) =>
        words.Contains("Could not find an implementation for ConvTranspose", StringComparison.Ordinal)
        || (words.Contains("of input parameter (X)", StringComparison.Ordinal) && words.Contains("is invalid", StringComparison.Ordinal));
}
