using ParityHarness.Fixtures;
using ParityHarness.Judging;
using ParityHarness.Problems;

namespace ParityHarness.Results;

/// <summary>Counts of what came of many problems; tallies of parts add up to that of the whole.</summary>
internal sealed class Tally
{
    /// <summary>What is counted for each class of problems.</summary>
    public static IReadOnlyList<string> Outcomes { get; } = ["passed", "rejected by both", "failed", "known divergence", "mistrusted", "unsupported"];

    private readonly long[] _byClass = new long[ProblemClasses.All.Count * 6];
    private readonly long[] _total = new long[6];
    private readonly long[] _notDone = new long[ProblemClasses.All.Count];
    private readonly SortedDictionary<string, long> _failures = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _divergences = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _rejections = new(StringComparer.Ordinal);

    /// <summary>Ticks of Stopwatch spent in the reference, the candidate, the oracle, and in making data.</summary>
    public long ReferenceTicks { get; set; }

    /// <inheritdoc cref="ReferenceTicks"/>
    public long CandidateTicks { get; set; }

    /// <inheritdoc cref="ReferenceTicks"/>
    public long OracleTicks { get; set; }

    /// <inheritdoc cref="ReferenceTicks"/>
    public long DataTicks { get; set; }

    /// <summary>Ticks spent in asking sides again.</summary>
    public long RepetitionTicks { get; set; }

    /// <summary>Problems for which the sides were asked again.</summary>
    public long Repeated { get; set; }

    /// <summary>Those of them for which the sides were held against their own answers to related problems.</summary>
    public long Related { get; set; }

    /// <summary>Ticks spent at problems in all, over all workers.</summary>
    public long AllTicks { get; set; }

    /// <summary>Ticks that workers spent between two ranges: to say what came of one, and to be told the next.</summary>
    public long HandingOverTicks { get; set; }

    /// <summary>Times a worker died and was started again.</summary>
    public long Restarts { get; set; }

    /// <summary>Outputs that could not be judged since they may overflow.</summary>
    public long Unjudged { get; internal set; }

    /// <summary>Outputs that are +0 on one side and -0 on the other.</summary>
    public long SignedZeros { get; internal set; }

    /// <summary>Problems rejected by both for different reasons.</summary>
    public long ReasonsDiffer { get; internal set; }

    /// <summary>Problems whose candidate assert_close would have refused though the bound accepts it.</summary>
    public long TorchWouldRefuse { get; internal set; }

    /// <summary>The candidate's largest error relative to the bound.</summary>
    public double WorstCandidate { get; internal set; }

    /// <summary>The reference's largest error relative to the bound.</summary>
    public double WorstReference { get; internal set; }

    /// <summary>Problems in all.</summary>
    public long Problems => _total.Sum();

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

    /// <summary>How many ended as <see cref="Outcomes"/> says.</summary>
    public long this[int outcome] => _total[outcome];

    /// <summary>Problems that passed.</summary>
    public long Passed => _total[0];

    /// <summary>Problems that both sides rejected.</summary>
    public long RejectedByBoth => _total[1];

    /// <summary>Problems that failed.</summary>
    public long Failed => _total[2];

    /// <summary>Problems that are known divergences.</summary>
    public long Known => _total[3];

    /// <summary>Problems in which nothing was really compared.</summary>
    public long Mistrusted => _total[4];

    /// <summary>Problems that one side does not do.</summary>
    public long Unsupported => _total[5];

    /// <summary>Those of them in which the candidate was judged by nobody, since it does not do them or their values have no oracle.</summary>
    public long UnsupportedByCandidate { get; internal set; }

    /// <summary>Problems in which somebody judged the candidate: all but the mistrusted ones and those of <see cref="UnsupportedByCandidate"/>.</summary>
    public long Judged => Problems - Mistrusted - UnsupportedByCandidate;

    /// <summary>Problems that --where leaves out; they are not counted otherwise.</summary>
    public long LeftOut { get; set; }

