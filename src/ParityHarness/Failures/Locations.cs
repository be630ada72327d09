using System.Globalization;

namespace ParityHarness.Failures;

/// <summary>
/// Where wrong outputs stand: the narrowest of some plain places that holds all of them, in every failing problem.
/// </summary>
internal static class Locations
{
    /// <summary>A place that takes more of all outputs says little.</summary>
    private const double WidestShare = 0.75;

    /// <summary>A place among the outputs.</summary>
    /// <param name="Words">In words, e.g. "at the last position".</param>
    /// <param name="Holds">Whether output [n, o, t] with so many products belongs to it.</param>
    internal sealed record Place(string Words, Func<Sizes, long, long, long, long, bool> Holds)
    {
        /// <summary>Whether a problem has outputs there.</summary>
        public bool Concerns(Evidence evidence) =>
            SceneOf(evidence) is { IsComparable: true } scene && Enumerable.Range(0, scene.Wrong.Length).Any(i => Locations.Holds(this, scene, i));
    }

    /// <summary>Fewer problems with wrong and right outputs beside each other tell nothing of a place.</summary>
    private const int FewestScenes = 3;

    /// <summary>The narrowest place that holds all wrong outputs; null where none does.</summary>
    public static Place? Find(IReadOnlyList<Evidence> failing)
    {
        var scenes = failing.Select(SceneOf).Where(s => s is { IsComparable: true } && s.Wrong.Any(w => w)).Select(s => s!).ToArray();
        var (best, share) = ((Place?)null, WidestShare);
        foreach (var place in Places(scenes))
        {
            if (ShareOf(place, scenes) is { } narrow && narrow < share && scenes.Count(s => IsTold(place, s)) >= FewestScenes)
            {
                (best, share) = (place, narrow);
            }
        }

        return best;
    }

    private static Scene? SceneOf(Evidence e) =>
        !e.Problem.IsBackward && e.HasActual && e.Sizes is { Rejection: null } sizes ? new Scene(e, ForwardHypotheses.Right.Predict(sizes, e)!) : null;

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
        yield return new("in output channels after the first", (_, _, o, _, _) => o > 0);
        yield return new("in the first group", (s, _, o, _, _) => s.Groups > 1 && o < s.GroupOut);
        yield return new("in the last group", (s, _, o, _, _) => s.Groups > 1 && o >= s.OutChannels - s.GroupOut);
        yield return new("in groups after the first", (s, _, o, _, _) => o >= s.GroupOut);

        // A phase of the stride: which, the first wrong output tells.
        if (scenes.Select(s => s.Sizes.Stride).Distinct().Count() == 1 && scenes[0].Sizes.Stride is > 1 and var stride)
        {
            yield return Phase(scenes[0], stride);
        }

        yield return new("at even positions", (s, _, _, t, _) => s.OutputLength > 2 && t % 2 == 0);
        yield return new("at odd positions", (s, _, _, t, _) => s.OutputLength > 2 && t % 2 == 1);
        foreach (var period in (long[])[3, 4, 8])
        {
            if (scenes.FirstOrDefault(s => s.Sizes.OutputLength >= 2 * period) is { } scene)
            {
                yield return Phase(scene, period);
            }
        }

        yield return new("at positions = -1 mod stride, counted without padding", (s, _, _, t, _) => s.Stride > 1 && (t + s.Padding) % s.Stride == s.Stride - 1);
    }

    private static Place Phase(Scene scene, long period)
    {
        var first = Array.IndexOf(scene.Wrong, true) % scene.Sizes.OutputLength % period;
        return new(string.Create(CultureInfo.InvariantCulture, $"at positions = {first} mod {period}"), (s, _, _, t, _) => s.OutputLength >= period && t % period == first);
    }

    /// <summary>Whether outputs beside the place are right in a scene of several positions and taps: only then it tells of the place.</summary>
    private static bool IsTold(Place place, Scene scene) =>
        scene.Wrong.Length > 2 && Enumerable.Range(0, scene.Wrong.Length).Any(i => !Holds(place, scene, i));

    private static bool Holds(Place place, Scene scene, int i)
    {
        var s = scene.Sizes;
        var (t, row) = (i % s.OutputLength, i / s.OutputLength);
        return place.Holds(s, row / s.OutChannels, row % s.OutChannels, t, scene.Right.Products[i]);
    }

    /// <summary>The share of all outputs that a place takes; null where a wrong output stands elsewhere.</summary>
    private static double? ShareOf(Place place, Scene[] scenes)
    {
        var (held, all) = (0L, 0L);
        foreach (var scene in scenes)
        {
            all += scene.Wrong.Length;
            for (var i = 0; i < scene.Wrong.Length; i++)
            {
                var holds = Holds(place, scene, i);
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
