using System.Collections.Immutable;

using ParityHarness.Problems;

namespace ParityHarness.Failures;

/// <summary>The mistakes that implementations of the gradients are known to make.</summary>
internal static class GradientHypotheses
{
    private const Pass Both = Pass.GradInput | Pass.GradWeight;
    private const Pass OverBatch = Pass.GradWeight | Pass.GradBias;
    private const Pass All = Both | Pass.GradBias;

    /// <summary>The wrong ones.</summary>
    public static ImmutableArray<GradientHypothesis> Wrong { get; } =
    [
        new("the kernel is flipped: tap k is taken for tap K-1-k", Both)
        {
            Concerns = s => s.KernelSize > 1,
            Weight = (s, g, c, o, k) => Row(s, g, c, o) + s.KernelSize - 1 - k,
        },
        new("weight is read as [Cout, Cin/groups, K]", Pass.GradInput) { Concerns = IsNarrowedOrWide, Weight = AsInPlainConvolutions },
        new("grad_weight is written as [Cout, Cin/groups, K]", Pass.GradWeight) { Concerns = IsNarrowedOrWide, Weight = AsInPlainConvolutions },
        new("weight is read as [K, Cin, Cout/groups]", Pass.GradInput) { Concerns = HasManyTapsAndChannels, Weight = TapsFirst },
        new("grad_weight is written as [K, Cin, Cout/groups]", Pass.GradWeight) { Concerns = HasManyTapsAndChannels, Weight = TapsFirst },
        new("groups are interleaved: input channel i is taken for group i % groups", Both)
        {
            Concerns = s => s.Groups > 1 && s.GroupIn > 1,
            Group = (s, i) => i % s.Groups,
        },
        new("groups are interleaved: input channel i is taken for group i % groups", Pass.GradWeight)
        {
            Concerns = s => s.Groups > 1 && s.GroupIn > 1,
            Channel = (s, i) => i / s.GroupIn + i % s.GroupIn * s.Groups,
        },
        new("groups are ignored: every group reads the first group's grad_output", Both) { Concerns = s => s.Groups > 1, Group = (_, _) => 0 },
        new("groups are ignored: every group reads the first group's weight", Pass.GradInput)
        {
            Concerns = s => s.Groups > 1,
            Weight = (s, _, c, o, k) => Row(s, 0, c, o) + k,
        },
        new("groups are ignored: every group reads the first group's input", Pass.GradWeight) { Concerns = s => s.Groups > 1, Channel = (s, i) => i % s.GroupIn },
        new("what output_padding appends is left out", All) { Concerns = s => s.OutputPadding > 0, LeavesOutOutput = (s, t) => t >= s.OutputLength - s.OutputPadding },
        new("only the first item of a batch is summed", OverBatch) { Concerns = s => s.Batch > 1, LeavesOutItem = (_, n) => n > 0 },
        new("only the last item of a batch is summed", OverBatch) { Concerns = s => s.Batch > 1, LeavesOutItem = (s, n) => n < s.Batch - 1 },
        new("the last item of a batch is left out of the sum", OverBatch) { Concerns = s => s.Batch > 1, LeavesOutItem = (s, n) => n == s.Batch - 1 },
        new("the items of a batch are averaged, not summed", OverBatch) { Concerns = s => s.Batch > 1, Result = (s, sum) => sum / s.Batch },
        new("every item of a batch is computed from the first one's grad_output", Pass.GradInput) { Concerns = s => s.Batch > 1, Item = (_, _) => 0 },
        new("stride and dilation are swapped", Both)
        {
            Concerns = s => s.Stride != s.Dilation,
            To = (s, l, k) => l * s.Dilation + k * s.Stride - s.Padding,
        },
        new("stride is ignored", Both) { Concerns = s => s.Stride > 1, To = (s, l, k) => l + k * s.Dilation - s.Padding },
        new("dilation is ignored", Both) { Concerns = s => s.Dilation > 1 && s.KernelSize > 1, To = (s, l, k) => l * s.Stride + k - s.Padding },
        new("padding is ignored", Both) { Concerns = s => s.Padding > 0, To = (s, l, k) => l * s.Stride + k * s.Dilation },
        new("padding is taken away with the wrong sign", Both) { Concerns = s => s.Padding > 0, To = (s, l, k) => l * s.Stride + k * s.Dilation + s.Padding },
        new("position l gathers grad_output as the forward pass gathers input: at (l + padding - k*dilation)/stride", Both)
        {
            Concerns = s => s.KernelSize > 1 || s.Stride > 1 || s.Padding > 0,
            To = (s, l, k) => l + s.Padding - k * s.Dilation is var from and >= 0 && from % s.Stride == 0 ? from / s.Stride : -1,
        },
        new("only the first tap is read", Both) { Concerns = s => s.KernelSize > 1, LeavesOut = (_, _, k) => k > 0 },
        new("the first tap is left out", Both) { Concerns = s => s.KernelSize > 1, LeavesOut = (_, _, k) => k == 0 },
        new("the first tap is left out", Both) { LeavesOut = (_, _, k) => k == 0 },
        new("the last tap is left out", Both) { Concerns = s => s.KernelSize > 1, LeavesOut = (s, _, k) => k == s.KernelSize - 1 },
        new("the last tap is left out", Both) { LeavesOut = (s, _, k) => k == s.KernelSize - 1 },
        new("the last output channel of each group is left out", Pass.GradInput) { Concerns = s => s.GroupOut > 1, GroupOut = s => s.GroupOut - 1 },
        new("the first input position is left out", Pass.GradWeight) { Concerns = s => s.Length > 1, LeavesOut = (_, l, _) => l == 0 },
        new("the last input position is left out", Pass.GradWeight) { Concerns = s => s.Length > 1, LeavesOut = (s, l, _) => l == s.Length - 1 },
        new("the first position of grad_output is left out", All) { Concerns = s => s.OutputLength > 1, LeavesOutOutput = (_, t) => t == 0 },
        new("the last position of grad_output is left out", All) { Concerns = s => s.OutputLength > 1, LeavesOutOutput = (s, t) => t == s.OutputLength - 1 },
        new("positions are averaged, not summed", Pass.GradBias) { Concerns = s => s.OutputLength > 1, Result = (s, sum) => sum / s.OutputLength },
        new("it is left zero", All) { Result = (_, _) => 0 },
        new("it has the wrong sign", All) { Result = (_, sum) => -sum },
        new("it is twice what it should be", All) { Result = (_, sum) => 2 * sum },
        new("operands are rounded to bfloat16", All) { OfOperand = v => ForwardHypotheses.Rounded(v, 8) },
        new("operands are truncated to bfloat16", All) { OfOperand = v => ForwardHypotheses.Truncated(v, 8) },
        new("operands are rounded to TF32", All) { OfOperand = v => ForwardHypotheses.Rounded(v, 11) },
        new("operands are truncated to TF32", All) { OfOperand = v => ForwardHypotheses.Truncated(v, 11) },
        new("NaN is swallowed: a product that is NaN counts as zero", All) { Product = (g, v) => double.IsNaN(g * v) ? 0 : g * v },
        new("zero times anything counts as zero, NaN and infinity too", Both) { Product = (g, v) => g == 0 || v == 0 ? 0 : g * v },
    ];

    private static bool IsNarrowedOrWide(Sizes s) => s.GroupIn > 1 || s.GroupOut > 1;

    private static bool HasManyTapsAndChannels(Sizes s) => s.KernelSize > 1 && s.InChannels * s.GroupOut > 1;

    private static long Row(in Sizes s, long group, long c, long o) => ((group * s.GroupIn + c) * s.GroupOut + o) * s.KernelSize;

    private static long AsInPlainConvolutions(Sizes s, long group, long c, long o, long k) => ((group * s.GroupOut + o) * s.GroupIn + c) * s.KernelSize + k;

    private static long TapsFirst(Sizes s, long group, long c, long o, long k) => (k * s.InChannels + group * s.GroupIn + c) * s.GroupOut + o;
}
