using System.Collections.Immutable;

namespace ParityHarness.Failures;

/// <summary>The mistakes that implementations of ConvTranspose1d are known to make in their values, and the definition.</summary>
internal static class ForwardHypotheses
{
    private const double SmallestNormal = 1.17549435082228751e-38;

    /// <summary>The definition.</summary>
    public static ForwardHypothesis Right { get; } = new("");

    /// <summary>The wrong ones.</summary>
    public static ImmutableArray<ForwardHypothesis> Wrong { get; } =
    [
        .. ParameterHypotheses.Wrong,
        new("actual equals plain conv1d(input, weight): output t gathers inputs t*stride + k*dilation - padding")
        {
            From = (s, t, k) => t * s.Stride + k * s.Dilation - s.Padding,
            Step = _ => 1,
        },
        new("actual equals plain conv1d(input, weight), its shape too")
        {
            // conv1d takes the weight for [in_channels, in_channels/groups, kernel_size], and rejects every other number of channels.
            OutChannels = s => s.InChannels,
            OutputLength = s => s.GroupIn == s.GroupOut ? ConvLength(s) : 0,
            From = (s, t, k) => t * s.Stride + k * s.Dilation - s.Padding,
            Step = _ => 1,
            Weight = (s, _, c, o, k) => (o * s.GroupOut + c) * s.KernelSize + k,
        },
        new("the kernel is flipped: tap k is taken for tap K-1-k")
        {
            Concerns = s => s.KernelSize > 1,
            Weight = (s, g, c, o, k) => Right.Weight(s, g, c, o, s.KernelSize - 1 - k),
        },
        new("weight is read as [Cout, Cin/groups, K]")
        {
            Concerns = s => s.GroupIn > 1 || s.GroupOut > 1,
            Weight = (s, _, c, o, k) => (o * s.GroupIn + c) * s.KernelSize + k,
        },
        new("weight is read as [K, Cin, Cout/groups]")
        {
            Concerns = s => s.KernelSize > 1 && s.InChannels * s.GroupOut > 1,
            Weight = (s, g, c, o, k) => (k * s.InChannels + g * s.GroupIn + c) * s.GroupOut + o % s.GroupOut,
        },
        new("groups are interleaved: input channel i is taken for group i % groups")
        {
            Concerns = s => s.Groups > 1 && s.GroupIn > 1,
            Channel = (s, g, c) => g + c * s.Groups,
            Weight = (s, g, c, o, k) => ((g + c * s.Groups) * s.GroupOut + o % s.GroupOut) * s.KernelSize + k,
        },
        new("groups are interleaved: input channel i is taken for group i % groups")
        {
            Concerns = s => s.Groups > 1 && s.GroupIn > 1,
            Channel = (s, g, c) => g + c * s.Groups,
        },
        new("groups are ignored: every group reads the first group's input")
        {
            Concerns = s => s.Groups > 1,
            Channel = (_, _, c) => c,
        },
        new("groups are ignored: every group reads the first group's weight")
        {
            Concerns = s => s.Groups > 1,
            Weight = (s, _, c, o, k) => Right.Weight(s, 0, c, o, k),
        },
        new("the last group starts one channel too early")
        {
            Concerns = s => s.Groups > 1,
            Channel = (s, g, c) => Right.Channel(s, g, c) - (g == s.Groups - 1 ? 1 : 0),
            Weight = (s, g, c, o, k) => Right.Weight(s, g, c, o, k) - (g == s.Groups - 1 ? s.GroupOut * s.KernelSize : 0),
        },
        new("the last group starts one channel too early")
        {
            Concerns = s => s.Groups > 1,
            Channel = (s, g, c) => Right.Channel(s, g, c) - (g == s.Groups - 1 ? 1 : 0),
        },
        new("bias is left out") { BiasTimes = (_, _, _) => 0 },
        new("bias is added twice") { BiasTimes = (_, _, _) => 2 },
        new("bias is left out where no tap reaches") { BiasTimes = (_, _, products) => products == 0 ? 0 : 1 },
        new("bias is added once for each product") { BiasTimes = (_, _, products) => products },
        new("bias is left out in what output_padding appends")
        {
            Concerns = s => s.OutputPadding > 0,
            BiasTimes = (s, t, _) => t >= s.OutputLength - s.OutputPadding ? 0 : 1,
        },
        new("every group is given the first group's bias") { Concerns = s => s.Groups > 1, BiasChannel = (s, o) => o % s.GroupOut },
        new("bias is taken from the next channel") { Concerns = s => s.OutChannels > 1, BiasChannel = (s, o) => (o + 1) % s.OutChannels },
        new("bias[0] is added in every channel") { Concerns = s => s.OutChannels > 1, BiasChannel = (_, _) => 0 },
        new("output_padding is put at the front") { Concerns = s => s.OutputPadding > 0, From = (s, t, k) => t - s.OutputPadding + s.Padding - k * s.Dilation },
        new("output_padding is ignored")
        {
            Concerns = s => s.OutputPadding > 0,
            OutputLength = s => s.LengthWith(outputPadding: 0),
        },
        new("output_padding appends zeros in place of the sums that padding cut off")
        {
            Concerns = s => s.OutputPadding > 0,
            LeavesOut = (s, t, _) => t >= s.OutputLength - s.OutputPadding,
        },
        new("all padding is taken away at the end") { Concerns = s => s.Padding > 0, From = (s, t, k) => t - k * s.Dilation },
        new("all padding is taken away at the front") { Concerns = s => s.Padding > 0, From = (s, t, k) => t + 2 * s.Padding - k * s.Dilation },
        new("padding is taken away on one side only")
        {
            Concerns = s => s.Padding > 0,
            OutputLength = s => s.OutputLength + s.Padding,
        },
        new("padding is taken away on one side only")
        {
            Concerns = s => s.Padding > 0,
            OutputLength = s => s.OutputLength + s.Padding,
            From = (s, t, k) => t - k * s.Dilation,
        },
        new("padding is ignored") { Concerns = s => s.Padding > 0, OutputLength = s => s.LengthWith(padding: 0), From = (s, t, k) => t - k * s.Dilation },
        new("dilation is ignored") { Concerns = s => s.Dilation > 1 && s.KernelSize > 1, From = (s, t, k) => t + s.Padding - k },
        new("dilation is ignored")
        {
            Concerns = s => s.Dilation > 1 && s.KernelSize > 1,
            OutputLength = s => s.LengthWith(dilation: 1),
            From = (s, t, k) => t + s.Padding - k,
        },
        new("stride and dilation are swapped")
        {
            Concerns = s => s.Stride != s.Dilation,
            From = (s, t, k) => t + s.Padding - k * s.Stride,
            Step = s => s.Dilation,
        },
        new("stride is ignored") { Concerns = s => s.Stride > 1, Step = _ => 1 },
        new("stride is ignored") { Concerns = s => s.Stride > 1, OutputLength = s => s.LengthWith(stride: 1), Step = _ => 1 },
        new("the first tap is left out") { Concerns = s => s.KernelSize > 1, LeavesOut = (_, _, k) => k == 0 },
        new("the first tap is left out") { LeavesOut = (_, _, k) => k == 0 },
        new("the last tap is left out") { Concerns = s => s.KernelSize > 1, LeavesOut = (s, _, k) => k == s.KernelSize - 1 },
        new("the last tap is left out") { LeavesOut = (s, _, k) => k == s.KernelSize - 1 },
        new("only the first tap is read") { Concerns = s => s.KernelSize > 1, LeavesOut = (_, _, k) => k > 0 },
        new("only the last tap is read") { Concerns = s => s.KernelSize > 1, LeavesOut = (s, _, k) => k < s.KernelSize - 1 },
        new("the last tap is left out in the last phase of the stride")
        {
            Concerns = s => s.Stride > 1,
            LeavesOut = (s, t, k) => k == s.KernelSize - 1 && (t + s.Padding) % s.Stride == s.Stride - 1,
        },
        new("the last input channel of each group is left out") { Concerns = s => s.GroupIn > 1, GroupIn = s => s.GroupIn - 1 },
        new("every item of a batch is computed from the first one's input") { Concerns = s => s.Batch > 1, Item = (_, _) => 0 },
        new("the second item of a batch is computed from the first one's input") { Concerns = s => s.Batch > 1, Item = (_, n) => n == 1 ? 0 : n },
        new("the last item of a batch is computed from the input of the one before it")
        {
            Concerns = s => s.Batch > 1,
            Item = (s, n) => n == s.Batch - 1 ? n - 1 : n,
        },
        new("the last output channel has the weights of the one before it")
        {
            Concerns = s => s.GroupOut > 1,
            Weight = (s, g, c, o, k) => Right.Weight(s, g, c, o == s.OutChannels - 1 ? o - 1 : o, k),
        },
        new("positions are computed in 32 bits") { From = (s, t, k) => unchecked((int)(t + s.Padding - k * s.Dilation)) },
        new("input and weight are rounded to bfloat16") { OfInput = x => Rounded(x, 8), OfWeight = w => Rounded(w, 8) },
        new("input is rounded to bfloat16") { OfInput = x => Rounded(x, 8) },
        new("input is truncated to bfloat16") { OfInput = x => Truncated(x, 8) },
        new("input and weight are truncated to bfloat16") { OfInput = x => Truncated(x, 8), OfWeight = w => Truncated(w, 8) },
        new("input and weight are rounded to TF32") { OfInput = x => Rounded(x, 11), OfWeight = w => Rounded(w, 11) },
        new("input is rounded to TF32") { OfInput = x => Rounded(x, 11) },
        new("input is truncated to TF32") { OfInput = x => Truncated(x, 11) },
        new("input and weight are truncated to TF32") { OfInput = x => Truncated(x, 11), OfWeight = w => Truncated(w, 11) },
        new("input and weight are rounded to float16") { OfInput = AsFloat16, OfWeight = AsFloat16 },
        new("input is rounded to float16") { OfInput = AsFloat16 },
        new("weight is rounded to float16") { OfWeight = AsFloat16 },
        new("weight is rounded to bfloat16") { OfWeight = w => Rounded(w, 8) },
        new("weight is truncated to bfloat16") { OfWeight = w => Truncated(w, 8) },
        new("weight is rounded to TF32") { OfWeight = w => Rounded(w, 11) },
        new("weight is truncated to TF32") { OfWeight = w => Truncated(w, 11) },
        new("denormal products are flushed to zero") { Product = (x, w) => Flushed(x * w) },
        .. Enumerable.Range(1, 32).Select(bits => new ForwardHypothesis($"products are scaled by 2^-{4 * bits} before they are added, so that small ones underflow early")
        {
            Product = (x, w) => (float)(x * w * Math.ScaleB(1, -4 * bits)) * Math.ScaleB(1, 4 * bits),
        }),
        new("denormal inputs are taken for zero") { OfInput = Flushed, OfWeight = Flushed },
        new("denormal results are flushed to zero") { Result = (_, _, sum) => Flushed(sum) },
        new("NaN is swallowed: a product that is NaN counts as zero") { Product = (x, w) => double.IsNaN(x * w) ? 0 : x * w },
        new("infinity times zero counts as zero") { Product = (x, w) => x == 0 || w == 0 ? (double.IsNaN(x + w) ? double.NaN : 0) : x * w },
        new("zero times anything counts as zero, NaN and infinity too") { Product = (x, w) => x == 0 || w == 0 ? 0 : x * w },
        new("weights that are zero are skipped, and with them NaN and infinity") { Product = (x, w) => w == 0 ? 0 : x * w },
        new("inputs that are zero are skipped, and with them NaN and infinity") { Product = (x, w) => x == 0 ? 0 : x * w },
        new("the zeros of the padding are multiplied, so that infinite and NaN weights make NaN at the edges") { MultipliesPadding = true },
        new("results saturate at the largest finite float32")
        {
            Result = (_, _, sum) => double.IsNaN(sum) ? sum : Math.Clamp(sum, -float.MaxValue, float.MaxValue),
        },
    ];

    internal static long ConvLength(Sizes s) => (s.Length + 2 * s.Padding - s.Dilation * (s.KernelSize - 1) - 1 is var span and >= 0 ? span : -s.Stride) / s.Stride + 1;

    private static double Flushed(double value) => Math.Abs(value) < SmallestNormal ? 0 : value;

    private static double AsFloat16(double value) => double.IsFinite(value) ? (double)(Half)value : value;

    /// <summary>A float32 to so many significant bits, ties to even.</summary>
    internal static double Rounded(double value, int bits)
    {
        if (!double.IsFinite(value))
        {
            return value;
        }

        var dropped = 24 - bits;
        var word = BitConverter.SingleToUInt32Bits((float)value);
        word += (1u << (dropped - 1)) - 1 + ((word >> dropped) & 1);
        return BitConverter.UInt32BitsToSingle(word & (uint.MaxValue << dropped));
    }

    /// <summary>A float32 to so many significant bits, towards zero.</summary>
    internal static double Truncated(double value, int bits) => double.IsFinite(value)
        ? BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits((float)value) & (uint.MaxValue << (24 - bits)))
        : value;
}
