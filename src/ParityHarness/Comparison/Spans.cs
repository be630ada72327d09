using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityHarness.Comparison;

/// <summary>Loops over whole outputs.</summary>
internal static class Spans
{
    /// <summary>float32 to float64, which is exact: converts all of <paramref name="source"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToDouble(ReadOnlySpan<float> source, Span<double> target)
    {
        var wide = Vector<double>.Count;
        var i = 0;
        for (; i + 2 * wide <= source.Length; i += 2 * wide)
        {
            Vector.Widen(new Vector<float>(source[i..]), out var low, out var high);
            low.CopyTo(target[i..]);
            high.CopyTo(target[(i + wide)..]);
        }

        for (; i < source.Length; i++)
        {
            target[i] = source[i];
        }
    }

    /// <summary>The first index at which two spans are more than <paramref name="threshold"/> apart, or one is NaN; or -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int FirstApart<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, T threshold)
        where T : unmanaged, INumber<T>
    {
        var i = 0;
        var limit = new Vector<T>(threshold);
        for (; i + Vector<T>.Count <= a.Length; i += Vector<T>.Count)
        {
            if (!Vector.LessThanOrEqualAll(Vector.Abs(new Vector<T>(a[i..]) - new Vector<T>(b[i..])), limit))
            {
                break;
            }
        }

        for (; i < a.Length; i++)
        {
            if (!(T.Abs(a[i] - b[i]) <= threshold))
            {
                return i;
            }
        }

        return -1;
    }
}
