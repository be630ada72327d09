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

    /// <summary>The functional form. path is null where the sizes decide.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(
        in ConvTranspose1dShape shape, ReadOnlySpan<T> input, ReadOnlySpan<T> weight, ReadOnlySpan<T> bias, Span<T> output, SimdLevel? level,
        int maxDegreeOfParallelism = 1, ForwardPath? path = null)
    {
        var chosen = Require(shape, input, weight, bias, output, level);
        int threads = Threads(maxDegreeOfParallelism);
        if (output.IsEmpty)
        {
            return;
        }

        if (chosen == SimdLevel.Scalar)
        {
            Define(shape, input, weight, bias, output, endsOnly: false);
        }
        else if (path is null && ScatterForward<T>.Fits(shape))
        {
            Scatter(shape, input, weight, bias, output);
        }
        else if (path is null or ForwardPath.Direct && DirectPlan.TryCreate(shape, out var direct) && (path is not null || direct.Wins(shape.Batch)))
        {
            RunDirect(shape, direct, input, weight, bias, output, chosen, threads);
        }
        else if (BandPlan.TryCreate(shape, out var bands))
        {
            RunBands(shape, bands, input, weight, packed: [], bias, output, chosen, threads);
        }
        else
        {
            Define(shape, input, weight, bias, output, endsOnly: false);
        }
    }

    /// <summary>The module form, with the weights packed for <see cref="BandForward{T, TLanes}"/>; empty where they are packed in each call.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RunPacked(
        in ConvTranspose1dShape shape, ReadOnlySpan<T> input, ReadOnlySpan<T> weight, ReadOnlySpan<T> packed, ReadOnlySpan<T> bias, Span<T> output, SimdLevel? level,
        int maxDegreeOfParallelism = 1)
    {
        var chosen = Require(shape, input, weight, bias, output, level);
        int threads = Threads(maxDegreeOfParallelism);
        if (output.IsEmpty)
        {
            return;
        }

        if (chosen == SimdLevel.Scalar)
        {
            Define(shape, input, weight, bias, output, endsOnly: false);
        }
        else if (ScatterForward<T>.Fits(shape))
        {
            Scatter(shape, input, weight, bias, output);
        }
        else if (DirectPlan.TryCreate(shape, out var direct) && direct.Wins(shape.Batch))
        {
            RunDirect(shape, direct, input, weight, bias, output, chosen, threads);
        }
        else if (BandPlan.TryCreate(shape, out var bands))
        {
            RunBands(shape, bands, input, weight, packed, bias, output, chosen, threads);
        }
        else
        {
            Define(shape, input, weight, bias, output, endsOnly: false);
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scatter(in ConvTranspose1dShape shape, ReadOnlySpan<T> input, ReadOnlySpan<T> weight, ReadOnlySpan<T> bias, Span<T> output)
    {
        fixed (T* x = input, w = weight, b = bias, y = output)
        {
            ScatterForward<T>.Run(shape, x, w, b, y);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunDirect(
        in ConvTranspose1dShape shape, in DirectPlan plan, ReadOnlySpan<T> input, ReadOnlySpan<T> weight, ReadOnlySpan<T> bias, Span<T> output, SimdLevel level, int threads)
    {
        fixed (T* x = input, w = weight, b = bias, y = output)
        {
            DirectWork<T>.Run(plan, shape.Batch, level, threads, x, w, b, y);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunBands(
        in ConvTranspose1dShape shape, in BandPlan plan, ReadOnlySpan<T> input, ReadOnlySpan<T> weight, ReadOnlySpan<T> packed, ReadOnlySpan<T> bias, Span<T> output, SimdLevel level, int threads)
    {
        // Where each band's weights are used in several places they are all packed beforehand, else each where it is used.
        T[]? rented = packed.IsEmpty && plan.PackedElements <= Array.MaxLength && !BandWork<T>.IsOneChunk(plan, level, shape.Batch)
            ? ArrayPool<T>.Shared.Rent((int)plan.PackedElements)
            : null;
        bool isDoubtful;
        fixed (T* x = input, w = weight, p = packed, s = rented, b = bias, y = output)
        {
            isDoubtful = BandWork<T>.Run(plan, shape.Batch, level, threads, x, w, p, s, b, y);
        }

        if (rented is not null)
        {
            ArrayPool<T>.Shared.Return(rented);
        }

        // A panel's zero times an infinity or NaN is a NaN that must not be.
        if (isDoubtful)
        {
            Define(shape, input, weight, bias, output, endsOnly: plan.CoversOutput);
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Threads(int maxDegreeOfParallelism) => maxDegreeOfParallelism switch
    {
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
