using System.Diagnostics;

using ParityHarness.Comparison;
using ParityHarness.Data;
using ParityHarness.Problems;
using ParityHarness.Records;
using ParityHarness.Runners;

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
    private readonly RunnerInfo _referenceInfo;
    private readonly RunnerInfo _candidateInfo;
    private Comparer _comparer;
    private long _earlierOracleTicks;
    private readonly StatusCell? _status;
    private readonly RepetitionChecks _checks;
    private readonly OracleRunner _oracle = new();
    private readonly TensorSet _tensors = new();
    private readonly Outcome _expected = new();
    private readonly Outcome _actual = new();

    /// <summary>Loads both runners.</summary>
    /// <exception cref="RunnerLoadException">One of them cannot be loaded.</exception>
    public RangeRunner(CampaignSettings settings, StatusCell? status)
    {
        _settings = settings;
        _status = status;
        _checks = new RepetitionChecks(status);
        _source = CaseSource.Of(settings);
        RunnerFactory.RefuseTwoLibtorches(settings.Reference, settings.Candidate);
        _reference = RunnerFactory.Create(settings.Reference, settings.FixturesFolder);
        _candidate = RunnerFactory.Create(settings.Candidate, settings.FixturesFolder);
        _referenceInfo = RunnerInfo.Of(_reference);
        _candidateInfo = RunnerInfo.Of(_candidate);
        _comparer = NewComparer();
        Divergences = KnownDivergences.Of(settings.FixturesFolder, _reference);
    }

    /// <summary>The reference.</summary>
    public RunnerInfo Reference => _referenceInfo;

    /// <summary>The candidate.</summary>
    public RunnerInfo Candidate => _candidateInfo;

    /// <summary>The divergences of this reference in this version on this machine.</summary>
    public IReadOnlyList<Divergence> Divergences { get; }

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
            var item = index < 0 ? WitnessOf(index) : _source.At(index);
            _status?.SetSize(Math.Min(ProblemSize.MultiplyAdds(item.Problem), MostMultiplyAdds));
            DataFiller.Fill(item.Problem, _tensors);
            var sums = _tensors.Checksums();
            var filled = Stopwatch.GetTimestamp();
            _status?.Set(Phase.Reference);
            RunOne(_reference, item.Problem, _expected, order.ReferenceFault);
            var referred = Stopwatch.GetTimestamp();
            RestoreInputs(item.Problem, sums, _expected);
            var restored = Stopwatch.GetTimestamp();
            _status?.Set(Phase.Candidate);
            RunOne(CandidateFor(item), item.Problem, _actual, order.CandidateFault);
            var ran = Stopwatch.GetTimestamp();
            RestoreInputs(item.Problem, sums, _actual);
            _status?.Set(Phase.Comparison);
            tally.DataTicks += filled - start;
            tally.ReferenceTicks += referred - filled;
            tally.CandidateTicks += ran - restored;
            Judge(item, index, order, sums, result);
        }

        tally.OracleTicks = OracleTicks - oracle;
        tally.AllTicks = Stopwatch.GetTimestamp() - began;
        _status?.Set(Phase.Idle);
        return result;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reference.Dispose();
        _candidate.Dispose();
        _oracle.Dispose();
        _checks.Dispose();
        _tensors.Dispose();
        _expected.Dispose();
        _actual.Dispose();
    }

    private Case WitnessOf(long index)
    {
        var divergence = Divergences[(int)(-index - 1)];
        return new Case($"witness:{divergence.Name}", divergence.Witness, null, divergence);
    }

    /// <summary>A witness asks only the reference: the oracle, which is right by definition, stands in for the candidate.</summary>
    private IRunner CandidateFor(Case item) => item.Witness is null ? _candidate : _oracle;

    private void RunOne(IRunner runner, Problem problem, Outcome outcome, string? fault)
    {
        if (fault is not null)
        {
            outcome.Fault(fault);
            return;
        }

        Ask(runner, problem, _tensors, outcome);
    }

    /// <summary>A side that modified its inputs has failed; the other side and the judgement are given the true ones.</summary>
    private void RestoreInputs(Problem problem, (uint Input, uint Weight, uint Bias) sums, Outcome outcome)
    {
        if (_tensors.Changed(sums) is not { } names)
        {
            return;
        }

        outcome.Fault(outcome.Kind == OutcomeKind.Faulted ? $"{outcome.Message}; modified {names}" : $"modified {names}");
        DataFiller.Fill(problem, _tensors);
    }

    /// <summary>Asks a runner. One that throws has failed at this problem, as a native one that faults has.</summary>
    internal static void Ask(IRunner runner, Problem problem, TensorSet tensors, Outcome outcome)
    {
        try
        {
            runner.Run(problem, tensors, outcome);
        }
        catch (Exception e)
        {
            outcome.Fault($"threw {e.GetType().Name}: {e.Message}");
        }
    }

    private long OracleTicks => _earlierOracleTicks + _comparer.OracleTicks;

    private Comparer NewComparer() => new(Tolerance.Parse(_settings.Tolerance), _settings.StrictReasons);

    private Judgement Compare(Case item, Divergence? divergence)
    {
        try
        {
            return _comparer.Compare(item.Problem, _tensors, _expected, _actual, divergence is not null, item.Expected);
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
    }

    /// <summary>Asks both sides of a problem that has passed again, in other ways. One that does otherwise then has failed.</summary>
    private void Repeat(Case item, long index, Order order, Judgement judgement, (uint Input, uint Weight, uint Bias) sums, Tally tally)
    {
        var isGenerated = _settings.Profile is not null;
        if (item.Witness is not null || judgement.RejectedByBoth || judgement.Verdict is not (Verdict.Passed or Verdict.Unsupported)
            || !RepetitionChecks.Concern(item.Problem, index, isGenerated))
        {
            return;
        }

        var start = Stopwatch.GetTimestamp();
        var rounds = RepetitionChecks.Rounds(item.Problem, index, isGenerated);
        try
        {
            var ofCandidate = Repeat(_candidate, Phase.Candidate, item.Problem, _actual, order.CandidateCheckFault, sums, rounds);
            var ofReference = Repeat(_reference, Phase.Reference, item.Problem, _expected, order.ReferenceCheckFault, sums, rounds);
            if ((ofCandidate ?? ofReference) is { } found)
            {
                judgement.Fail(
                    found.Kind,
                    (ofCandidate is null ? Side.None : Side.Candidate) | (ofReference is null ? Side.None : Side.Reference),
                    string.Join("; ", ((string?[])[ofCandidate is null ? null : $"candidate {ofCandidate.Detail}", ofReference is null ? null : $"reference {ofReference.Detail}"]).Where(words => words is not null)));
                (judgement.FirstWrong, judgement.WrongElements) = (found.FirstWrong, found.WrongElements);
            }
        }
        catch (ProblemDataException)
        {
            judgement.Fail(MismatchKind.Fault, Side.None, "the sides could not be asked again: there is no memory for copies of the tensors; allow more by --memory");
        }

        tally.Repeated++;
        tally.RepetitionTicks += Stopwatch.GetTimestamp() - start;
    }

    private Repetition? Repeat(IRunner runner, Phase phase, Problem problem, Outcome first, string? fault, (uint Input, uint Weight, uint Bias) sums, int rounds)
    {
        if (fault is not null)
        {
            return new Repetition(MismatchKind.Fault, fault);
        }

        // The oracle is what all are held against.
        if (runner is OracleRunner || first.Kind != OutcomeKind.Completed)
        {
            return null;
        }

        var found = _checks.Find(runner, phase, problem, _tensors, first, rounds);
        if (_tensors.Changed(sums) is not null)
        {
            DataFiller.Fill(problem, _tensors);
        }

        return found;
    }

    private void Judge(Case item, long index, Order order, (uint Input, uint Weight, uint Bias) sums, RangeResult result)
    {
        var divergence = item.Witness ?? KnownDivergences.Covering(Divergences, item.Problem);
        var judgement = Compare(item, divergence);
        if (item.Witness is { } witness && judgement.Verdict is not (Verdict.KnownDivergence or Verdict.Failed))
        {
            judgement.Fail(MismatchKind.Drift, Side.Reference, $"{_referenceInfo.Label} no longer diverges as '{witness.Name}' says: take the row out of divergences.csv or narrow its versions");
        }

        Repeat(item, index, order, judgement, sums, result.Tally);
        if (order.DiedOnce is { } died && judgement.Verdict == Verdict.Passed)
        {
            judgement.Mistrust($"{died}, but not when tried again alone");
        }

        result.Tally.Add(ProblemClasses.Of(item.Problem), judgement, divergence?.Name);
        if (judgement.Verdict is Verdict.Failed or Verdict.Mistrusted || (_settings.AllRows && index >= 0))
        {
            result.Rows.Add(RowMaker.Make(item, index, judgement, _tensors, _referenceInfo, _expected, item.Witness is null ? _candidateInfo : RunnerInfo.Of(_oracle), _actual, _settings).Fields);
        }
    }
}
