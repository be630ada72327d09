using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityHarness.Oracle;

/// <summary>Loops over whole outputs.</summary>
internal static class Spans
{
    /// <summary>Makes a buffer, whose content need not be kept, at least so long.</summary>
    public static void Grow<T>(ref T[] values, int length)
    {
        if (values.Length < length)
        {
            values = new T[length];
        }
    }

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

    /// <summary>float64 to float32, rounded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToSingle(ReadOnlySpan<double> source, Span<float> target)
    {
        for (var i = 0; i < source.Length; i++)
        {
            target[i] = (float)source[i];
        }
    }

    /// <summary>
    /// Finds the indices at which two outputs are further apart than is allowed at their position in the row, or one is
    /// NaN. False when there are more than <paramref name="limit"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool FindApart<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, ReadOnlySpan<T> distances, List<long> found, int limit)
        where T : unmanaged, INumber<T>
    {
        for (var row = 0; row < a.Length; row += distances.Length)
        {
            for (var i = 0; i < distances.Length;)
            {
                if (i + Vector<T>.Count <= distances.Length
                    && Vector.LessThanOrEqualAll(Vector.Abs(new Vector<T>(a[(row + i)..]) - new Vector<T>(b[(row + i)..])), new Vector<T>(distances[i..])))
                {
                    i += Vector<T>.Count;
                    continue;
                }

                for (var end = Math.Min(distances.Length, i + Vector<T>.Count); i < end; i++)
                {
                    if (!(T.Abs(a[row + i] - b[row + i]) <= distances[i]))
                    {
                        found.Add(row + i);
                    }
                }

                if (found.Count > limit)
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>Number of zeros, of either sign.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int CountZeros(ReadOnlySpan<double> values)
    {
        var i = 0;
        var zeros = Vector<long>.Zero;
        for (; i + Vector<double>.Count <= values.Length; i += Vector<double>.Count)
        {
            zeros -= Vector.Equals(new Vector<double>(values[i..]), Vector<double>.Zero);
        }

        var count = (int)Vector.Sum(zeros);
        for (; i < values.Length; i++)
        {
            count += values[i] == 0 ? 1 : 0;
        }

        return count;
    }
}
