using ParityHarness.Generation;
using ParityHarness.Problems;

namespace ParityHarness.Oracle;

/// <summary>
/// Which elements of a large answer are evaluated: windows at the first and the last element, and others at places by hash.
/// Windows do not overlap: an element evaluated twice would count twice.
/// </summary>
internal static class Sampling
{
    private const long SampledProducts = 1 << 15;
    private const int FewestWindows = 4;
    private const int MostWindows = 64;

    /// <summary>Positions [From, From + Length) of a row.</summary>
    public readonly record struct Window(long Row, long From, long Length);

    /// <summary>The windows into one tensor of an answer; some of them may overlap, of which only the first is to be evaluated.</summary>
    /// <param name="part">The tensor.</param>
    /// <param name="sums">Its pass.</param>
    /// <param name="geometry">The sizes.</param>
    /// <param name="seed">Decides on the places.</param>
    public static IEnumerable<Window> Windows(OutputPart part, IPassSums sums, Geometry geometry, ulong seed) =>
        part.Pass == Pass.Forward ? OfOutput(part, sums.Products / part.Rows / part.Length, geometry, seed) : OfGradient(part, sums.ProductsAt(part, part.Length / 2), seed);

    /// <summary>Windows spread over the channels, each long enough to hold every stride phase several times, so that vectors are filled.</summary>
    private static IEnumerable<Window> OfOutput(OutputPart part, double products, Geometry geometry, ulong seed)
    {
        var width = (long)Math.Min(part.Length, Math.Max(32, Math.Min(8.0 * geometry.Stride, 4096)));
        var windows = (long)Math.Clamp(SampledProducts / (width * Math.Max(1, products)), FewestWindows, MostWindows);
        var stream = CounterRandom.Stream(seed, 80);
        yield return new Window(0, 0, width);
        yield return new Window(part.Rows - 1, part.Length - width, width);
        for (var j = 2L; j < windows; j++)
        {
            var bits = CounterRandom.At(stream, (ulong)j);
            var n = (long)(bits % (ulong)geometry.Batch);
            var c = (j - 2) * geometry.OutChannels / (windows - 2);
            yield return new Window(n * geometry.OutChannels + c, Place(bits, part, width), width);
        }
    }

    private static IEnumerable<Window> OfGradient(OutputPart part, double products, ulong seed)
    {
        var width = (long)Math.Min(part.Length, Math.Clamp(SampledProducts / FewestWindows / Math.Max(1, products), 4, 128));
        var windows = (long)Math.Clamp(SampledProducts / (width * Math.Max(1, products)), FewestWindows, MostWindows);
        var stream = CounterRandom.Stream(seed, 80 + (ulong)part.Pass);
        yield return new Window(0, 0, width);
        yield return new Window(part.Rows - 1, part.Length - width, width);
        for (var j = 2L; j < windows; j++)
        {
            var bits = CounterRandom.At(stream, (ulong)j);
            yield return new Window((long)(bits % (ulong)part.Rows), Place(bits, part, width), width);
        }
    }

    private static long Place(ulong bits, OutputPart part, long width) => (long)((bits >> 20) % (ulong)(part.Length / width)) * width;
}
