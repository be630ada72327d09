using System.Numerics;

namespace ParityHarness.Kernels;

/// <summary>From a validated problem and spans to the code that computes it.</summary>
internal static unsafe class ForwardPass<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Below this, sums of a few extents stay within 63 bits.
    private const long LargestLongExtent = 1L << 60;

    public static void Run(
        in ConvTranspose1dShape shape, ReadOnlySpan<T> input, ReadOnlySpan<T> weight, ReadOnlySpan<T> bias, Span<T> output, SimdLevel? level)
    {
        RequireIndexable(shape.InputElements, nameof(input));
        RequireIndexable(shape.WeightElements, nameof(weight));
        RequireIndexable(shape.OutputElements, nameof(output));
        RequireLength(shape.InputElements, input.Length, nameof(input));
        RequireLength(shape.WeightElements, weight.Length, nameof(weight));
        RequireLength(shape.HasBias ? shape.OutputChannels : 0, bias.Length, nameof(bias));
        RequireLength(shape.OutputElements, output.Length, nameof(output));
        var chosen = SimdLevels.Require(level);
        if (output.IsEmpty)
        {
            return;
        }

        fixed (T* x = input, w = weight, b = bias, y = output)
        {
            Define(shape, x, w, b, y, endsOnly: false);
        }
    }

    public static void RequireIndexable(long elements, string name)
    {
        if (elements > int.MaxValue)
        {
            throw new NotSupportedException($"The {name} has {elements} elements; at most {int.MaxValue} are supported.");
        }
    }

    private static void Define(in ConvTranspose1dShape shape, T* x, T* w, T* b, T* y, bool endsOnly)
    {
        bool fitsLong = shape.Stride <= LargestLongExtent
            && shape.Padding <= LargestLongExtent
            && (Int128)shape.Dilation * shape.KernelSize <= LargestLongExtent;
        if (fitsLong)
        {
            Definition<T, long>.Forward(shape, x, w, b, y, endsOnly);
        }
        else
        {
            Definition<T, Int128>.Forward(shape, x, w, b, y, endsOnly);
        }
    }

    private static void RequireLength(long expected, int actual, string name)
    {
        if (actual != expected)
        {
            throw new ArgumentException($"The {name} has {actual} elements where the shape has {expected}.", name);
        }
    }
}
