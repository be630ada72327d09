using System.Globalization;

using ParityHarness.Problems;

namespace ParityHarness.Failures;

/// <summary>The plain conditions by which the problems that fail are told from those that do not; the plainest come first.</summary>
internal static class Conditions
{
    private static readonly Condition[] Plain =
    [
        new("stride > 1", p => p.Stride > 1),
        new("dilation > 1", p => p.Dilation > 1),
        new("padding > 0", p => p.Padding > 0),
        new("output_padding > 0", p => p.OutputPadding > 0),
        new("groups > 1", p => p.Groups > 1),
        new("bias", p => p.HasBias),
        new("a batch of more than one", p => !p.Unbatched && p.Batch > 1),
        new("an empty batch", p => !p.Unbatched && p.Batch == 0),
        new("unbatched input", p => p.Unbatched),
        new("kernel_size 1", p => p.KernelSize == 1),
        new("kernel_size > 1", p => p.KernelSize > 1),
        new("input length 1", p => p.Length == 1),
        new("input length > 1", p => p.Length > 1),
        new("output length 1", p => OutputLength(p) == 1),
        new("output length > 1", p => OutputLength(p) > 1),
        new("output_padding >= stride", p => p.OutputPadding >= p.Stride),
        new("output_padding >= dilation", p => p.OutputPadding > 0 && p.OutputPadding >= p.Dilation),
        new("stride > kernel_size", p => p.Stride > p.KernelSize),
        new("stride < kernel_size", p => p.Stride < p.KernelSize),
        new("stride = kernel_size", p => p.Stride == p.KernelSize),
        new("dilation > input length", p => p.Dilation > p.Length),
        new("dilation > stride", p => p.Dilation > p.Stride),
        new("stride and dilation that have a common divisor", p => p.Stride > 1 && p.Dilation > 1 && CommonDivisor.Of(p.Stride, p.Dilation) > 1),
        new("a kernel longer than the spread input", p => Span(p) > SpreadInput(p)),
        new("padding >= kernel_size", p => p.Padding >= p.KernelSize),
        new("padding > dilation*(kernel_size-1)", p => p.Padding >= Span(p)),
        new("one input channel a group", p => p.InChannels == p.Groups),
        new("more than one input channel a group", p => PerGroup(p.InChannels, p) > 1),
        new("one output channel a group", p => p.OutChannels == p.Groups),
        new("more than one output channel a group", p => PerGroup(p.OutChannels, p) > 1),
        new("as many groups as input channels (depthwise)", p => p.Groups > 1 && p.Groups == p.InChannels),
        new("in_channels = out_channels", p => p.InChannels == p.OutChannels),
        new("an even kernel_size", p => p.KernelSize % 2 == 0),
        new("an odd kernel_size", p => p.KernelSize % 2 != 0),
        new("the module form", p => p.Form == Form.Module),
        .. Enum.GetValues<DType>().Select(dtype => new Condition(dtype.Name(), p => p.DType == dtype)),
        .. Passes.Gradients.Select(gradient => new Condition(gradient switch { Pass.GradInput => "grad_input", Pass.GradWeight => "grad_weight", _ => "grad_bias" }, p => p.Pass.HasFlag(gradient))),
    ];

    /// <summary>The conditions that a problem meets: the plain ones, then its own numbers as limits and as values.</summary>
    /// <param name="problem">A failing problem, as small as it could be made: a parameter that is still large matters.</param>
    public static IEnumerable<Condition> MetBy(Problem problem) =>
        Plain.Where(c => c.Holds(problem))
            .Concat(Quantity.All.Where(q => q.Of(problem) is > 2 and <= 64).Select(q => q.From(q.Of(problem))))
            .Concat(Quantity.All.Where(q => q.IsParameter && q.Of(problem) is > 1 and <= 64).Select(q => q.Exactly(q.Of(problem))));

    /// <summary>The plain conditions that all of some problems meet.</summary>
    public static IEnumerable<Condition> Shared(IReadOnlyList<Problem> problems) => Plain.Where(c => problems.All(c.Holds));

    /// <summary>The output's length; 0 where there is none.</summary>
    internal static long OutputLength(Problem p) => ProblemRules.Check(p, out var length) is null ? length : 0;

    /// <summary>Channels of one group.</summary>
    internal static long PerGroup(long channels, Problem p) => channels / Math.Max(1, p.Groups);

    /// <summary>dilation*(kernel_size-1)+1: how many positions the taps span.</summary>
    internal static long Span(Problem p) => (long)Int128.Min((Int128)p.Dilation * (p.KernelSize - 1) + 1, long.MaxValue);

    private static long SpreadInput(Problem p) => (long)Int128.Min((Int128)(p.Length - 1) * p.Stride + 1, long.MaxValue);

    /// <summary>A count as people read it.</summary>
    internal static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
