namespace ParityHarness.Campaigns;

/// <summary>
/// Runs ranges in a worker. Where the worker dies, the case at which it died is tried once more alone, and after
/// a second death becomes a row that names the side; the cases before it are run again, and then it goes on.
/// </summary>
internal sealed class WorkerExecutor : IExecutor
{
    private readonly CampaignSettings _settings;
    private readonly IReadOnlyList<string> _command;
    private readonly Deaths _deaths;
    private WorkerProcess _worker;

    public WorkerExecutor(CampaignSettings settings, IReadOnlyList<string> command, Deaths deaths)
    {
        _settings = settings;
        _command = command;
        _deaths = deaths;
        _worker = new WorkerProcess(settings, command);
    }

    public RunnerInfo Reference => _worker.Reference;

    public RunnerInfo Candidate => _worker.Candidate;

    public int Witnesses => _worker.Witnesses;

    public RangeResult Run(Order order)
    {
        var all = new RangeResult();
        var start = order.Start;
        while (start < order.End && !_deaths.AreTooMany)
        {
            var result = _worker.Run(order with { Start = start, Count = order.End - start });
            if (result is not null)
            {
                all.Add(result);
                start = order.End;
                break;
            }

            var hung = _worker.Hung;
            var (index, phase, check, epitaph) = Restart(all);
            if (index < start || index >= order.End)
            {
                // It died before it got to the first case: the cell still tells of an earlier order.
                (index, phase, check) = (start, Phase.Idle, RepetitionCheck.None);
            }

            // Alone is in a new process: those before it may be what has spoilt the old one.
            var alone = RunAlone(index, phase, check, epitaph, hung, order.Problem);
            if (index > start)
            {
                var before = Run(new Order(start, index - start));
                all.Add(before);
                all.IsWhole &= before.IsWhole;
            }

            all.Add(alone);
            start = index + 1;
        }

        all.IsWhole &= start >= order.End;
        return all;
    }

    public void Dispose() => _worker.Dispose();

    /// <summary>
    /// The case at which a worker died, by itself. A side in which the process dies again is not run any more. A side
    /// that corrupts the process lets it die in the harness' own code: it shows by this, that the process lives without
    /// it. The candidate is suspected first.
    /// </summary>
    private RangeResult RunAlone(long index, Phase phase, RepetitionCheck check, string epitaph, bool hung, string? problem)
    {
        var lost = new RangeResult();
        var order = index < 0 && phase == Phase.Reference
            ? new Order(index, 1, ReferenceFault: epitaph, Problem: problem) // a witness that kills its process does what it is there to show
            : new Order(index, 1, DiedOnce: $"{Name(phase)} {How(check, epitaph)}", Problem: problem);
        var isSuspicion = false;
        var (hangs, crashes) = hung ? (1, 0) : (0, 1);
        while (true)
        {
            var result = _worker.Run(order);
            if (result is not null)
            {
                result.Tally.Restarts += lost.Tally.Restarts;
                if (result.Tally.Known == 0)
                {
                    // A known divergence may be that the reference dies; that is no reason to end early.
                    _deaths.Count(hangs, crashes);
                }

                return result;
            }

            if (_worker.Refusal is { } refusal)
            {
                throw new HarnessException($"case {index}: {refusal}", isUsage: true);
            }

            hung = _worker.Hung;
            (hangs, crashes) = hung ? (hangs + 1, crashes) : (hangs, crashes + 1);
            (_, phase, check, epitaph) = Restart(lost);
            var corrupted = $"corrupted the process, which {epitaph} later";
            switch (phase)
            {
                case Phase.Reference when check != RepetitionCheck.None && order.ReferenceCheckFault is null:
                    order = order with { ReferenceCheckFault = How(check, epitaph), DiedOnce = null };
                    break;
                case Phase.Candidate when check != RepetitionCheck.None && order.CandidateCheckFault is null:
                    order = order with { CandidateCheckFault = How(check, epitaph), DiedOnce = null };
                    break;
                case Phase.Reference when order.ReferenceFault is null:
                    order = order with { ReferenceFault = epitaph, DiedOnce = null };
                    break;
                case Phase.Candidate when order.CandidateFault is null:
                    order = order with { CandidateFault = epitaph, DiedOnce = null };
                    break;
                case Phase.Idle or Phase.Data or Phase.Comparison when !hung && order.CandidateFault is null:
                    order = order with { CandidateFault = corrupted, DiedOnce = null };
                    isSuspicion = true;
                    break;
                case Phase.Idle or Phase.Data or Phase.Comparison when !hung && order.ReferenceFault is null:
                    order = order with { ReferenceFault = corrupted, CandidateFault = isSuspicion ? null : order.CandidateFault, DiedOnce = null };
                    isSuspicion = false;
                    break;
                default:
                    throw new HarnessException($"a worker {epitaph} outside reference and candidate (while at {phase.ToString().ToLowerInvariant()}), at case {index}; run it with --in-process");
            }
        }
    }

    private (long Index, Phase Phase, RepetitionCheck Check, string Epitaph) Restart(RangeResult result)
    {
        var epitaph = _worker.Epitaph();
        var (index, phase, check) = (_worker.DiedAt, _worker.DiedIn, _worker.DiedInCheck);
        _worker.Dispose();
        _worker = new WorkerProcess(_settings, _command);
        result.Tally.Restarts++;
        return (index, phase, check, epitaph);
    }

    private static string How(RepetitionCheck check, string epitaph) =>
        check == RepetitionCheck.None ? epitaph : RepetitionChecks.Describe(check, epitaph);

    private static string Name(Phase phase) => phase switch
    {
        Phase.Reference => "the reference",
        Phase.Candidate => "the candidate",
        _ => "the worker",
    };
}
