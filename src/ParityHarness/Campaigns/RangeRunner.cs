using System.Diagnostics;

using ParityHarness.Generation;
using ParityHarness.Judging;
using ParityHarness.Problems;
using ParityHarness.Results;
using ParityHarness.Runners;
using ParityHarness.Runners.Recorded;
using ParityHarness.Tensors;

namespace ParityHarness.Campaigns;

/// <summary>
/// Runs cases one after the other: data, reference, candidate, comparison, repetition, row. The same in a worker and in process.
/// </summary>
internal sealed class RangeRunner : IDisposable
{
    private const long MostMultiplyAdds = 100_000_000_000;

    private readonly CampaignSettings _settings;
    private readonly CaseSource _source;
    private readonly IRunner _reference;
    private readonly IRunner _candidate;
    private readonly bool _isCandidateGiven;
    private readonly bool _isReferenceReleased;
    private readonly RunnerInfo _referenceInfo;
    private readonly RunnerInfo _candidateInfo;
    private readonly IReadOnlyList<Divergence> _referenceDivergences;
    private readonly IReadOnlyList<Divergence> _candidateDivergences;
    private readonly ProblemCondition? _where;
    private readonly bool _measuresDrift;
    private Comparer _comparer;
    private long _earlierOracleTicks;
    private readonly StatusCell? _status;
    private readonly RepetitionChecks _checks;
    private readonly RelationChecks _relations;
    private readonly StateChecks _states;
    private readonly OracleRunner _oracle = new();
    private readonly TensorSet _tensors = new();
    private readonly Outcome _expected = new();
    private readonly Outcome _actual = new();

    /// <summary>Loads both runners.</summary>
    /// <param name="settings">What to do.</param>
    /// <param name="status">Where to say at which case it is, or null.</param>
    /// <param name="candidate">The candidate, where it is not to be made by its name; it stays the caller's.</param>
    /// <exception cref="RunnerLoadException">One of them cannot be loaded.</exception>
    public RangeRunner(CampaignSettings settings, StatusCell? status, IRunner? candidate = null)
    {
        _settings = settings;
        _status = status;
        _checks = new RepetitionChecks(status, (problem, tensors, answer) => _comparer!.Compare(problem, tensors, answer, answer));
        _relations = new RelationChecks(status);
        _states = new StateChecks(status, (problem, tensors, answer) => _comparer!.Compare(problem, tensors, answer, answer));
        _source = CaseSource.Of(settings);
        _reference = RunnerCatalog.Create(settings.Reference, settings.FixturesFolder);
        _isReferenceReleased = RunnerCatalog.LibraryOf(settings.Reference) is not null;
        _isCandidateGiven = candidate is not null;
        _candidate = candidate ?? RunnerCatalog.Create(settings.Candidate, settings.FixturesFolder);
        // By the names by which they can be had again: an assembly's runner does not know where it stands.
        _referenceInfo = RunnerInfo.Of(_reference) with { Name = settings.Reference };
        _candidateInfo = RunnerInfo.Of(_candidate) with { Name = settings.Candidate };
        _comparer = NewComparer();
        _referenceDivergences = KnownDivergences.Of(settings.FixturesFolder, _referenceInfo);
        _candidateDivergences = KnownDivergences.OfCandidate(settings.FixturesFolder, _referenceInfo, _candidateInfo);
        _where = settings.WhereCondition;
        _measuresDrift = Drift.IsMeasured(settings.Reference, settings.Candidate);
    }

    /// <summary>The reference.</summary>
    public RunnerInfo Reference => _referenceInfo;

    /// <summary>The candidate.</summary>
    public RunnerInfo Candidate => _candidateInfo;

    /// <summary>How many witnesses there are: one for each known divergence of each side.</summary>
    public int Witnesses => _referenceDivergences.Count + _candidateDivergences.Count;

