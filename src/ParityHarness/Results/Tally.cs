using System.Text.Json.Serialization;

using ParityHarness.Fixtures;
using ParityHarness.Judging;
using ParityHarness.Problems;

namespace ParityHarness.Results;

/// <summary>Counts of what came of many problems; tallies of parts add up to that of the whole.</summary>
[JsonConverter(typeof(TallyConverter))]
internal sealed class Tally
{
    private readonly EnumCounts<ProblemOutcome> _outcomes = new();
    private readonly EnumCounts<ProblemOutcome>[] _byClass = [.. ProblemClasses.All.Select(_ => new EnumCounts<ProblemOutcome>())];
    private readonly EnumCounts<Counter> _counters = new();
    private readonly EnumCounts<TimeShare> _ticks = new();
    private readonly long[] _notDone = new long[ProblemClasses.All.Count];
    private readonly SortedDictionary<string, long> _failures = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _divergences = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _rejections = new(StringComparer.Ordinal);

    /// <summary>The outcomes in the order in which tables show them.</summary>
    public static IReadOnlyList<ProblemOutcome> Outcomes { get; } = Enum.GetValues<ProblemOutcome>();

    /// <summary>How many problems ended so.</summary>
    public long this[ProblemOutcome outcome] => _outcomes[outcome];

    /// <summary>How much there was of something else.</summary>
    public long this[Counter counter]
    {
        get => _counters[counter];
        set => _counters[counter] = value;
    }

    /// <summary>Ticks of Stopwatch that were spent so.</summary>
    public long this[TimeShare share]
    {
        get => _ticks[share];
        set => _ticks[share] = value;
    }

    /// <summary>The candidate's largest error relative to the bound.</summary>
    public double WorstCandidate { get; internal set; }

    /// <summary>The reference's largest error relative to the bound.</summary>
    public double WorstReference { get; internal set; }

    /// <summary>Problems in all.</summary>
    public long Problems => _outcomes.Total;

    /// <summary>Counts by kind and side, e.g. "Value candidate".</summary>
    public IReadOnlyDictionary<string, long> Failures => _failures;

    /// <summary>Counts by the name of the divergence and the side that diverged, e.g. "batch-0_dilation reference".</summary>
    public IReadOnlyDictionary<string, long> Divergences => _divergences;

    /// <summary>Problems that both rejected, by the reason: <c>kernel_size</c>, or where they differ <c>kernel_size, then dtype</c>, the reference's first.</summary>
    public IReadOnlyDictionary<string, long> Rejections => _rejections;

    /// <summary>How many problems belong to two classes at once.</summary>
    public ClassPairs Pairs { get; } = new();

    /// <summary>How large the errors were.</summary>
    public ErrorCounts Errors { get; } = new();

    /// <summary>Problems that passed.</summary>
    public long Passed => this[ProblemOutcome.Passed];

    /// <summary>Problems that both sides rejected.</summary>
    public long RejectedByBoth => this[ProblemOutcome.RejectedByBoth];

    /// <summary>Problems that failed.</summary>
    public long Failed => this[ProblemOutcome.Failed];

    /// <summary>Problems that are known divergences.</summary>
    public long Known => this[ProblemOutcome.KnownDivergence];

    /// <summary>Problems in which nothing was really compared.</summary>
    public long Mistrusted => this[ProblemOutcome.Mistrusted];

    /// <summary>Problems that one side does not do.</summary>
    public long Unsupported => this[ProblemOutcome.Unsupported];

    /// <summary>Problems in which somebody judged the candidate: all but the mistrusted ones and those of <see cref="Counter.UnsupportedByCandidate"/>.</summary>
    public long Judged => Problems - Mistrusted - this[Counter.UnsupportedByCandidate];

    /// <summary>In what two versions of a library differ where neither is wrong; empty for other pairs.</summary>
    public Drift Drift { get; } = new();

    /// <summary>Problems of a class in which the candidate was judged by nobody: mistrusted ones, and those that it does not do.</summary>
    public long NotJudged(int problemClass) => OfClass(problemClass, ProblemOutcome.Mistrusted) + _notDone[problemClass];

    /// <summary>The <see cref="Counter.UnsupportedByCandidate"/> of a class.</summary>
    public long NotDone(int problemClass) => _notDone[problemClass];

    /// <summary>How many problems of a class (an index of <see cref="ProblemClasses.All"/>) ended so.</summary>
    public long OfClass(int problemClass, ProblemOutcome outcome) => _byClass[problemClass][outcome];

    /// <summary>How many problems of a class there were.</summary>
    public long OfClass(int problemClass) => _byClass[problemClass].Total;