    /// <summary>In what two versions of a library differ where neither is wrong; empty for other pairs.</summary>
    public Drift Drift { get; } = new();

    /// <summary>Problems of a class in which the candidate was judged by nobody: mistrusted ones, and those of <see cref="UnsupportedByCandidate"/>.</summary>
    public long NotJudged(int problemClass) => OfClass(problemClass, 4) + _notDone[problemClass];

    /// <summary>The <see cref="UnsupportedByCandidate"/> of a class.</summary>
    public long NotDone(int problemClass) => _notDone[problemClass];

    /// <summary>How many problems of a class (an index of <see cref="ProblemClasses.All"/>) ended so.</summary>
    public long OfClass(int problemClass, int outcome) => _byClass[problemClass * 6 + outcome];

    /// <summary>Counts one problem.</summary>
    /// <param name="classes">The problem's classes.</param>
    /// <param name="judgement">What came of it.</param>
    /// <param name="ofReference">The name of the reference's divergence that covers it, or null.</param>
    /// <param name="ofCandidate">The same of the candidate.</param>
    public void Add(ProblemClass classes, Judgement judgement, string? ofReference = null, string? ofCandidate = null)
    {
        var outcome = judgement.Verdict switch
        {
            Verdict.Passed => judgement.RejectedByBoth ? 1 : 0,
            Verdict.Failed => 2,
            Verdict.KnownDivergence => 3,
            Verdict.Mistrusted => 4,
            _ => 5,
        };
        _total[outcome]++;
        var notDone = outcome == 5 && judgement.NotDoneBy.HasFlag(Side.Candidate) ? 1 : 0;
        UnsupportedByCandidate += notDone;
        for (var c = 0; c < ProblemClasses.All.Count; c++)
        {
            if ((classes & ProblemClasses.All[c].Class) != ProblemClass.None)
            {
                _byClass[c * 6 + outcome]++;
                _notDone[c] += notDone;
            }
        }

        Pairs.Add(classes, outcome == 2);
        if (outcome is 0 or 2)
        {
            Errors.Add(judgement);
        }

        Unjudged += judgement.Unjudged;
        SignedZeros += judgement.SignedZeros;
        ReasonsDiffer += judgement.Kind == MismatchKind.Reason ? 1 : 0;
        if (outcome == 0)
        {
            TorchWouldRefuse += judgement.TorchClose == false ? 1 : 0;
            WorstCandidate = Math.Max(WorstCandidate, judgement.CandidateErrorOverBound);
            WorstReference = Math.Max(WorstReference, judgement.ReferenceErrorOverBound);
        }

        if (outcome == 2)
        {
            Count(_failures, $"{judgement.Kind} {judgement.Side}".ToLowerInvariant(), 1);
        }

        if (outcome == 3)
        {
            CountDivergence(judgement.Side, ofReference, ofCandidate);
        }
    }

    /// <summary>Counts why both sides rejected a problem.</summary>
    public void AddRejection(RejectionReason reference, RejectionReason candidate) => Count(
        _rejections,
        reference == candidate ? ReasonText.Format(reference) : $"{ReasonText.Format(reference)}, then {ReasonText.Format(candidate)}",
        1);

    /// <summary>Adds how many problems ended in each way.</summary>
    internal void AddOutcomes(IReadOnlyList<long> counts)
    {
        for (var i = 0; i < _total.Length; i++)
        {
            _total[i] += counts[i];
        }
    }