    /// <summary>Runs a range.</summary>
    /// <exception cref="ProblemDataException">The tensors of a case cannot be made.</exception>
    public RangeResult Run(Order order)
    {
        var result = new RangeResult();
        var tally = result.Tally;
        var oracle = OracleTicks;
        var began = Stopwatch.GetTimestamp();
        for (var index = order.Start; index < order.End; index++)
        {
            _status?.Set(index, Phase.Data);
            var start = Stopwatch.GetTimestamp();
            var item = CaseOf(index, order);
            if (index >= 0 && _where?.Covers(item.Problem) == false)
            {
                tally[Counter.LeftOut]++;
                continue;
            }

            _status?.SetSize(Math.Min(ProblemSize.MultiplyAdds(item.Problem), MostMultiplyAdds));
            DataFiller.Fill(item.Problem, _tensors);
            var sums = _tensors.Checksums();
            var filled = Stopwatch.GetTimestamp();
            _status?.Set(Phase.Reference);
            RunOne(IsOfCandidate(index) ? _candidate : _reference, item.Problem, _expected, order.ReferenceFault ?? NotAsked(_referenceDivergences, item));
            var referred = Stopwatch.GetTimestamp();
            RestoreInputs(item.Problem, sums, _expected);
            var restored = Stopwatch.GetTimestamp();
            _status?.Set(Phase.Candidate);
            RunOne(CandidateFor(item), item.Problem, _actual, order.CandidateFault ?? NotAsked(_candidateDivergences, item));
            var ran = Stopwatch.GetTimestamp();
            RestoreInputs(item.Problem, sums, _actual);
            _status?.Set(Phase.Comparison);
            tally[TimeShare.Data] += filled - start;
            tally[TimeShare.Reference] += referred - filled;
            tally[TimeShare.Candidate] += ran - restored;
            Judge(item, index, order, sums, result);
        }

        tally[TimeShare.Oracle] = OracleTicks - oracle;
        tally[TimeShare.All] = Stopwatch.GetTimestamp() - began;
        _status?.Set(Phase.Idle);
        return result;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reference.Dispose();
        if (!_isCandidateGiven)
        {
            _candidate.Dispose();
        }

        _oracle.Dispose();
        _checks.Dispose();
        _relations.Dispose();
        _states.Dispose();
        _tensors.Dispose();
        _expected.Dispose();
        _actual.Dispose();
    }

    private Case CaseOf(long index, Order order) => order switch
    {
        { Lines: { } lines } => new Case("problem", ProblemText.Parse(lines[(int)(index - order.Start)])),
        _ when index < 0 => WitnessOf(index),
        _ => _source.At(index),
    };

    /// <summary>The witnesses of the candidate's divergences come after those of the reference's.</summary>
    private bool IsOfCandidate(long index) => -index > _referenceDivergences.Count;

    private Case WitnessOf(long index)
    {
        var number = (int)(-index - 1);
        var divergence = IsOfCandidate(index) ? _candidateDivergences[number - _referenceDivergences.Count] : _referenceDivergences[number];
        return new Case($"witness:{divergence.Name}", divergence.Witness, null, divergence);
    }

    /// <summary>
    /// A witness asks only the side that diverges, as the reference: the oracle, which is right by definition, stands in
    /// for the other.
    /// </summary>
    private IRunner CandidateFor(Case item) => item.Witness is null ? _candidate : _oracle;

    /// <summary>Why a side is not asked, or null where it is: asked, its process would end, as is known, and with it the worker.</summary>
    private static Fault? NotAsked(IReadOnlyList<Divergence> divergences, Case item) =>
        item.Witness is null && KnownDivergences.Covering(divergences, item.Problem) is { EndsProcess: true } known
            ? new Fault(FaultCause.Unspecified, $"was not asked: its process ends here ({known.Name})")
            : null;

    private void RunOne(IRunner runner, Problem problem, Outcome outcome, Fault? fault)
    {
        if (fault is not null)
        {
            outcome.Fault(fault.Message, fault.Cause);
            return;
        }

        RunnerCall.Ask(runner, problem, _tensors, outcome);
    }

    /// <summary>A side that modified its inputs has failed; the other side and the judgement are given the true ones.</summary>
    private void RestoreInputs(Problem problem, (uint Input, uint Weight, uint Bias, uint GradOutput) sums, Outcome outcome)
    {
        if (_tensors.Changed(sums, out var cause) is not { } names)
        {
            return;
        }

        outcome.Fault(outcome.Kind == OutcomeKind.Faulted ? $"{outcome.Message}; modified {names}" : $"modified {names}", cause);
        DataFiller.Fill(problem, _tensors);
    }

