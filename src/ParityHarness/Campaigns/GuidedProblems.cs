using ParityHarness.Generation;
using ParityHarness.Problems;
using ParityHarness.Results;

namespace ParityHarness.Campaigns;

/// <summary>
/// The problems of a guided search, made by the worker that runs them: most of the worst found so far, some anew. A problem is a
/// function of the seed, its index, and what it is made of.
/// </summary>
/// <param name="source">The problems that are made anew.</param>
/// <param name="profile">Within which bounds.</param>
/// <param name="seed">The seed.</param>
internal sealed class GuidedProblems(CaseSource source, Profile profile, ulong seed)
{
    private const int AnewOneIn = 5;
    private const int MostParsed = 10_000;

    private readonly Dictionary<string, Problem> _parsed = new(StringComparer.Ordinal);

    /// <summary>The problem of an index.</summary>
    /// <param name="index">The index.</param>
    /// <param name="worst">The worst found of each niche, in the order of the niches.</param>
    public Problem At(long index, IReadOnlyList<GuideFind> worst)
    {
        var random = new CounterRandom(CounterRandom.Stream(~seed, (ulong)index));
        if (worst.Count == 0 || random.OneIn(AnewOneIn))
        {
            return source.At(index).Problem;
        }

        // The largest rms error may grow further from where it is largest. Of errors over bounds each size has its own limit, and
        // small sums, which reach it by one rounding, would be climbed for ever. Of two sizes the smaller: it takes less time.
        var isAccuracy = random.OneIn(2);
        var ofAim = worst.Where(find => find.Niche >= ErrorCounts.Sizes == isAccuracy).DefaultIfEmpty(worst[0]).ToList();
        var parent = isAccuracy && random.OneIn(2) ? ofAim.MaxBy(find => find.Ratio) : ofAim[Math.Min(random.Below(ofAim.Count), random.Below(ofAim.Count))];
        return Mutation.Of(Parse(parent.Line), profile, ref random);
    }

    private Problem Parse(string line)
    {
        if (_parsed.TryGetValue(line, out var known))
        {
            return known;
        }

        if (_parsed.Count >= MostParsed)
        {
            _parsed.Clear();
        }

        return _parsed[line] = ProblemText.Parse(line);
    }
}
