using System.Numerics;

namespace ParityHarness.Kernels;

/// <summary>
/// The gradients that every level must give, bit for bit, computed one element at a time. Tap k carries input position i to output position
/// i*stride - padding + k*dilation; where that is outside of the output there is no term, so nothing is multiplied by padding.
/// <para>
/// grad_input[n, ci, i] sums grad_output[n, co, i*stride - padding + k*dilation] * weight[ci, co, k] over the output channels of the group and the
/// taps. Order: by output channel (outer) and tap (inner), in blocks of <see cref="SummationBlock.GradInputChannels"/>(K, Cout/groups) channels by K taps
/// (for K > 128: one channel by runs of 128 taps). A block is a chain of fused multiply-adds from +0; total = +0 + block + block + ...
/// </para>
/// <para>
/// grad_weight[ci, co, k] sums input[n, ci, i] * grad_output[n, co, i*stride - padding + k*dilation] over batch items and positions. Order: by batch
/// item (outer) and position (inner), in blocks of positions of one batch item and runs of blocks that <see cref="SummationBlock.Positions"/> tells. A block
/// is a chain as above, a run +0 + block + block + ..., total = +0 + run + run + ...
/// </para>
/// <para>
/// grad_bias[co] sums grad_output[n, co, o]. Order: each batch item's row in blocks of 1024 elements; in a block, element e belongs to the partial sum
/// e mod 64, a chain from +0; of the partial sums s[j] += s[j + half] for half = 32, 16, ..., 1. Blocks are added in pairs, the pairs in pairs, and
/// so on, each with its neighbour; what has no neighbour waits and is added last.
/// </para>
/// No result is ever -0. Which NaN a NaN is, is not defined.
/// </summary>
internal static unsafe class BackwardDefinition<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>All of grad_input, or only what is NaN at positions of which some tap is outside.</summary>
    public static void GradInput(in ConvTranspose1dShape shape, T* gradOutput, T* weight, T* gradInput, bool endsOnly)
    {
        int groups = (int)shape.Groups;
        int channels = (int)(shape.InputChannels / groups);
        int outputChannels = (int)(shape.OutputChannels / groups);
        int length = (int)shape.InputLength;
        int kernelSize = (int)shape.KernelSize;
        int outputLength = (int)shape.OutputLength;
        for (int i = 0; i < length; i++)
        {
            var (first, end, start, step) = Taps(shape, i);
            if (endsOnly && first == 0 && end == kernelSize)
            {
                continue;
            }

            for (long n = 0; n < shape.Batch; n++)
            {
                for (long c = 0; c < shape.InputChannels; c++)
                {
                    T* rows = gradOutput + (((n * groups) + (c / channels)) * outputChannels * outputLength);
                    T* target = gradInput + (((n * shape.InputChannels) + c) * length) + i;
                    if (!endsOnly || T.IsNaN(*target))
                    {
                        *target = Sum(rows, outputLength, start, step, weight + (c * outputChannels * kernelSize), outputChannels, kernelSize, first, end);
                    }
                }
            }
        }
    }

    /// <summary>All of grad_weight.</summary>
    public static void GradWeight(in ConvTranspose1dShape shape, T* gradOutput, T* input, T* gradWeight)
    {
        for (long c = 0; c < shape.InputChannels; c++)
        {
            GradWeight(shape, gradOutput, input, gradWeight, c, endsOnly: false);
        }
    }

    /// <summary>One input channel's grad_weight, or only what is NaN of those taps that some position lacks.</summary>
    public static void GradWeight(in ConvTranspose1dShape shape, T* gradOutput, T* input, T* gradWeight, long channel, bool endsOnly)
    {
        int groups = (int)shape.Groups;
        int channels = (int)(shape.InputChannels / groups);
        int outputChannels = (int)(shape.OutputChannels / groups);
        int length = (int)shape.InputLength;
        int kernelSize = (int)shape.KernelSize;
        int outputLength = (int)shape.OutputLength;
        var (block, run) = SummationBlock.Positions(length, (long)channels * outputChannels * kernelSize);
        T* row = gradWeight + (channel * outputChannels * kernelSize);
        for (int k = 0; k < kernelSize; k++)
        {
            var (first, end, read, step) = Positions(shape, k);
            if (endsOnly && first == 0 && end == length)
            {
                continue;
            }

            for (int co = 0; co < outputChannels; co++)
            {
                if (endsOnly && !T.IsNaN(row[((nint)co * kernelSize) + k]))
                {
                    continue;
                }

                T total = T.Zero;
                for (long n = 0; n < shape.Batch; n++)
                {
                    T* x = input + (((n * shape.InputChannels) + channel) * length);
                    T* gy = gradOutput + (((((n * groups) + (channel / channels)) * outputChannels) + co) * outputLength) + read;
                    for (int start = first / (block * run) * (block * run); start < end; start += block * run)
                    {
                        T ofRun = T.Zero;
                        for (int from = start; from < Math.Min(end, start + (block * run)); from += block)
                        {
                            T sum = T.Zero;
                            for (int i = Math.Max(first, from); i < Math.Min(end, from + block); i++)
                            {
                                sum = T.FusedMultiplyAdd(x[i], gy[(nint)(i - first) * step], sum);
                            }

                            ofRun += sum;
                        }

                        total += ofRun;
                    }
                }

                row[((nint)co * kernelSize) + k] = total;
            }
        }
    }

    /// <summary>All of grad_bias.</summary>
    public static void GradBias(in ConvTranspose1dShape shape, T* gradOutput, T* gradBias)
    {
        int length = (int)shape.OutputLength;
        T* partial = stackalloc T[GradBiasSum<T>.Partials];
        T* waiting = stackalloc T[GradBiasSum<T>.MostWaiting];
        for (long c = 0; c < shape.OutputChannels; c++)
        {
            var sum = new GradBiasSum<T>(waiting);
            for (long n = 0; n < shape.Batch; n++)
            {
                T* row = gradOutput + (((n * shape.OutputChannels) + c) * length);
                for (int from = 0; from < length; from += GradBiasSum<T>.BlockElements)
                {
                    int count = Math.Min(GradBiasSum<T>.BlockElements, length - from);
                    new Span<T>(partial, GradBiasSum<T>.Partials).Clear();
                    for (int e = 0; e < count; e++)
                    {
                        partial[e % GradBiasSum<T>.Partials] += row[from + e];
                    }

                    sum.Add(partial);
                }
            }

            gradBias[c] = sum.Total();
        }
    }

    /// <summary>Which taps of input position i are inside, where the first of them reads, and how much farther the next one reads.</summary>
    public static (int First, int End, int Start, int Step) Taps(in ConvTranspose1dShape shape, long i)
        => Inside(((Int128)i * shape.Stride) - shape.Padding, shape.Dilation, shape.KernelSize, shape.OutputLength);

    /// <summary>Which input positions have tap k, where the first of them reads, and how much farther the next one reads.</summary>
    public static (int First, int End, int Start, int Step) Positions(in ConvTranspose1dShape shape, long k)
        => Inside(((Int128)k * shape.Dilation) - shape.Padding, shape.Stride, shape.InputLength, shape.OutputLength);

    // Of origin + j*step, j = 0..count - 1: those in 0..length - 1. The step is given as 0 where it may be beyond int, which is where there is at most one.
    private static (int First, int End, int Start, int Step) Inside(Int128 origin, long step, long count, long length)
    {
        Int128 first = origin < 0 ? (step - 1 - origin) / step : 0;
        Int128 end = origin >= length ? 0 : ((length - 1 - origin) / step) + 1;
        end = Int128.Min(end, count);
        return first >= end ? (0, 0, 0, 0) : ((int)first, (int)end, (int)(origin + (first * step)), end - first == 1 ? 0 : (int)step);
    }

    private static T Sum(T* rows, int length, int start, int step, T* w, int channels, int taps, int first, int end)
    {
        int blockChannels = SummationBlock.GradInputChannels(taps, channels);
        T total = T.Zero;
        for (int block = 0; block < channels && first < end; block += blockChannels)
        {
            int blockEnd = Math.Min(channels, block + blockChannels);
            for (int run = first / SummationBlock.Terms * SummationBlock.Terms; run < end; run += SummationBlock.Terms)
            {
                T sum = T.Zero;
                for (int c = block; c < blockEnd; c++)
                {
                    for (int k = Math.Max(first, run); k < Math.Min(end, run + SummationBlock.Terms); k++)
                    {
                        sum = T.FusedMultiplyAdd(rows[((nint)c * length) + start + ((nint)(k - first) * step)], w[((nint)c * taps) + k], sum);
                    }
                }

                total += sum;
            }
        }

        return total;
    }
}
