using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

// Memory: input, weight and output as PyTorch has them. No lanes, no plan: the problem is done before either would pay.
// Order of summation: Definition's. An output has one block at most, and gets its terms by channel (outer) and ascending tap (inner).

/// <summary>The forward pass of a problem of a few multiplications: each input is added where it belongs.</summary>
internal static unsafe class ScatterForward<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const long MostProducts = 128;
    private const long LargestExtent = 1 << 20;

    /// <summary>Whether there is so little to do, and all terms of an output are one chain.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Fits(in ConvTranspose1dShape shape)
        => shape.InputElements <= MostProducts && shape.WeightElements <= MostProducts && shape.OutputElements <= MostProducts
            && shape.InputChannels * shape.KernelSize <= SummationBlock.LongestAlone
            && shape.InputElements * shape.OutputChannels * shape.KernelSize <= MostProducts
            && shape.Stride <= LargestExtent && shape.Dilation <= LargestExtent && shape.Padding <= LargestExtent;

    /// <summary>Computes all outputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(in ConvTranspose1dShape shape, T* x, T* w, T* bias, T* y)
    {
        int groups = (int)shape.Groups;
        int channels = (int)shape.InputChannels;
        int outputChannels = (int)shape.OutputChannels;
        if (groups > 1)
        {
            channels /= groups;
            outputChannels /= groups;
        }

        int length = (int)shape.InputLength;
        int outputLength = (int)shape.OutputLength;
        int kernelSize = (int)shape.KernelSize;
        int stride = (int)shape.Stride;
        int dilation = (int)shape.Dilation;
        for (long n = shape.Batch; n > 0; n--)
        {
            T* weights = w;
            T* b = bias;
            for (int group = groups; group > 0; group--)
            {
                for (int channel = 0; channel < outputChannels; channel++)
                {
                    for (nint o = 0; o < outputLength; o++)
                    {
                        y[o] = T.Zero;
                    }

                    for (int c = 0; c < channels; c++)
                    {
                        T* taps = weights + (((c * outputChannels) + channel) * kernelSize);
                        T* inputs = x + (c * length);
                        nint start = -(nint)(int)shape.Padding;
                        for (int k = 0; k < kernelSize; k++)
                        {
                            T weight = taps[k];
                            nint o = start;
                            for (nint l = 0; l < length; l++)
                            {
                                if ((nuint)o < (nuint)outputLength)
                                {
                                    y[o] = T.FusedMultiplyAdd(inputs[l], weight, y[o]);
                                }

                                o += stride;
                            }

                            start += dilation;
                        }
                    }

                    T value = b is null ? T.Zero : T.Zero + *b++;
                    for (nint o = 0; o < outputLength; o++)
                    {
                        y[o] += value;
                    }

                    y += outputLength;
                }

                x += channels * length;
                weights += channels * outputChannels * kernelSize;
            }
        }
    }
}
