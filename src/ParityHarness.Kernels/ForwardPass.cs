using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

/// <summary>From a validated problem and spans to the code that computes it.</summary>
internal static unsafe class ForwardPass<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Below this, sums of a few extents stay within 63 bits.
    private const long LargestLongExtent = 1L << 60;

    // How often a weight must be used to repay packing: less often where the weights leave the cache.
    private const int UsesThatRepayPacking = 192;
    private const int UsesThatRepayPackingLarge = 64;
    private const int LargeWeights = 1 << 20;

    /// <summary>The functional form. pack is null where the sizes decide.</summary>
    public static void Run(
        in ConvTranspose1dShape shape, ReadOnlySpan<T> input, ReadOnlySpan<T> weight, ReadOnlySpan<T> bias, Span<T> output, SimdLevel? level, bool? pack = null)
    {
        var chosen = Require(shape, input, weight, bias, output, level);
        if (output.IsEmpty)
        {
            return;
        }

        if (chosen == SimdLevel.Scalar || !TilePlan.TryCreate(shape, out var plan))
        {
            Define(shape, input, weight, bias, output, endsOnly: false);
            return;
        }

        long packedElements = plan.PackedElements;
        int leastUses = packedElements >= LargeWeights ? UsesThatRepayPackingLarge : UsesThatRepayPacking;
        bool packs = packedElements <= Array.MaxLength && (pack ?? (plan.RowsFillTiles && shape.Batch * plan.Length >= leastUses));
        if (!packs)
        {
            Tile(shape, plan, input, weight, packed: [], bias, output, chosen, AreFinite(weight));
            return;
        }

        T[] packed = ArrayPool<T>.Shared.Rent((int)packedElements);
        bool finite = PackedWeights.Pack<T>(plan, weight, packed);
        Tile(shape, plan, input, weight, packed.AsSpan(0, (int)packedElements), bias, output, chosen, finite);
        ArrayPool<T>.Shared.Return(packed);
    }

    /// <summary>With weights packed beforehand; packed may be empty.</summary>
    public static void RunPacked(
        in ConvTranspose1dShape shape, ReadOnlySpan<T> input, ReadOnlySpan<T> weight, ReadOnlySpan<T> packed, bool finite, ReadOnlySpan<T> bias, Span<T> output, SimdLevel? level)
    {
        var chosen = Require(shape, input, weight, bias, output, level);
        if (output.IsEmpty)
        {
            return;
        }

        if (chosen == SimdLevel.Scalar || !TilePlan.TryCreate(shape, out var plan))
        {
            Define(shape, input, weight, bias, output, endsOnly: false);
            return;
        }

        Tile(shape, plan, input, weight, packed, bias, output, chosen, finite);
    }

    public static void RequireIndexable(long elements, string name)
    {
        if (elements > int.MaxValue)
        {
            throw new NotSupportedException($"The {name} has {elements} elements; at most {int.MaxValue} are supported.");
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool AreFinite(ReadOnlySpan<T> values)
    {
        // 0 * value is a zero, or NaN where value is an infinity or NaN.
        var sum = Vector<T>.Zero;
        int i = 0;
        for (; i <= values.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            sum += new Vector<T>(values[i..]) * Vector<T>.Zero;
        }

        T rest = Vector.Sum(sum);
        for (; i < values.Length; i++)
        {
            rest += values[i] * T.Zero;
        }

        return rest == T.Zero;
    }

    private static void Tile(
        in ConvTranspose1dShape shape, in TilePlan plan, ReadOnlySpan<T> input, ReadOnlySpan<T> weight, ReadOnlySpan<T> packed, ReadOnlySpan<T> bias, Span<T> output, SimdLevel level, bool finite)
    {
        fixed (T* x = input, w = weight, p = packed, b = bias, y = output)
        {
            switch (level)
            {
                case SimdLevel.Vector128: TiledForward<T, Lanes128<T>>.Run(plan, shape.Batch, x, w, p, b, y); break;
                case SimdLevel.Vector256: TiledForward<T, Lanes256<T>>.Run(plan, shape.Batch, x, w, p, b, y); break;
                default: TiledForward<T, Lanes512<T>>.Run(plan, shape.Batch, x, w, p, b, y); break;
            }
        }

        // A panel's zero times an infinity or NaN is a NaN that must not be.
        if (!finite)
        {
            Define(shape, input, weight, bias, output, endsOnly: true);
        }
    }

    private static void Define(
        in ConvTranspose1dShape shape, ReadOnlySpan<T> input, ReadOnlySpan<T> weight, ReadOnlySpan<T> bias, Span<T> output, bool endsOnly)
    {
        bool fitsLong = shape.Stride <= LargestLongExtent
            && shape.Padding <= LargestLongExtent
            && (Int128)shape.Dilation * shape.KernelSize <= LargestLongExtent;
        fixed (T* x = input, w = weight, b = bias, y = output)
        {
            if (fitsLong)
            {
                Definition<T, long>.Forward(shape, x, w, b, y, endsOnly);
            }
            else
            {
                Definition<T, Int128>.Forward(shape, x, w, b, y, endsOnly);
            }
        }
    }

    private static SimdLevel Require(
        in ConvTranspose1dShape shape, ReadOnlySpan<T> input, ReadOnlySpan<T> weight, ReadOnlySpan<T> bias, Span<T> output, SimdLevel? level)
    {
        RequireIndexable(shape.InputElements, nameof(input));
        RequireIndexable(shape.WeightElements, nameof(weight));
        RequireIndexable(shape.OutputElements, nameof(output));
        RequireLength(shape.InputElements, input.Length, nameof(input));
        RequireLength(shape.WeightElements, weight.Length, nameof(weight));
        RequireLength(shape.HasBias ? shape.OutputChannels : 0, bias.Length, nameof(bias));
        RequireLength(shape.OutputElements, output.Length, nameof(output));
        return SimdLevels.Require(level);
    }

    private static void RequireLength(long expected, int actual, string name)
    {
        if (actual != expected)
        {
            throw new ArgumentException($"The {name} has {actual} elements where the shape has {expected}.", name);
        }
    }
}
