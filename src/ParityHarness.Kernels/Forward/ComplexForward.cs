using System.Buffers;
using System.Numerics;

namespace ParityHarness.Kernels;

// A complex problem is a real one with twice the channels: input channel i becomes re(x_i), im(x_i), output channel c becomes re(y_c), im(y_c), with the weights
//     re(y) += re(x)*re(w) + im(x)*(-im(w))        im(y) += re(x)*im(w) + im(x)*re(w)
// So lanes and order of summation are the real kernel's, and every level gives the same bits.

/// <summary>complex64 (by float) and complex128 (by double); a complex span is given as its parts, real and imaginary in turn.</summary>
internal static class ComplexForward
{
    /// <summary>The real problem of a complex one.</summary>
    public static ConvTranspose1dShape RealShape(in ConvTranspose1dShape shape)
        => ConvTranspose1dShape.Create(
            [shape.Batch, 2 * shape.InputChannels, shape.InputLength],
            [2 * shape.InputChannels, 2 * (shape.OutputChannels / shape.Groups), shape.KernelSize],
            [2 * shape.OutputChannels],
            shape.HasBias,
            [shape.Stride],
            [shape.Padding],
            [shape.OutputPadding],
            shape.Groups,
            [shape.Dilation]);

    /// <summary>The real problem's weights: rows of <paramref name="kernelSize"/> taps, of which a pair of channels has two by two.</summary>
    public static T[] RealWeight<T>(ReadOnlySpan<T> weight, long inputChannels, long outputColumns, long kernelSize)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var real = new T[2 * weight.Length];
        int taps = (int)kernelSize;
        int columns = (int)outputColumns;
        for (int i = 0; i < inputChannels; i++)
        {
            for (int c = 0; c < columns; c++)
            {
                var from = weight.Slice(2 * ((i * columns) + c) * taps, 2 * taps);
                var ofReal = real.AsSpan(((4 * i * columns) + (2 * c)) * taps, 2 * taps);
                var ofImaginary = real.AsSpan(((((4 * i) + 2) * columns) + (2 * c)) * taps, 2 * taps);
                for (int k = 0; k < taps; k++)
                {
                    ofReal[k] = from[2 * k];
                    ofReal[taps + k] = from[(2 * k) + 1];
                    ofImaginary[k] = -from[(2 * k) + 1];
                    ofImaginary[taps + k] = from[2 * k];
                }
            }
        }

        return real;
    }

    /// <summary>Computes all outputs; the weight is complex too.</summary>
    public static void Run<T>(in ConvTranspose1dShape shape, ReadOnlySpan<T> input, ReadOnlySpan<T> weight, ReadOnlySpan<T> bias, Span<T> output, SimdLevel? level, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => Run(shape, input, RealWeight(weight, shape.InputChannels, shape.OutputChannels / shape.Groups, shape.KernelSize), packed: null, bias, output, level, threads);

    /// <summary>The same with the real problem's weight, packed.</summary>
    public static void Run<T>(in ConvTranspose1dShape shape, ReadOnlySpan<T> input, ModuleWeight<T> weight, ReadOnlySpan<T> bias, Span<T> output, SimdLevel? level, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => Run(shape, input, [], weight, bias, output, level, threads);

    private static void Run<T>(
        in ConvTranspose1dShape shape, ReadOnlySpan<T> input, T[] realWeight, ModuleWeight<T>? packed, ReadOnlySpan<T> bias, Span<T> output, SimdLevel? level, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var real = RealShape(shape);
        ForwardPass<T>.RequireIndexable(real.InputElements, "input, in real and imaginary parts,");
        ForwardPass<T>.RequireIndexable(real.OutputElements, "output, in real and imaginary parts,");
        T[] planes = ArrayPool<T>.Shared.Rent(input.Length);
        T[] result = ArrayPool<T>.Shared.Rent(output.Length);
        Split(input, planes, (int)shape.InputLength);
        if (packed is null)
        {
            ForwardPass<T>.Run(real, planes.AsSpan(0, input.Length), realWeight, bias, result.AsSpan(0, output.Length), level, threads);
        }
        else
        {
            packed.Forward(real, planes.AsSpan(0, input.Length), bias, result.AsSpan(0, output.Length), level, threads);
        }

        Join<T>(result.AsSpan(0, output.Length), output, (int)shape.OutputLength);
        ArrayPool<T>.Shared.Return(planes);
        ArrayPool<T>.Shared.Return(result);
    }

    private static void Split<T>(ReadOnlySpan<T> parts, Span<T> planes, int length)
    {
        for (int row = 0; row < parts.Length; row += 2 * length)
        {
            for (int l = 0; l < length; l++)
            {
                planes[row + l] = parts[row + (2 * l)];
                planes[row + length + l] = parts[row + (2 * l) + 1];
            }
        }
    }

    private static void Join<T>(ReadOnlySpan<T> planes, Span<T> parts, int length)
    {
        for (int row = 0; row < parts.Length; row += 2 * length)
        {
            for (int o = 0; o < length; o++)
            {
                parts[row + (2 * o)] = planes[row + o];
                parts[row + (2 * o) + 1] = planes[row + length + o];
            }
        }
    }
}
