using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ParityHarness.Kernels;

/// <summary>From a validated problem and spans to the code that computes it.</summary>
internal static unsafe class ForwardPass<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Below this, sums of a few extents stay within 63 bits.
    private const long LargestLongExtent = 1L << 60;

    /// <summary>The functional form. way is null where the sizes decide; one that does not fit is not taken.</summary>
    /// <returns>The way that was taken.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ForwardWay Run(
        in ConvTranspose1dShape shape, ReadOnlySpan<T> input, ReadOnlySpan<T> weight, ReadOnlySpan<T> bias, Span<T> output, SimdLevel? level,
        int maxDegreeOfParallelism = 1, ForwardWay? way = null)
    {
        var chosen = TypedForward.Require(shape, input.Length, weight.Length, bias.Length, output.Length, level);
        fixed (T* x = input, w = weight, b = bias, y = output)
        {
            return Compute(shape, x, w, packed: null, areFinite: null, b, y, chosen, Threads(maxDegreeOfParallelism), way);
        }
    }

    /// <summary>The module form, with the weights packed for <see cref="BandForward{T, TLanes}"/>; empty where they are packed in each call.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RunPacked(
        in ConvTranspose1dShape shape, ReadOnlySpan<T> input, T[] weight, T[] packed, bool areFinite, ReadOnlySpan<T> bias, Span<T> output, SimdLevel? level,
        int maxDegreeOfParallelism)
    {
        var chosen = TypedForward.Require(shape, input.Length, weight.Length, bias.Length, output.Length, level);
        fixed (T* x = input, w = weight, p = packed, b = bias, y = output)
        {
            Compute(shape, x, w, p, areFinite, b, y, chosen, Threads(maxDegreeOfParallelism), way: null);
        }
    }

    /// <summary>Packs a module's weights, where they fit into an array.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static T[] Pack(in ConvTranspose1dShape shape, ReadOnlySpan<T> weight)
    {
        if (!BandPlan.TryCreate(shape, out var plan) || plan.PackedElements > Array.MaxLength)
        {
            return [];
        }

        T[] packed = GC.AllocateUninitializedArray<T>((int)plan.PackedElements, pinned: true);
        fixed (T* from = weight, to = packed)
        {
            BandWork<T>.PackAll(plan, from, to);
        }

        return packed;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
        // 0 * value is a zero, or NaN where value is an infinity or NaN. Four sums, so that one does not wait for the last addition.
        Vector<T> s0 = Vector<T>.Zero, s1 = s0, s2 = s0, s3 = s0;
        int i = 0;
        ref T first = ref MemoryMarshal.GetReference(values);
        for (; i <= values.Length - (4 * Vector<T>.Count); i += 4 * Vector<T>.Count)
        {
            s0 += Vector.LoadUnsafe(ref first, (nuint)i) * Vector<T>.Zero;
            s1 += Vector.LoadUnsafe(ref first, (nuint)(i + Vector<T>.Count)) * Vector<T>.Zero;
            s2 += Vector.LoadUnsafe(ref first, (nuint)(i + (2 * Vector<T>.Count))) * Vector<T>.Zero;
            s3 += Vector.LoadUnsafe(ref first, (nuint)(i + (3 * Vector<T>.Count))) * Vector<T>.Zero;
        }

        T rest = Vector.Sum(s0 + s1 + (s2 + s3));
        for (; i < values.Length; i++)
        {
            rest += values[i] * T.Zero;
        }

        return rest == T.Zero;
    }

    // packed may be null: the weights are then packed in the call. areFinite: whether all weights are; null where nobody has looked.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static ForwardWay Compute(
        in ConvTranspose1dShape shape, T* x, T* w, T* packed, bool? areFinite, T* b, T* y, SimdLevel level, int threads, ForwardWay? way)
    {
        if (shape.OutputElements == 0)
        {
            return ForwardWay.None;
        }

        if (level == SimdLevel.Scalar)
        {
            Define(shape, x, w, b, y);
            return ForwardWay.Definition;
        }

        if (way is null && ScatterForward<T>.Fits(shape))
        {
            ScatterForward<T>.Run(shape, x, w, b, y);
            return ForwardWay.Scatter;
        }

        if (Columns.Fit(shape))
        {
            ColumnWork<T>.Run(shape, level, threads, x, w, b, y);
            return ForwardWay.Columns;
        }

        if (way is null or ForwardWay.Direct && DirectPlan.TryCreate(shape, out var direct) && (way is not null || direct.Wins(shape.Batch, threads))
            && (areFinite ?? AreFinite(new ReadOnlySpan<T>(w, (int)shape.WeightElements))))
        {
            DirectWork<T>.Run(direct, shape.Batch, level, threads, x, w, b, y);
            return ForwardWay.Direct;
        }

        if (BandPlan.TryCreate(shape, out var bands))
        {
            RunBands(shape, bands, x, w, packed, b, y, level, threads);
            return ForwardWay.Bands;
        }

        Define(shape, x, w, b, y);
        return ForwardWay.Definition;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunBands(in ConvTranspose1dShape shape, in BandPlan plan, T* x, T* w, T* packed, T* b, T* y, SimdLevel level, int threads)
    {
        // Where each band's weights are used in several places they are all packed beforehand, else each where it is used.
        T[]? rented = packed is null && plan.PackedElements <= Array.MaxLength && !BandWork<T>.IsOneChunk(plan, level, shape.Batch)
            ? ArrayPool<T>.Shared.Rent((int)plan.PackedElements)
            : null;
        bool isDoubtful;
        fixed (T* s = rented)
        {
            isDoubtful = BandWork<T>.Run(plan, shape.Batch, level, threads, x, w, packed, s, b, y);
        }

        if (rented is not null)
        {
            ArrayPool<T>.Shared.Return(rented);
        }

        // A panel's zero times an infinity or NaN is a NaN that must not be.
        if (isDoubtful)
        {
            Define(shape, x, w, b, y, (plan.Head, plan.Tail));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool HasNaN(ReadOnlySpan<T> values)
    {
        foreach (T value in values)
        {
            if (T.IsNaN(value))
            {
                return true;
            }
        }

        return false;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Define(in ConvTranspose1dShape shape, T* x, T* w, T* b, T* y, (int Head, int Tail)? ends = null)
    {
        bool fitsLong = shape.Stride <= LargestLongExtent
            && shape.Padding <= LargestLongExtent
            && (Int128)shape.Dilation * shape.KernelSize <= LargestLongExtent;
        if (fitsLong)
        {
            Definition<T, long>.Forward(shape, x, w, b, y, ends);
        }
        else
        {
            Definition<T, Int128>.Forward(shape, x, w, b, y, ends);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Threads(int maxDegreeOfParallelism) => maxDegreeOfParallelism switch
    {
        1 => 1,
        -1 => Environment.ProcessorCount,
        > 0 => Math.Min(maxDegreeOfParallelism, Environment.ProcessorCount),
        _ => throw new ArgumentOutOfRangeException(nameof(maxDegreeOfParallelism), maxDegreeOfParallelism, "The number of threads must be positive, or -1 for all processors."),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void RequireLength(long expected, int actual, string name)
    {
        if (actual != expected)
        {
            throw new ArgumentException($"The {name} has {actual} elements where the shape has {expected}.", name);
        }
    }
}
