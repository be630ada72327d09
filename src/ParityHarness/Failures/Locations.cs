using System.Globalization;

namespace ParityHarness.Failures;

/// <summary>
/// Where wrong outputs stand: the narrowest of some plain places that holds all of them, in every failing problem.
/// </summary>
internal static class Locations
{
    /// <summary>A place that takes more of all outputs says little.</summary>
    private const double WidestShare = 0.75;

    /// <summary>A place: in words, and whether output [n, o, t] with so many products belongs to it.</summary>
    private readonly record struct Place(string Words, Func<Sizes, long, long, long, long, bool> Holds);

    /// <summary>"wrong only at ...", or null where no place holds.</summary>
    public static string? Describe(IReadOnlyList<Evidence> failing)
    {
        var scenes = failing.Where(e => e.HasActual && !e.Problem.IsBackward).Select(e => new Scene(e, Meanings.Right.Predict(e.Sizes!.Value, e))).Where(s => s.IsComparable && s.Wrong.Any(w => w)).ToArray();
        if (scenes.Length == 0)
        {
            return null;
        }

        var (best, share) = ((string?)null, WidestShare);
        foreach (var place in Places(scenes))
        {
            if (ShareOf(place, scenes) is { } narrow && narrow < share)
            {
                (best, share) = (place.Words, narrow);
            }
        }

        return best is null ? null : $"wrong only {best}";
    }

    private static IEnumerable<Place> Places(Scene[] scenes)
    {
        yield return new("at the last position", (s, _, _, t, _) => t == s.OutputLength - 1);
        yield return new("at the first position", (_, _, _, t, _) => t == 0);
        yield return new("in what output_padding appends", (s, _, _, t, _) => t >= s.OutputLength - s.OutputPadding);
        yield return new("where no tap reaches", (_, _, _, _, products) => products == 0);
        foreach (var width in (int[])[16, 8, 4])
        {
            yield return new($"in the last (output length mod {width}) positions", (s, _, _, t, _) => s.OutputLength >= width && t >= s.OutputLength / width * width);
        }

        yield return new("in the last batch item", (s, n, _, _, _) => s.Batch > 1 && n == s.Batch - 1);
        yield return new("in batch items after the first", (_, n, _, _, _) => n > 0);
        yield return new("in the last output channel", (s, _, o, _, _) => s.OutChannels > 1 && o == s.OutChannels - 1);
        yield return new("in the first group", (s, _, o, _, _) => s.Groups > 1 && o < s.GroupOut);
        yield return new("in the last group", (s, _, o, _, _) => s.Groups > 1 && o >= s.OutChannels - s.GroupOut);
        yield return new("in groups after the first", (s, _, o, _, _) => o >= s.GroupOut);

        // A phase of the stride: which, the first wrong output tells.
        if (scenes.Select(s => s.Sizes.Stride).Distinct().Count() == 1 && scenes[0].Sizes.Stride is > 1 and var stride)
        {
            var first = Array.IndexOf(scenes[0].Wrong, true) % scenes[0].Sizes.OutputLength % stride;
            yield return new(string.Create(CultureInfo.InvariantCulture, $"at positions = {first} mod {stride}"), (_, _, _, t, _) => t % stride == first);
        }

        yield return new("at even positions", (_, _, _, t, _) => t % 2 == 0);
        yield return new("at odd positions", (_, _, _, t, _) => t % 2 == 1);
        yield return new("at positions = -1 mod stride, counted without padding", (s, _, _, t, _) => s.Stride > 1 && (t + s.Padding) % s.Stride == s.Stride - 1);
    }

    /// <summary>The share of all outputs that a place takes; null where a wrong output stands elsewhere.</summary>
    private static double? ShareOf(Place place, Scene[] scenes)
    {
        var (held, all) = (0L, 0L);
        foreach (var scene in scenes)
        {
            var s = scene.Sizes;
            all += scene.Wrong.Length;
            for (var i = 0; i < scene.Wrong.Length; i++)
            {
                var (t, row) = (i % s.OutputLength, i / s.OutputLength);
                var holds = place.Holds(s, row / s.OutChannels, row % s.OutChannels, t, scene.Right.Products[i]);
                if (scene.Wrong[i] && !holds)
                {
                    return null;
                }

                held += holds ? 1 : 0;
            }

        }

        return held / (double)all;
    }

    private sealed class Scene
    {
        public Scene(Evidence evidence, Prediction right)
        {
            (Sizes, Right) = (evidence.Sizes!.Value, right);
            IsComparable = right.Shape.AsSpan().SequenceEqual(evidence.ActualShape);
            Wrong = IsComparable ? [.. evidence.Actual.Select((actual, i) => !right.Fits(i, actual, evidence.Problem.DType))] : [];
        }

        public Sizes Sizes { get; }

        public Prediction Right { get; }

        public bool IsComparable { get; }

        public bool[] Wrong { get; }
    }
}
