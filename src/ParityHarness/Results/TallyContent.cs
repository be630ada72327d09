using System.Diagnostics;
using System.Text.Json;

using ParityHarness.Problems;

namespace ParityHarness.Results;

/// <summary>A <see cref="Tally"/> as it stands in summary.json: times in seconds, counts that are not 0, all by name.</summary>
internal sealed record TallyContent
{
    public required SortedDictionary<string, long> Outcomes { get; init; }

    public required IReadOnlyDictionary<string, SortedDictionary<string, long>> Classes { get; init; }

    public required IReadOnlyList<PairContent> Pairs { get; init; }

    public required IReadOnlyDictionary<string, long> Failures { get; init; }

    public required IReadOnlyDictionary<string, long> Divergences { get; init; }

    public required IReadOnlyDictionary<string, long> Rejections { get; init; }

    public required IReadOnlyDictionary<string, double> Seconds { get; init; }

    public required IReadOnlyDictionary<string, long> Counts { get; init; }

    public required double WorstCandidate { get; init; }

    public required double WorstReference { get; init; }

    public double WorstAccuracy { get; init; }

    public required DriftContent Drift { get; init; }

    public required IReadOnlyList<BinContent> Bins { get; init; }

    public required IReadOnlyList<SizeContent> Sizes { get; init; }

    private const string NotDone = "unsupported by the candidate";

    public static TallyContent Of(Tally tally) => new()
    {
        Outcomes = Named(outcome => tally[outcome]),
        Classes = Enumerable.Range(0, ProblemClasses.All.Count)
            .Select(c => (ProblemClasses.All[c].Name, Counts: WithNotDone(Named(outcome => tally.OfClass(c, outcome)), tally.NotDone(c))))
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
        Seconds = TallyTimes.Of(tally).ToDictionary(t => t.Name, t => (double)t.Ticks / Stopwatch.Frequency, StringComparer.Ordinal),
        Counts = new Dictionary<string, long>(StringComparer.Ordinal)
        {
            ["repeated"] = tally.Repeated,
            ["related"] = tally.Related,
            ["restarts"] = tally.Restarts,
            ["unjudged"] = tally.Unjudged,
            ["signed_zeros"] = tally.SignedZeros,
            ["reasons_differ"] = tally.ReasonsDiffer,
            ["torch_would_refuse"] = tally.TorchWouldRefuse,
            ["unsupported_by_candidate"] = tally.UnsupportedByCandidate,
            ["left_out"] = tally.LeftOut,
        },
        WorstCandidate = tally.WorstCandidate,
        WorstReference = tally.WorstReference,
        WorstAccuracy = tally.Errors.WorstAccuracy,
        Drift = new DriftContent(tally.Drift.Reasons, tally.Drift.ReasonsExample, tally.Drift.ReasonsDetail, tally.Drift.Values, tally.Drift.GreatestDifference, tally.Drift.ValuesExample),
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
    /// <exception cref="JsonException">It names a class or an outcome that there is not.</exception>
    public Tally Read()
    {
        var tally = new Tally();
        tally.AddOutcomes(ByOutcome(Outcomes));
        foreach (var (name, counts) in Classes)
        {
            tally.AddClass(Class(name), ByOutcome(counts), counts.GetValueOrDefault(NotDone));
        }

        foreach (var pair in Pairs)
        {
            tally.Pairs.Add(Class(pair.A), Class(pair.B), pair.Problems, pair.Failed, pair.Judged ?? pair.Problems);
        }

        tally.AddNamed(Failures, Divergences, Rejections);
        TallyTimes.Set(tally, name => (long)Math.Round(Seconds.GetValueOrDefault(name) * Stopwatch.Frequency));
        tally.Repeated = Counts.GetValueOrDefault("repeated");
        tally.Related = Counts.GetValueOrDefault("related");
        tally.Restarts = Counts.GetValueOrDefault("restarts");
        tally.Unjudged = Counts.GetValueOrDefault("unjudged");
        tally.SignedZeros = Counts.GetValueOrDefault("signed_zeros");
        tally.ReasonsDiffer = Counts.GetValueOrDefault("reasons_differ");
        tally.TorchWouldRefuse = Counts.GetValueOrDefault("torch_would_refuse");
        tally.UnsupportedByCandidate = Counts.GetValueOrDefault("unsupported_by_candidate");
        tally.LeftOut = Counts.GetValueOrDefault("left_out");
        tally.WorstCandidate = WorstCandidate;
        tally.WorstReference = WorstReference;
        tally.Drift.Add(new Drift
        {
            Reasons = Drift.Reasons,
            ReasonsExample = Drift.ReasonsExample,
            ReasonsDetail = Drift.ReasonsDetail,
            Values = Drift.Values,
            GreatestDifference = Drift.GreatestDifference,
            ValuesExample = Drift.ValuesExample,
        });
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

    private static SortedDictionary<string, long> Named(Func<int, long> count)
    {
        var named = new SortedDictionary<string, long>(StringComparer.Ordinal);
        for (var outcome = 0; outcome < Tally.Outcomes.Count; outcome++)
        {
            if (count(outcome) is not 0 and var number)
            {
                named.Add(Tally.Outcomes[outcome], number);
            }
        }

        return named;
    }

    private static SortedDictionary<string, long> WithNotDone(SortedDictionary<string, long> counts, long notDone)
    {
        if (notDone > 0)
        {
            counts.Add(NotDone, notDone);
        }

        return counts;
    }

    private static long[] ByOutcome(SortedDictionary<string, long> counts)
    {
        foreach (var name in counts.Keys)
        {
            if (name != NotDone && !Tally.Outcomes.Contains(name, StringComparer.Ordinal))
            {
                throw new JsonException($"there is no outcome '{name}'");
            }
        }

        return [.. Tally.Outcomes.Select(name => counts.GetValueOrDefault(name))];
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

        throw new JsonException($"there is no class '{name}'");
    }

    /// <summary>Problems that belong to two classes.</summary>
    internal sealed record PairContent(string A, string B, long Problems, long Failed, long? Judged = null);

    /// <summary>The ratios from <paramref name="From"/> on, and below twice that.</summary>
    internal sealed record BinContent(double From, long CandidateOverBound, long ReferenceOverBound, long CandidateAccuracy, long ReferenceAccuracy);

    /// <summary>Problems with so many products in an output, and fewer than twice as many.</summary>
    internal sealed record SizeContent(long Products, long Problems, double WorstCandidate, double WorstReference);

    /// <summary>A <see cref="Drift"/>.</summary>
    internal sealed record DriftContent(long Reasons, string ReasonsExample, string ReasonsDetail, long Values, double GreatestDifference, string ValuesExample);
}
