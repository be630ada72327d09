namespace ParityHarness.Campaigns;

/// <summary>
/// Runs ranges in a worker. Where the worker dies, the cases before are run again, the one at which it died is tried
/// once more alone, and after a second death becomes a row that names the side; then it goes on.
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
            var result = _worker.Run(new Order(start, order.End - start));
            if (result is not null)
            {
                all.Add(result);
                start = order.End;
                break;
            }

            var (index, phase, epitaph) = Restart(all);
            if (index > start)
            {
                all.Add(Run(new Order(start, index - start)));
            }

            all.Add(RunAlone(index, phase, epitaph));
            start = index + 1;
        }

        all.IsWhole = start >= order.End;
        return all;
    }

    public void Dispose() => _worker.Dispose();

    /// <summary>The case at which a worker died, by itself.</summary>
    private RangeResult RunAlone(long index, Phase phase, string epitaph)
    {
        var lost = new RangeResult();
        var order = index < 0 && phase == Phase.Reference
            ? new Order(index, 1, ReferenceFault: epitaph) // a witness that kills its process does what it is there to show
            : new Order(index, 1, DiedOnce: $"the {Name(phase)} {epitaph}");
        while (true)
        {
            var result = _worker.Run(order);
            if (result is not null)
            {
                result.Tally.Restarts += lost.Tally.Restarts;
                return result;
            }

            (_, phase, epitaph) = Restart(lost);
            if (phase == Phase.Reference && order.ReferenceFault is null)
            {
                order = order with { ReferenceFault = epitaph, DiedOnce = null };
            }
            else if (phase == Phase.Candidate && order.CandidateFault is null)
            {
                order = order with { CandidateFault = epitaph, DiedOnce = null };
            }
            else
            {
                throw new HarnessException($"a worker {epitaph} outside reference and candidate (while at {Name(phase)}), at case {index}; run it with --in-process");
            }
        }
    }

    private (long Index, Phase Phase, string Epitaph) Restart(RangeResult result)
    {
        var epitaph = _worker.Epitaph();
        _deaths.Count(_worker.Hung);
        var (index, phase) = (_worker.DiedAt, _worker.DiedIn);
        _worker.Dispose();
        _worker = new WorkerProcess(_settings, _command);
        result.Tally.Restarts++;
        return (index, phase, epitaph);
    }

    private static string Name(Phase phase) => phase.ToString().ToLowerInvariant();
}
