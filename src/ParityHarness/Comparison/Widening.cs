using System.Numerics;

namespace ParityHarness.Comparison;

/// <summary>float32 to float64, which is exact.</summary>
internal static class Widening
{
    /// <summary>Converts all of <paramref name="source"/>.</summary>
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
}