    private long OracleTicks => _earlierOracleTicks + _comparer.OracleTicks;

    private Comparer NewComparer() => new(Tolerance.Parse(_settings.Tolerance), _settings.StrictReasons);

    private Judgement Compare(Case item, Side known)
    {
        try
        {
            if (item.Witness is not null)
            {
                // A tolerance of the user's may be too wide to see a known fault; whether it is still there is the bound's to say.
                var comparer = new Comparer(Tolerance.Bound, _settings.StrictReasons);
                var judgement = comparer.Compare(item.Problem, _tensors, _expected, _actual, known, item.Expected);
                _earlierOracleTicks += comparer.OracleTicks;
                return judgement;
            }

            return _comparer.Compare(item.Problem, _tensors, _expected, _actual, known, item.Expected);
        }
        catch (OutOfMemoryException)
        {
            // One that broke off halfway is not to be trusted, and holds much memory.
            _earlierOracleTicks += _comparer.OracleTicks;
            _comparer = NewComparer();
            var judgement = new Judgement();
            judgement.Fail(MismatchKind.Fault, Side.None, "the outputs could not be judged: the oracle found no memory for so many; allow more by --memory");
            return judgement;
        }
        catch (Exception e)
        {
            var judgement = new Judgement();
            judgement.Fail(MismatchKind.Fault, Side.None, OwnFault(e));
            return judgement;
        }
    }

    /// <summary>A fault of the harness is a row, and blames neither side.</summary>
    private static string OwnFault(Exception e) =>
        $"the harness failed at this problem: {e.GetType().Name}: {e.Message}; neither side is blamed, please report it with the problem";

    /// <summary>
    /// Asks both sides of a problem that has passed again, in other ways, and then for problems related to it. One that
    /// does otherwise then has failed.
    /// </summary>
    private void Repeat(Case item, long index, Order order, Judgement judgement, (uint Input, uint Weight, uint Bias, uint GradOutput) sums, Tally tally)
    {
        var isGenerated = _settings.Profile is not null;
        if (order.Once || item.Witness is not null || judgement.RejectedByBoth || judgement.Verdict is not (Verdict.Passed or Verdict.Unsupported)
            || !RepetitionChecks.Concern(item.Problem, index, isGenerated))
        {
            return;
        }

        var start = Stopwatch.GetTimestamp();
        var rounds = RepetitionChecks.Rounds(item.Problem, index, isGenerated);
        try
        {
            var ofCandidate = Repeat(_candidate, Phase.Candidate, item.Problem, _actual, _candidateDivergences, order.CandidateCheckFault, sums, rounds);
            // It is the candidate that is tried for races, and with large problems: a released library is asked again for small ones.
            var isAsked = !_isReferenceReleased || ProblemSize.MultiplyAdds(item.Problem) <= RepetitionChecks.SampledMultiplyAdds;
            var ofReference = isAsked ? Repeat(_reference, Phase.Reference, item.Problem, _expected, _referenceDivergences, order.ReferenceCheckFault, sums, Math.Min(rounds, 1)) : null;
            if ((ofCandidate ?? ofReference) is { } found)
            {
                judgement.Fail(
                    found.Kind,
                    (ofCandidate is null ? Side.None : Side.Candidate) | (ofReference is null ? Side.None : Side.Reference),
                    string.Join("; ", ((string?[])[ofCandidate is null ? null : $"candidate {ofCandidate.Detail}", ofReference is null ? null : $"reference {ofReference.Detail}"]).Where(words => words is not null)),
                    found.Check,
                    found.Cause);
                (judgement.FirstWrong, judgement.WrongElements) = (found.FirstWrong, found.WrongElements);
            }
        }
        catch (ProblemDataException)
        {
            judgement.Fail(MismatchKind.Fault, Side.None, "the sides could not be asked again: there is no memory for copies of the tensors; allow more by --memory");
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            judgement.Fail(MismatchKind.Fault, Side.None, OwnFault(e));
        }

        tally[Counter.Repeated]++;
        tally[Counter.Related] += RelationChecks.Concern(item.Problem, _tensors, _actual) || RelationChecks.Concern(item.Problem, _tensors, _expected) ? 1 : 0;
        tally[TimeShare.Repetition] += Stopwatch.GetTimestamp() - start;
    }

