using System.Numerics;

namespace ParityHarness.Kernels;

/// <summary>
/// The result that every level must give, bit for bit, computed one output at a time.
/// <para>
/// Taps. Tap k carries input l to output o = l*stride + k*dilation - padding. With g = gcd(stride, dilation), the taps that can reach one
/// output are k0, k0 + stride/g, k0 + 2*stride/g, ..., a phase, which is named by its first tap k0; and if tap k0 reads position j then the
/// phase's tap i reads position j - i*dilation/g. So (k0, j) names an output: o = j*stride + k0*dilation - padding.
/// </para>
/// <para>
/// Order of summation. Terms stand by input channel of the group (outer) and tap in ascending k (inner), in blocks of
/// <see cref="SummationBlock.Channels"/>(T, Cin/groups) channels by T taps, T being all taps of the phase (for T > 128: one channel by runs of 128 taps). A block is a chain of fused multiply-adds from +0; total = +0 + block + block + ...; the
/// output is total + bias. Where tap i would read outside of the input there is no term.
/// Where <see cref="Columns"/> fit, each tap has such a total by itself, T being 1; the output is +0 + total + total + ... in ascending k, + bias.
/// So an output is never -0. Which NaN a NaN is, is not defined.
/// </para>
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
/// <typeparam name="TInteger">long, or Int128 where extents are too large for it.</typeparam>
internal static unsafe class Definition<T, TInteger>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TInteger : struct, IBinaryInteger<TInteger>
{
    /// <summary>Computes all outputs, or only those that are NaN before the end of a head or from a tail on.</summary>
    public static void Forward(in ConvTranspose1dShape shape, T* input, T* weight, T* bias, T* output, (int Head, int Tail)? ends = null)
    {
        int inputChannels = (int)(shape.InputChannels / shape.Groups);
        int outputChannels = (int)(shape.OutputChannels / shape.Groups);
        int length = (int)shape.InputLength;
        int kernelSize = (int)shape.KernelSize;
        int outputLength = (int)shape.OutputLength;

        for (long n = 0; n < shape.Batch; n++)
        {
            for (long c = 0; c < shape.OutputChannels; c++)
            {
                long group = c / outputChannels;
                Row(
                    shape,
                    input + (((n * shape.Groups) + group) * inputChannels * length),
                    weight + (group * inputChannels * outputChannels * kernelSize) + (c % outputChannels * kernelSize),
                    bias is null ? T.Zero : bias[c],
                    output + (((n * shape.OutputChannels) + c) * outputLength),
                    ends);
            }
        }
    }

    // One output channel: x is its group's [Cin, L], w its [Cin] rows of K taps, Cout*K apart.
    private static void Row(in ConvTranspose1dShape shape, T* x, T* w, T bias, T* y, (int Head, int Tail)? ends)
    {
        int channels = (int)(shape.InputChannels / shape.Groups);
        int length = (int)shape.InputLength;
        int kernelSize = (int)shape.KernelSize;
        nint weightPitch = (nint)(shape.OutputChannels / shape.Groups) * kernelSize;
        TInteger stride = TInteger.CreateChecked(shape.Stride);
        TInteger inputLength = TInteger.CreateChecked(length);
        TInteger lastOutput = TInteger.CreateChecked(shape.OutputLength - 1);
        long divisor = CommonDivisor.Of(shape.Stride, shape.Dilation);
        long tapStep = shape.Stride / divisor;
        TInteger inputStep = TInteger.CreateChecked(shape.Dilation / divisor);
        bool byTaps = Columns.Fit(shape);

        if (ends is null)
        {
            new Span<T>(y, (int)shape.OutputLength).Fill(T.Zero + bias); // outputs that no tap reaches
        }

        for (int k0 = 0; k0 < Math.Min(kernelSize, tapStep); k0++)
        {
            int taps = (int)((kernelSize - 1 - k0) / tapStep) + 1;
            TInteger origin = (TInteger.CreateChecked(k0) * TInteger.CreateChecked(shape.Dilation)) - TInteger.CreateChecked(shape.Padding);
            // From the first output of the residue on; where no tap reads the input it is the bias.
            TInteger j = TInteger.IsNegative(origin) ? (stride - TInteger.One - origin) / stride : -(origin / stride);
            for (TInteger at = (j * stride) + origin; at <= lastOutput; at += stride, j++)
            {
                int o = int.CreateChecked(at);
                if (ends is { } only && ((o >= only.Head && o < only.Tail) || !T.IsNaN(y[o])))
                {
                    continue;
                }

                TInteger firstTap = j < inputLength ? TInteger.Zero : ((j - inputLength) / inputStep) + TInteger.One;
                TInteger lastTap = TInteger.Min(j / inputStep, TInteger.CreateChecked(taps - 1));
                T total = T.Zero;
                if (firstTap <= lastTap && !TInteger.IsNegative(j))
                {
                    int i0 = int.CreateChecked(firstTap);
                    int i1 = int.CreateChecked(lastTap);
                    T* lastInput = x + int.CreateChecked(j - (lastTap * inputStep));
                    int step = i0 == i1 ? 0 : int.CreateChecked(inputStep); // beyond int only where it is not used
                    total = byTaps
                        ? SumByTaps(lastInput, length, step, w + k0, weightPitch, channels, i0, i1)
                        : Sum(lastInput, length, step, w + k0, weightPitch, (nint)tapStep, channels, taps, i0, i1);
                }

                y[o] = total + bias;
            }
        }
    }

    // As Sum, one tap after the other; the stride is 1.
    private static T SumByTaps(T* lastInput, int length, int inputStep, T* w, nint weightPitch, int channels, int i0, int i1)
    {
        T total = T.Zero;
        for (int i = i0; i <= i1; i++)
        {
            total += Sum(lastInput + ((nint)(i1 - i) * inputStep), length, inputStep, w + i, weightPitch, 1, channels, 1, 0, 0);
        }

        return total;
    }

    // Taps i0..i1 of the phase's taps are inside; lastInput is what tap i1 reads in channel 0.
    private static T Sum(T* lastInput, int length, int inputStep, T* w, nint weightPitch, nint tapStep, int channels, int taps, int i0, int i1)
    {
        int blockChannels = SummationBlock.Channels(taps, channels);
        T total = T.Zero;
        for (int block = 0; block < channels; block += blockChannels)
        {
            int blockEnd = Math.Min(channels, block + blockChannels);
            for (int run = i0 / SummationBlock.Terms * SummationBlock.Terms; run <= i1; run += SummationBlock.Terms)
            {
                T sum = T.Zero;
                for (int c = block; c < blockEnd; c++)
                {
                    for (int i = Math.Max(i0, run); i <= Math.Min(i1, run + SummationBlock.Terms - 1); i++)
                    {
                        sum = T.FusedMultiplyAdd(lastInput[((nint)c * length) + ((nint)(i1 - i) * inputStep)], w[(c * weightPitch) + (i * tapStep)], sum);
                    }
                }

                total += sum;
            }
        }

        return total;
    }
}
