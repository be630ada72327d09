using System.Collections.Immutable;

using ParityHarness.Problems;

namespace ParityHarness.Failures;

/// <summary>
/// The mistakes that ports of ConvTranspose1d are known to make with its parameters: exchanged, counted otherwise, or another formula for the
/// output's length. Each predicts which problems are rejected, the shape, and, where that is not free, the values.
/// </summary>
internal static class ParameterHypotheses
{
    private const string SpreadPadding = "padding is taken for the padding of the spread input: p and dilation*(kernel_size-1)-p are exchanged";
    private const string InputPadding = "padding is taken for padding of the input";

    /// <summary>The wrong ones.</summary>
    public static ImmutableArray<ForwardHypothesis> Wrong { get; } =
    [
        Exchange("groups and dilation are exchanged", s => s.Groups != s.Dilation, s => s.With(groups: s.Dilation, dilation: s.Groups)),
        Exchange("stride and dilation are exchanged", s => s.Stride != s.Dilation, s => s.With(stride: s.Dilation, dilation: s.Stride)),
        Exchange("padding and output_padding are exchanged", s => s.Padding != s.OutputPadding, s => s.With(padding: s.OutputPadding, outputPadding: s.Padding)),
        Exchange("stride and padding are exchanged", s => s.Stride != s.Padding, s => s.Padding < 1 ? s with { Rejection = RejectionReason.NonPositiveStride } : s.With(stride: s.Padding, padding: s.Stride)),
        Exchange("padding and dilation are exchanged", s => s.Padding != s.Dilation, s => s.Padding < 1 ? s with { Rejection = RejectionReason.NonPositiveDilation } : s.With(dilation: s.Padding, padding: s.Dilation)),
        Exchange("padding is capped at kernel_size - 1", s => s.Padding > s.KernelSize - 1, s => s.With(padding: s.KernelSize - 1)),
        Exchange("padding is capped at dilation*(kernel_size-1)", s => s.Padding > s.Dilation * (s.KernelSize - 1), s => s.With(padding: s.Dilation * (s.KernelSize - 1))),
        Exchange("dilation is counted from 0: dilation d is computed as d + 1", s => s.KernelSize > 1, s => s.With(dilation: s.Dilation + 1)),
        Exchange("output_padding is doubled", s => s.OutputPadding > 0, s => s.With(outputPadding: 2 * s.OutputPadding) with { Rejection = null }),
        Exchange(SpreadPadding, s => 2 * s.Padding != s.Dilation * (s.KernelSize - 1), s => s.With(padding: s.Dilation * (s.KernelSize - 1) - s.Padding)),
        new(SpreadPadding)
        {
            Concerns = s => s.KernelSize > 1 || s.Padding > 0,
            OutputLength = SpreadLength,
            From = (s, t, k) => t + k * s.Dilation - s.Padding,
        },
        new(SpreadPadding)
        {
            Concerns = s => s.KernelSize > 1 || s.Padding > 0 || s.OutputPadding > 0,
            OutputLength = s => SpreadLength(s) - s.OutputPadding,
            From = (s, t, k) => t + k * s.Dilation - s.Padding,
        },
        new(SpreadPadding) { Concerns = s => SpreadLength(s) != s.OutputLength, OutputLength = SpreadLength, IsOfShape = true },
        new(InputPadding)
        {
            Concerns = s => s.Padding > 0,
            OutputLength = InputPaddedLength,
            From = (s, t, k) => t - k * s.Dilation - s.Padding * s.Stride,
        },
        new(InputPadding) { Concerns = s => InputPaddedLength(s) != s.OutputLength, OutputLength = InputPaddedLength, IsOfShape = true },
        .. Length("the kernel's span is counted as kernel_size + dilation - 1", s => s.LengthWith() - s.Dilation * (s.KernelSize - 1) + s.KernelSize + s.Dilation - 2),
        .. Length("the kernel's span is counted as dilation*kernel_size", s => s.LengthWith() + s.Dilation - 1),
        .. Length("the kernel's span is counted as kernel_size: dilation is missing in the output's length", s => s.LengthWith(dilation: 1)),
        .. Length("output_padding is multiplied by stride in the output's length", s => s.LengthWith(outputPadding: s.OutputPadding * s.Stride)),
        .. Length("output_padding is subtracted from the output's length", s => s.LengthWith(outputPadding: -s.OutputPadding)),
        .. Length("output_padding is counted twice in the output's length", s => s.LengthWith(outputPadding: 2 * s.OutputPadding)),
        .. Length("output_padding is ignored", s => s.LengthWith(outputPadding: 0)),
        .. Length("padding is counted once, not twice, in the output's length", s => s.LengthWith() + s.Padding),
        .. Length("padding is missing in the output's length", s => s.LengthWith(padding: 0)),
        .. Length("the output's length counts input length * stride, not (input length - 1) * stride", s => s.LengthWith() + s.Stride - 1),
        .. Length("the output's length counts input length * stride, not (input length - 1) * stride + 1", s => s.LengthWith() + s.Stride),
    ];

    private static ForwardHypothesis Exchange(string cause, Func<Sizes, bool> concerns, Func<Sizes, Sizes> parameters) =>
        new(cause) { Concerns = concerns, Parameters = s => concerns(s) ? parameters(s) : s };

    /// <summary>A length of its own, with the right sums where they are asked for, or with any values.</summary>
    private static ForwardHypothesis[] Length(string cause, Func<Sizes, long> length)
    {
        bool Differs(Sizes s) => length(s) != s.OutputLength;
        return [new(cause) { Concerns = Differs, OutputLength = length }, new(cause) { Concerns = Differs, OutputLength = length, IsOfShape = true }];
    }

    private static long SpreadLength(Sizes s) => (s.Length - 1) * s.Stride + 1 + 2 * s.Padding - s.Dilation * (s.KernelSize - 1) + s.OutputPadding;

    private static long InputPaddedLength(Sizes s) => (s.Length - 1 + 2 * s.Padding) * s.Stride + s.Dilation * (s.KernelSize - 1) + 1 + s.OutputPadding;
}
