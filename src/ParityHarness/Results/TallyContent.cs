using System.Diagnostics;

using ParityHarness.Problems;

namespace ParityHarness.Results;

/// <summary>A <see cref="Tally"/> as JSON: times in seconds, counts that are not 0, all by name.</summary>
internal sealed record TallyContent
{
    public required SortedDictionary<string, long> Outcomes { get; init; }

    public required IReadOnlyDictionary<string, SortedDictionary<string, long>> Classes { get; init; }

    public required IReadOnlyList<PairContent> Pairs { get; init; }

    public required IReadOnlyDictionary<string, long> Failures { get; init; }

    public required IReadOnlyDictionary<string, long> Divergences { get; init; }

    public required IReadOnlyDictionary<string, long> Rejections { get; init; }

    public required IReadOnlyDictionary<string, double> Seconds { get; init; }

    public required SortedDictionary<string, long> Counts { get; init; }

    public required double WorstCandidate { get; init; }

    public required double WorstReference { get; init; }

    public double WorstAccuracy { get; init; }

    public required Drift Drift { get; init; }

    public required IReadOnlyList<BinContent> Bins { get; init; }

    public required IReadOnlyList<SizeContent> Sizes { get; init; }

    private const string NotDone = "unsupported by the candidate";

    public static TallyContent Of(Tally tally) => new()
    {
        Outcomes = tally.OutcomeWords(),
        Classes = Enumerable.Range(0, ProblemClasses.All.Count)
            .Select(c => (ProblemClasses.All[c].Name, Counts: WithNotDone(tally.OutcomeWords(c), tally.NotDone(c))))
            .Where(c => c.Counts.Count > 0)
            .ToDictionary(c => c.Name, c => c.Counts, StringComparer.Ordinal),
        Pairs =
        [
            .. from a in Enumerable.Range(0, ProblemClasses.All.Count)
               from b in Enumerable.Range(a + 1, ProblemClasses.All.Count - a - 1)
               where tally.Pairs.Problems(a, b) > 0
               select new PairContent(ProblemClasses.All[a].Name, ProblemClasses.All[b].Name, tally.Pairs.Problems(a, b), tally.Pairs.Failed(a, b), tally.Pairs.Judged(a, b)),
        ],
        Failures = tally.Failures,
        Divergences = tally.Divergences,
        Rejections = tally.Rejections,
        Seconds = Enum.GetValues<TimeShare>().Where(share => tally[share] != 0).ToDictionary(Words.Of, share => (double)tally[share] / Stopwatch.Frequency, StringComparer.Ordinal),
        Counts = tally.CounterWords(),
        WorstCandidate = tally.WorstCandidate,
        WorstReference = tally.WorstReference,
        WorstAccuracy = tally.Errors.WorstAccuracy,
        Drift = tally.Drift,
        Bins =
        [
            .. Enumerable.Range(0, Histogram.Bins)
                .Select(bin => new BinContent(bin == 0 ? 0 : Histogram.From(bin), tally.Errors.CandidateOverBound.Counts[bin], tally.Errors.ReferenceOverBound.Counts[bin], tally.Errors.CandidateAccuracy.Counts[bin], tally.Errors.ReferenceAccuracy.Counts[bin]))
                .Where(bin => bin is not { CandidateOverBound: 0, ReferenceOverBound: 0, CandidateAccuracy: 0, ReferenceAccuracy: 0 }),
        ],
        Sizes =
        [
            .. Enumerable.Range(0, ErrorCounts.Sizes)
                .Where(size => tally.Errors.Problems(size) > 0)
                .Select(size => new SizeContent(1L << size, tally.Errors.Problems(size), tally.Errors.WorstCandidate(size), tally.Errors.WorstReference(size))),
        ],
    };

    /// <summary>The tally.</summary>
    /// <exception cref="FormatException">It names a class, an outcome, a counter or a share of time that there is not.</exception>
    public Tally Read()
    {
        var tally = new Tally();
        tally.AddWords(Outcomes, Counts);
        foreach (var (name, counts) in Classes)
        {
            tally.AddClass(Class(name), counts.Where(count => count.Key != NotDone), counts.GetValueOrDefault(NotDone));
        }

        foreach (var pair in Pairs)
        {
            tally.Pairs.Add(Class(pair.A), Class(pair.B), pair.Problems, pair.Failed, pair.Judged ?? pair.Problems);
        }

        tally.AddNamed(Failures, Divergences, Rejections);
        foreach (var (name, seconds) in Seconds)
        {
            tally[Words.Parse<TimeShare>(name)] = (long)Math.Round(seconds * Stopwatch.Frequency);
        }

        tally.WorstCandidate = WorstCandidate;
        tally.WorstReference = WorstReference;
        tally.Drift.Add(Drift);
        ReadErrors(tally.Errors);
        return tally;
    }

    private void ReadErrors(ErrorCounts errors)
    {
        errors.AddAccuracy(WorstAccuracy);
        foreach (var bin in Bins)
        {
            var index = bin.From == 0 ? 0 : Math.Clamp(Math.ILogB(bin.From) - Histogram.LowestPower + 1, 1, Histogram.Bins - 1);
            errors.CandidateOverBound.Add(index, bin.CandidateOverBound);
            errors.ReferenceOverBound.Add(index, bin.ReferenceOverBound);
            errors.CandidateAccuracy.Add(index, bin.CandidateAccuracy);
            errors.ReferenceAccuracy.Add(index, bin.ReferenceAccuracy);
        }

        foreach (var size in Sizes)
        {
            errors.Add(Math.Clamp(Math.ILogB((double)size.Products), 0, ErrorCounts.Sizes - 1), size.Problems, size.WorstCandidate, size.WorstReference);
        }
    }

    private static SortedDictionary<string, long> WithNotDone(SortedDictionary<string, long> counts, long notDone)
    {
        if (notDone > 0)
        {
            counts.Add(NotDone, notDone);
        }

        return counts;
    }

    private static int Class(string name)
    {
        for (var c = 0; c < ProblemClasses.All.Count; c++)
        {
            if (ProblemClasses.All[c].Name == name)
            {
                return c;
            }
        }

        throw new FormatException($"there is no class '{name}'");
    }

    /// <summary>Problems that belong to two classes.</summary>
    internal sealed record PairContent(string A, string B, long Problems, long Failed, long? Judged = null);

    /// <summary>The ratios from <paramref name="From"/> on, and below twice that.</summary>
    internal sealed record BinContent(double From, long CandidateOverBound, long ReferenceOverBound, long CandidateAccuracy, long ReferenceAccuracy);

    /// <summary>Problems with so many products in an output, and fewer than twice as many.</summary>
    internal sealed record SizeContent(long Products, long Problems, double WorstCandidate, double WorstReference);
}