    /// <summary>Adds how many problems of a class ended in each way.</summary>
    internal void AddClass(int problemClass, IReadOnlyList<long> counts, long notDone)
    {
        for (var i = 0; i < _total.Length; i++)
        {
            _byClass[problemClass * _total.Length + i] += counts[i];
        }

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

    /// <summary>Adds another tally to this one.</summary>
    public void Add(Tally other)
    {
        for (var i = 0; i < _byClass.Length; i++)
        {
            _byClass[i] += other._byClass[i];
        }

        AddOutcomes(other._total);
        for (var i = 0; i < _notDone.Length; i++)
        {
            _notDone[i] += other._notDone[i];
        }

        AddNamed(other._failures, other._divergences, other._rejections);
        Pairs.Add(other.Pairs);
        Errors.Add(other.Errors);
        UnsupportedByCandidate += other.UnsupportedByCandidate;
        LeftOut += other.LeftOut;
        Drift.Add(other.Drift);
        ReferenceTicks += other.ReferenceTicks;
        CandidateTicks += other.CandidateTicks;
        OracleTicks += other.OracleTicks;
        DataTicks += other.DataTicks;
        RepetitionTicks += other.RepetitionTicks;
        Repeated += other.Repeated;
        Related += other.Related;
        AllTicks += other.AllTicks;
        HandingOverTicks += other.HandingOverTicks;
        Restarts += other.Restarts;
        Unjudged += other.Unjudged;
        SignedZeros += other.SignedZeros;
        ReasonsDiffer += other.ReasonsDiffer;
        TorchWouldRefuse += other.TorchWouldRefuse;
        WorstCandidate = Math.Max(WorstCandidate, other.WorstCandidate);
        WorstReference = Math.Max(WorstReference, other.WorstReference);
    }

    /// <summary>Writes all counts.</summary>
    public void Write(BinaryWriter writer)
    {
        foreach (var count in _total.Concat(_byClass).Concat(_notDone))
        {
            writer.Write7BitEncodedInt64(count);
        }

        foreach (var counts in new[] { _failures, _divergences, _rejections })
        {
            writer.Write(counts.Count);
            foreach (var (key, count) in counts)
            {
                writer.Write(key);
                writer.Write(count);
            }
        }

        foreach (var ticks in (ReadOnlySpan<long>)[ReferenceTicks, CandidateTicks, OracleTicks, DataTicks, RepetitionTicks, Repeated, Related, AllTicks, HandingOverTicks, Restarts, Unjudged, SignedZeros, ReasonsDiffer, TorchWouldRefuse, UnsupportedByCandidate, LeftOut])
        {
            writer.Write(ticks);
        }

        writer.Write(WorstCandidate);
        writer.Write(WorstReference);
        Drift.Write(writer);
        Pairs.Write(writer);
        Errors.Write(writer);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static Tally Read(BinaryReader reader)
    {
        var tally = new Tally();
        foreach (var counts in new[] { tally._total, tally._byClass, tally._notDone })
        {
            for (var i = 0; i < counts.Length; i++)
            {
                counts[i] = reader.Read7BitEncodedInt64();
            }
        }

        foreach (var counts in new[] { tally._failures, tally._divergences, tally._rejections })
        {
            for (var left = reader.ReadInt32(); left > 0; left--)
            {
                counts.Add(reader.ReadString(), reader.ReadInt64());
            }
        }

        tally.ReferenceTicks = reader.ReadInt64();
        tally.CandidateTicks = reader.ReadInt64();
        tally.OracleTicks = reader.ReadInt64();
        tally.DataTicks = reader.ReadInt64();
        tally.RepetitionTicks = reader.ReadInt64();
        tally.Repeated = reader.ReadInt64();
        tally.Related = reader.ReadInt64();
        tally.AllTicks = reader.ReadInt64();
        tally.HandingOverTicks = reader.ReadInt64();
        tally.Restarts = reader.ReadInt64();
        tally.Unjudged = reader.ReadInt64();
        tally.SignedZeros = reader.ReadInt64();
        tally.ReasonsDiffer = reader.ReadInt64();
        tally.TorchWouldRefuse = reader.ReadInt64();
        tally.UnsupportedByCandidate = reader.ReadInt64();
        tally.LeftOut = reader.ReadInt64();
        tally.WorstCandidate = reader.ReadDouble();
        tally.WorstReference = reader.ReadDouble();
        tally.Drift.Add(Drift.Read(reader));
        tally.Pairs.AddFrom(reader);
        tally.Errors.AddFrom(reader);
        return tally;
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