    private Repetition? Repeat(IRunner runner, Phase phase, Problem problem, Outcome first, IReadOnlyList<Divergence> known, Fault? fault, (uint Input, uint Weight, uint Bias, uint GradOutput) sums, int rounds)
    {
        if (fault is not null)
        {
            return new Repetition(MismatchKind.Fault, fault.Message, fault.Check, fault.Cause);
        }

        // The oracle is what all are held against. Where a side is known to be wrong it may be right once, by luck, and not again.
        if (runner is OracleRunner || first.Kind != OutcomeKind.Completed || KnownDivergences.Covering(known, problem) is not null)
        {
            return null;
        }

        var found = _checks.Find(runner, phase, problem, _tensors, first, rounds);
        if (_tensors.Changed(sums) is not null)
        {
            DataFiller.Fill(problem, _tensors);
        }

        // It is the candidate that may keep something: a released library has its known divergences at other problems too.
        if (found is null && phase == Phase.Candidate && runner is not RecordedRunner && StateChecks.Concern(problem, first))
        {
            found = _states.Find(runner, phase, problem, _tensors, first, known);
            if (_tensors.Changed(sums) is not null)
            {
                DataFiller.Fill(problem, _tensors);
            }
        }

        // Recorded answers go by the problem's text, and the related problems have numbers of their own.
        return found ?? (runner is not RecordedRunner && RelationChecks.Concern(problem, _tensors, first) ? _relations.Find(runner, phase, problem, _tensors, first, known) : null);
    }

    private void Judge(Case item, long index, Order order, (uint Input, uint Weight, uint Bias, uint GradOutput) sums, RangeResult result)
    {
        var ofReference = item.Witness ?? KnownDivergences.Covering(_referenceDivergences, item.Problem);
        var ofCandidate = item.Witness is null ? KnownDivergences.Covering(_candidateDivergences, item.Problem) : null;
        var judgement = Compare(item, (ofReference is null ? Side.None : Side.Reference) | (ofCandidate is null ? Side.None : Side.Candidate));
        var (asked, answering) = item.Witness is null ? (_referenceInfo, _candidateInfo) : (IsOfCandidate(index) ? _candidateInfo : _referenceInfo, RunnerInfo.Of(_oracle));
        if (item.Witness is { } witness && judgement.Verdict is not (Verdict.KnownDivergence or Verdict.Failed))
        {
            judgement.Fail(MismatchKind.Drift, Side.Reference, $"{asked.Label} no longer diverges as '{witness.Name}' says: take the row out of divergences.csv or narrow its versions");
        }

        Repeat(item, index, order, judgement, sums, result.Tally);
        if (order.DiedOnce is { } died && judgement.Verdict != Verdict.Failed && !(order.DiedOnceIn == Side.Reference && ofReference is not null))
        {
            // Once in ten thousand calls is once too often, whether or not it repeats.
            judgement.Fail(MismatchKind.Fault, order.DiedOnceIn, $"{died.Message}, but not when tried again alone", died.Check, died.Cause);
        }

        result.Tally.Add(ProblemClasses.Of(item.Problem), judgement, ofReference?.Name, ofCandidate?.Name);
        if (judgement.RejectedByBoth)
        {
            result.Tally.AddRejection(_expected.Reason, _actual.Reason);
        }

        if (_measuresDrift && item.Witness is null && judgement.Verdict == Verdict.Passed)
        {
            result.Tally.Drift.Add(item.Problem, judgement, _expected, _actual);
        }

        if (judgement.Verdict is Verdict.Failed or Verdict.Mistrusted || (_settings.AllRows && index >= 0))
        {
            result.Rows.Add(RowMaker.Make(item, index, judgement, _tensors, asked, _expected, answering, _actual, _settings));
        }
    }
}
