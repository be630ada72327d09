using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using ParityHarness.Generation;

namespace ParityHarness.Tensors;

/// <summary>
/// Runs of draws of a stream, several at once. Lane j of a vector is draw i + j, each mixed as
/// <see cref="CounterRandom.At"/> does, so that vectors of any width, and none, give the same bits.
/// </summary>
internal static class Draws
{
    private const ulong Golden = 0x9E3779B97F4A7C15;
    private const int NormalBits = 20;
    private const int NormalMean = 3 * (1 << (NormalBits - 1)) - 1;

    private static readonly Vector<ulong> Steps = Vector<ulong>.Indices * new Vector<ulong>(Golden);

    /// <summary>Near-normal values of variance 1, 22 bits long.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Normal(Span<float> values, ulong stream)
    {
        var i = 0;
        ref var target = ref MemoryMarshal.GetReference(values);
        var scale = new Vector<float>(1f / (1 << 19));
        for (; i + Vector<float>.Count <= values.Length; i += Vector<float>.Count)
        {
            var low = NormalOf(At(stream, (ulong)i));
            var high = NormalOf(At(stream, (ulong)(i + Vector<ulong>.Count)));
            (Vector.ConvertToSingle(Vector.Narrow(low, high)) * scale).StoreUnsafe(ref target, (nuint)i);
        }

        for (; i < values.Length; i++)
        {
            values[i] = NormalOf(CounterRandom.At(stream, (ulong)i)) * (1f / (1 << 19));
        }
    }

    /// <summary>Near-normal values of variance 1, 52 bits long.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Normal(Span<double> values, ulong stream)
    {
        var i = 0;
        ref var target = ref MemoryMarshal.GetReference(values);
        var scale = new Vector<double>(1.0 / (1L << 49));
        for (; i + Vector<double>.Count <= values.Length; i += Vector<double>.Count)
        {
            var bits = At(stream, (ulong)i);
            var low = Mix(bits) >>> 34;
            var value = (NormalOf(bits) << 30) + Vector.AsVectorInt64(low);
            (Vector.ConvertToDouble(value) * scale).StoreUnsafe(ref target, (nuint)i);
        }

        for (; i < values.Length; i++)
        {
            var bits = CounterRandom.At(stream, (ulong)i);
            var low = CounterRandom.Mix(bits) >> 34;
            values[i] = ((long)NormalOf(bits) * (1L << 30) + (long)low) * (1.0 / (1L << 49));
        }
    }

    /// <summary>Whole numbers in [-limit, limit], limit below 2^31: draw i times (2*limit + 1), its upper 64 bits, less limit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Integers(Span<float> values, ulong stream, ulong first, long limit)
    {
        var i = 0;
        ref var target = ref MemoryMarshal.GetReference(values);
        var range = new Vector<ulong>((ulong)(2 * limit + 1));
        var least = new Vector<long>(limit);
        for (; i + Vector<float>.Count <= values.Length; i += Vector<float>.Count)
        {
            var low = Vector.AsVectorInt64(Below(At(stream, first + (ulong)i), range)) - least;
            var high = Vector.AsVectorInt64(Below(At(stream, first + (ulong)(i + Vector<ulong>.Count)), range)) - least;
            Vector.ConvertToSingle(Vector.Narrow(low, high)).StoreUnsafe(ref target, (nuint)i);
        }

        for (; i < values.Length; i++)
        {
            values[i] = Integer(stream, first + (ulong)i, limit);
        }
    }

    /// <inheritdoc cref="Integers(Span{float}, ulong, ulong, long)"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Integers(Span<double> values, ulong stream, ulong first, long limit)
    {
        var i = 0;
        ref var target = ref MemoryMarshal.GetReference(values);
        var range = new Vector<ulong>((ulong)(2 * limit + 1));
        var least = new Vector<long>(limit);
        for (; i + Vector<double>.Count <= values.Length; i += Vector<double>.Count)
        {
            var value = Vector.AsVectorInt64(Below(At(stream, first + (ulong)i), range)) - least;
            Vector.ConvertToDouble(value).StoreUnsafe(ref target, (nuint)i);
        }

        for (; i < values.Length; i++)
        {
            values[i] = Integer(stream, first + (ulong)i, limit);
        }
    }

    /// <summary>One whole number in [-limit, limit].</summary>
    public static long Integer(ulong stream, ulong index, long limit) =>
        (long)Math.BigMul(CounterRandom.At(stream, index), (ulong)(2 * limit + 1), out _) - limit;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<ulong> At(ulong stream, ulong index) =>
        Mix(new Vector<ulong>(stream + (index + 1) * Golden) + Steps);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<ulong> Mix(Vector<ulong> z)
    {
        z = (z ^ (z >>> 30)) * new Vector<ulong>(0xBF58476D1CE4E5B9);
        z = (z ^ (z >>> 27)) * new Vector<ulong>(0x94D049BB133111EB);
        return z ^ (z >>> 31);
    }

    /// <summary>The upper 64 bits of bits * range, for ranges below 2^32, by halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<ulong> Below(Vector<ulong> bits, Vector<ulong> range) =>
        ((bits >>> 32) * range + (((bits & new Vector<ulong>(0xFFFFFFFF)) * range) >>> 32)) >>> 32;

    /// <summary>A whole number in ±1.6 million: the sum of three uniform 20-bit numbers less its mean. Standard deviation 2^19.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int NormalOf(ulong bits)
    {
        const int Mask = (1 << NormalBits) - 1;
        return (int)(bits & Mask) + (int)((bits >> NormalBits) & Mask) + (int)((bits >> (2 * NormalBits)) & Mask) - NormalMean;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<long> NormalOf(Vector<ulong> bits)
    {
        var mask = new Vector<ulong>((1 << NormalBits) - 1);
        return Vector.AsVectorInt64((bits & mask) + ((bits >>> NormalBits) & mask) + ((bits >>> (2 * NormalBits)) & mask)) - new Vector<long>(NormalMean);
    }
}
