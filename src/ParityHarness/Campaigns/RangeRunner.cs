using System.Diagnostics;

using ParityHarness.Comparison;
using ParityHarness.Data;
using ParityHarness.Problems;
using ParityHarness.Records;
using ParityHarness.Runners;

namespace ParityHarness.Campaigns;

/// <summary>
/// Runs cases one after the other: data, reference, candidate, comparison, row. The same in a worker and in process.
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
        _source = CaseSource.Of(settings);
        _reference = RunnerFactory.Create(settings.Reference, settings.FixturesFolder, beside: settings.Candidate);
        _candidate = RunnerFactory.Create(settings.Candidate, settings.FixturesFolder, beside: settings.Reference);
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
            var item = order.Problem is { } line ? new Case("problem", ProblemText.Parse(line)) : index < 0 ? WitnessOf(index) : _source.At(index);
            _status?.SetSize(Math.Min(ProblemSize.MultiplyAdds(item.Problem), MostMultiplyAdds));
            DataFiller.Fill(item.Problem, _tensors);
            var filled = Stopwatch.GetTimestamp();
            _status?.Set(Phase.Reference);
            RunOne(_reference, item.Problem, _expected, order.ReferenceFault);
            var referred = Stopwatch.GetTimestamp();
            _status?.Set(Phase.Candidate);
            RunOne(CandidateFor(item), item.Problem, _actual, order.CandidateFault);
            var ran = Stopwatch.GetTimestamp();
            _status?.Set(Phase.Comparison);
            tally.DataTicks += filled - start;
            tally.ReferenceTicks += referred - filled;
            tally.CandidateTicks += ran - referred;
            Judge(item, index, order, result);
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

        try
        {
            runner.Run(problem, _tensors, outcome);
        }
        catch (Exception e) when (e is not ProblemDataException)
        {
            // A managed runner that throws has failed at this problem, as a native one that faults has.
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

    private void Judge(Case item, long index, Order order, RangeResult result)
    {
        var divergence = item.Witness ?? KnownDivergences.Covering(Divergences, item.Problem);
        var judgement = Compare(item, divergence);
        if (item.Witness is { } witness && judgement.Verdict is not (Verdict.KnownDivergence or Verdict.Failed))
        {
            judgement.Fail(MismatchKind.Drift, Side.Reference, $"{_referenceInfo.Label} no longer diverges as '{witness.Name}' says: take the row out of divergences.csv or narrow its versions");
        }

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