    /// <summary>Counts one problem.</summary>
    /// <param name="classes">The problem's classes.</param>
    /// <param name="judgement">What came of it.</param>
    /// <param name="ofReference">The name of the reference's divergence that covers it, or null.</param>
    /// <param name="ofCandidate">The same of the candidate.</param>
    public void Add(ProblemClass classes, Judgement judgement, string? ofReference = null, string? ofCandidate = null)
    {
        var outcome = judgement.Verdict switch
        {
            Verdict.Passed => judgement.RejectedByBoth ? ProblemOutcome.RejectedByBoth : ProblemOutcome.Passed,
            Verdict.Failed => ProblemOutcome.Failed,
            Verdict.KnownDivergence => ProblemOutcome.KnownDivergence,
            Verdict.Mistrusted => ProblemOutcome.Mistrusted,
            _ => ProblemOutcome.Unsupported,
        };
        _outcomes[outcome]++;
        var notDone = outcome == ProblemOutcome.Unsupported && judgement.UnsupportedBy.HasFlag(Side.Candidate) ? 1 : 0;
        this[Counter.UnsupportedByCandidate] += notDone;
        for (var c = 0; c < ProblemClasses.All.Count; c++)
        {
            if ((classes & ProblemClasses.All[c].Class) != ProblemClass.None)
            {
                _byClass[c][outcome]++;
                _notDone[c] += notDone;
            }
        }

        Pairs.Add(classes, outcome == ProblemOutcome.Failed, outcome != ProblemOutcome.Mistrusted && notDone == 0);
        if (outcome is ProblemOutcome.Passed or ProblemOutcome.Failed)
        {
            Errors.Add(judgement);
        }

        this[Counter.Unjudged] += judgement.Unjudged;
        this[Counter.SignedZeros] += judgement.SignedZeros;
        this[Counter.ReasonsDiffer] += judgement.Kind == MismatchKind.Reason ? 1 : 0;
        switch (outcome)
        {
            case ProblemOutcome.Passed:
                this[Counter.TorchWouldRefuse] += judgement.TorchClose == false ? 1 : 0;
                WorstCandidate = Math.Max(WorstCandidate, judgement.CandidateErrorOverBound);
                WorstReference = Math.Max(WorstReference, judgement.ReferenceErrorOverBound);
                break;
            case ProblemOutcome.Failed:
                Count(_failures, $"{judgement.Kind} {judgement.Side}".ToLowerInvariant(), 1);
                break;
            case ProblemOutcome.KnownDivergence:
                CountDivergence(judgement.Side, ofReference, ofCandidate);
                break;
        }
    }

    /// <summary>Counts why both sides rejected a problem.</summary>
    public void AddRejection(RejectionReason reference, RejectionReason candidate) => Count(
        _rejections,
        reference == candidate ? ReasonText.Format(reference) : $"{ReasonText.Format(reference)}, then {ReasonText.Format(candidate)}",
        1);

    /// <summary>Adds another tally to this one.</summary>
    public void Add(Tally other)
    {
        _outcomes.Add(other._outcomes);
        _counters.Add(other._counters);
        _ticks.Add(other._ticks);
        for (var c = 0; c < _byClass.Length; c++)
        {
            _byClass[c].Add(other._byClass[c]);
            _notDone[c] += other._notDone[c];
        }

        AddNamed(other._failures, other._divergences, other._rejections);
        Pairs.Add(other.Pairs);
        Errors.Add(other.Errors);
        Drift.Add(other.Drift);
        WorstCandidate = Math.Max(WorstCandidate, other.WorstCandidate);
        WorstReference = Math.Max(WorstReference, other.WorstReference);
    }

    /// <summary>The outcomes by their words.</summary>
    internal SortedDictionary<string, long> OutcomeWords() => _outcomes.ToWords();

    /// <summary>The outcomes of a class by their words.</summary>
    internal SortedDictionary<string, long> OutcomeWords(int problemClass) => _byClass[problemClass].ToWords();

    /// <summary>The counters by their words.</summary>
    internal SortedDictionary<string, long> CounterWords() => _counters.ToWords();

    /// <summary>Adds outcomes and counters by their words.</summary>
    internal void AddWords(SortedDictionary<string, long> outcomes, SortedDictionary<string, long> counters)
    {
        _outcomes.Add(outcomes);
        _counters.Add(counters);
    }

    /// <summary>Adds how many problems of a class ended in each way.</summary>
    internal void AddClass(int problemClass, IEnumerable<KeyValuePair<string, long>> outcomes, long notDone)
    {
        _byClass[problemClass].Add(outcomes);
        _notDone[problemClass] += notDone;
    }

    /// <summary>Adds counts that have names.</summary>
    internal void AddNamed(IReadOnlyDictionary<string, long> failures, IReadOnlyDictionary<string, long> divergences, IReadOnlyDictionary<string, long> rejections)
    {
        foreach (var (counts, more) in new[] { (_failures, failures), (_divergences, divergences), (_rejections, rejections) })
        {
            foreach (var (key, count) in more)
            {
                Count(counts, key, count);
            }
        }
    }

    private void CountDivergence(Side side, string? ofReference, string? ofCandidate)
    {
        if (side == Side.Both && ofReference == ofCandidate)
        {
            Count(_divergences, $"{ofReference} both", 1);
            return;
        }

        if (side.HasFlag(Side.Reference))
        {
            Count(_divergences, $"{ofReference} reference", 1);
        }

        if (side.HasFlag(Side.Candidate))
        {
            Count(_divergences, $"{ofCandidate} candidate", 1);
        }
    }

    private static void Count(SortedDictionary<string, long> counts, string key, long more) =>
        counts[key] = counts.GetValueOrDefault(key) + more;
}
