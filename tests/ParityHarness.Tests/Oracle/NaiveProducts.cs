using ParityHarness.Kernels;
using ParityHarness.Problems;

namespace ParityHarness.Tests.Oracle;

/// <summary>
/// Every product of the definition by the flat indices of its operands and of its output: input l at tap k enters output
/// l*stride + k*dilation - padding. All expected values that tests compute come from here; nothing is shared with kernels and oracle.
/// </summary>
internal static class NaiveProducts
{
    public static IEnumerable<(long Input, long Weight, long Output)> Of(Problem p) =>
        Of(p.Unbatched ? 1 : p.Batch, p.InChannels, p.OutChannels, p.Groups, p.Length, OutputLength(p), p.KernelSize, p.Stride, p.Padding, p.Dilation);

    public static IEnumerable<(long Input, long Weight, long Output)> Of(ConvTranspose1dShape s) =>
        Of(s.Batch, s.InputChannels, s.OutputChannels, s.Groups, s.InputLength, s.OutputLength, s.KernelSize, s.Stride, s.Padding, s.Dilation);

    /// <summary>The output length by PyTorch's documentation.</summary>
    public static long OutputLength(Problem p) => (p.Length - 1) * p.Stride - 2 * p.Padding + p.Dilation * (p.KernelSize - 1) + p.OutputPadding + 1;

    public static IEnumerable<(long Input, long Weight, long Output)> Of(
        long batch, long inChannels, long outChannels, long groups, long length, long outputLength, long kernelSize, long stride, long padding, long dilation)
    {
        var (groupIn, groupOut) = (inChannels / groups, outChannels / groups);
        for (var n = 0L; n < batch; n++)
        {
            for (var i = 0L; i < inChannels; i++)
            {
                for (var c = 0L; c < groupOut; c++)
                {
                    for (var l = 0L; l < length; l++)
                    {
                        for (var k = 0L; k < kernelSize; k++)
                        {
                            if (l * stride + k * dilation - padding is >= 0 and var o && o < outputLength)
                            {
                                yield return ((n * inChannels + i) * length + l, (i * groupOut + c) * kernelSize + k, (n * outChannels + i / groupIn * groupOut + c) * outputLength + o);
                            }
                        }
                    }
                }
            }
        }
    }
}
