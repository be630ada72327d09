using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ParityHarness.Kernels;

// Lanes: consecutive input positions l of one tap. The products of a tap are summed over the channels of the group into a row over l, which is then
// added to the outputs that the tap reaches, a stride apart. Sums and products wrap around, so that every order gives the same bits.

/// <summary>int64, modulo 2^64 as PyTorch computes it.</summary>
internal static class Int64Forward
{
    /// <summary>Computes all outputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(in ConvTranspose1dShape shape, ReadOnlySpan<long> input, ReadOnlySpan<long> weight, ReadOnlySpan<long> bias, Span<long> output, SimdLevel level)
    {
        int length = (int)shape.InputLength;
        int kernelSize = (int)shape.KernelSize;
        int outputLength = (int)shape.OutputLength;
        int inputs = (int)(shape.InputChannels / shape.Groups);
        int outputs = (int)(shape.OutputChannels / shape.Groups);
        var row = new long[length];
        for (int n = 0; n < shape.Batch; n++)
        {
            for (int c = 0; c < shape.OutputChannels; c++)
            {
                int group = c / outputs;
                var x = input.Slice((int)(((n * shape.Groups) + group) * inputs * length), inputs * length);
                var y = output.Slice((int)((n * shape.OutputChannels) + c) * outputLength, outputLength);
                y.Fill(bias.IsEmpty ? 0 : bias[c]);
                for (int k = 0; k < kernelSize; k++)
                {
                    // Tap k carries input l to output l*stride + offset.
                    Int128 offset = ((Int128)k * shape.Dilation) - shape.Padding;
                    Int128 first = offset >= 0 ? 0 : (shape.Stride - 1 - offset) / shape.Stride;
                    Int128 end = offset >= outputLength ? 0 : Int128.Min(length, ((outputLength - 1 - offset) / shape.Stride) + 1);
                    if (first >= end)
                    {
                        continue;
                    }

                    var sums = row.AsSpan(0, (int)(end - first));
                    sums.Clear();
                    for (int i = 0; i < inputs; i++)
                    {
                        long w = weight[(((((group * inputs) + i) * outputs) + (c % outputs)) * kernelSize) + k];
                        AddScaled(sums, x.Slice((i * length) + (int)first, sums.Length), w, level);
                    }

                    int o = (int)((first * shape.Stride) + offset);
                    int step = (int)Int128.Min(shape.Stride, int.MaxValue / 2); // beyond it there is but one
                    for (int l = 0; l < sums.Length; l++)
                    {
                        y[o + (l * step)] += sums[l];
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddScaled(Span<long> sums, ReadOnlySpan<long> x, long w, SimdLevel level)
    {
        int i = 0;
        ref long to = ref MemoryMarshal.GetReference(sums);
        ref long from = ref MemoryMarshal.GetReference(x);
        for (; level != SimdLevel.Scalar && i <= sums.Length - Vector<long>.Count; i += Vector<long>.Count)
        {
            (Vector.LoadUnsafe(ref to, (nuint)i) + (Vector.LoadUnsafe(ref from, (nuint)i) * w)).StoreUnsafe(ref to, (nuint)i);
        }

        for (; i < sums.Length; i++)
        {
            sums[i] += x[i] * w;
        }
    }
}
