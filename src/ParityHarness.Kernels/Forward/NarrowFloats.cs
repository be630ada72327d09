using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ParityHarness.Kernels;

/// <summary>
/// float16 and bfloat16 to float32, which is exact, and back, rounded to nearest, ties to even. Lanes are consecutive
/// elements; at the level scalar, and for what no vector fills, one after the other. Both give the same bits, but for a NaN's payload.
/// </summary>
internal static class NarrowFloats
{
    /// <summary>Converts all of <paramref name="source"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Widen(ReadOnlySpan<Half> source, Span<float> target, SimdLevel level)
    {
        int i = 0;
        ref ushort from = ref Unsafe.As<Half, ushort>(ref MemoryMarshal.GetReference(source));
        ref float to = ref MemoryMarshal.GetReference(target);
        for (; level != SimdLevel.Scalar && i <= source.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            Vector.Widen(Vector.LoadUnsafe(ref from, (nuint)i), out var low, out var high);
            WidenHalf(low).StoreUnsafe(ref to, (nuint)i);
            WidenHalf(high).StoreUnsafe(ref to, (nuint)(i + Vector<float>.Count));
        }

        for (; i < source.Length; i++)
        {
            target[i] = (float)source[i];
        }
    }

    /// <inheritdoc cref="Widen(ReadOnlySpan{Half}, Span{float}, SimdLevel)"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Widen(ReadOnlySpan<BFloat16> source, Span<float> target, SimdLevel level)
    {
        int i = 0;
        ref ushort from = ref Unsafe.As<BFloat16, ushort>(ref MemoryMarshal.GetReference(source));
        ref float to = ref MemoryMarshal.GetReference(target);
        for (; level != SimdLevel.Scalar && i <= source.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            Vector.Widen(Vector.LoadUnsafe(ref from, (nuint)i), out var low, out var high);
            Vector.AsVectorSingle(low << 16).StoreUnsafe(ref to, (nuint)i);
            Vector.AsVectorSingle(high << 16).StoreUnsafe(ref to, (nuint)(i + Vector<float>.Count));
        }

        for (; i < source.Length; i++)
        {
            target[i] = (float)source[i];
        }
    }

    /// <summary>Rounds all of <paramref name="source"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Narrow(ReadOnlySpan<float> source, Span<Half> target, SimdLevel level)
    {
        int i = 0;
        ref float from = ref MemoryMarshal.GetReference(source);
        ref ushort to = ref Unsafe.As<Half, ushort>(ref MemoryMarshal.GetReference(target));
        for (; level != SimdLevel.Scalar && i <= source.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            var low = NarrowToHalf(Vector.LoadUnsafe(ref from, (nuint)i));
            var high = NarrowToHalf(Vector.LoadUnsafe(ref from, (nuint)(i + Vector<float>.Count)));
            Vector.Narrow(low, high).StoreUnsafe(ref to, (nuint)i);
        }

        for (; i < source.Length; i++)
        {
            target[i] = (Half)source[i];
        }
    }

    /// <inheritdoc cref="Narrow(ReadOnlySpan{float}, Span{Half}, SimdLevel)"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Narrow(ReadOnlySpan<float> source, Span<BFloat16> target, SimdLevel level)
    {
        int i = 0;
        ref float from = ref MemoryMarshal.GetReference(source);
        ref ushort to = ref Unsafe.As<BFloat16, ushort>(ref MemoryMarshal.GetReference(target));
        for (; level != SimdLevel.Scalar && i <= source.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            var low = NarrowToBFloat16(Vector.LoadUnsafe(ref from, (nuint)i));
            var high = NarrowToBFloat16(Vector.LoadUnsafe(ref from, (nuint)(i + Vector<float>.Count)));
            Vector.Narrow(low, high).StoreUnsafe(ref to, (nuint)i);
        }

        for (; i < source.Length; i++)
        {
            target[i] = (BFloat16)source[i];
        }
    }

    // Exponent and fraction in float32's places are the value times 2^-112, denormals too; infinity and NaN come out finite and get their exponent back.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> WidenHalf(Vector<uint> half)
    {
        var magnitude = (half & new Vector<uint>(0x7FFF)) << 13;
        var bits = Vector.AsVectorUInt32(Vector.AsVectorSingle(magnitude) * new Vector<float>(5.192296858534828e33f));
        bits |= Vector.GreaterThanOrEqual(magnitude, new Vector<uint>(0x7C00 << 13)) & new Vector<uint>(0x7F800000);
        return Vector.AsVectorSingle(bits | ((half & new Vector<uint>(0x8000)) << 16));
    }

    // Below 2^-14 an addition of 0.5 rounds at the place of float16's last bit; above it an addition to the bits does.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<uint> NarrowToHalf(Vector<float> value)
    {
        var bits = Vector.AsVectorUInt32(value);
        var magnitude = bits & new Vector<uint>(0x7FFFFFFF);
        var denormal = Vector.AsVectorUInt32(Vector.AsVectorSingle(magnitude) + new Vector<float>(0.5f)) - new Vector<uint>(0x3F000000);
        var normal = (magnitude + new Vector<uint>(0xC8000FFF) + ((magnitude >>> 13) & Vector<uint>.One)) >>> 13;
        var large = Vector.ConditionalSelect(Vector.GreaterThan(magnitude, new Vector<uint>(0x7F800000)), new Vector<uint>(0x7E00), new Vector<uint>(0x7C00));
        var half = Vector.ConditionalSelect(Vector.LessThan(magnitude, new Vector<uint>(0x38800000)), denormal, normal);
        half = Vector.ConditionalSelect(Vector.GreaterThanOrEqual(magnitude, new Vector<uint>(0x47800000)), large, half);
        return half | ((bits >>> 16) & new Vector<uint>(0x8000));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<uint> NarrowToBFloat16(Vector<float> value)
    {
        var bits = Vector.AsVectorUInt32(value);
        var upper = bits >>> 16;
        var rounded = (bits + new Vector<uint>(0x7FFF) + (upper & Vector<uint>.One)) >>> 16;
        var isNaN = Vector.GreaterThan(bits & new Vector<uint>(0x7FFFFFFF), new Vector<uint>(0x7F800000));
        return Vector.ConditionalSelect(isNaN, upper | new Vector<uint>(0x40), rounded);
    }
}
