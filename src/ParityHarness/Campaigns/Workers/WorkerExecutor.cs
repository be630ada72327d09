using ParityHarness.Judging;
using ParityHarness.Problems;
using ParityHarness.Results;
using ParityHarness.Runners;

namespace ParityHarness.Campaigns.Workers;

/// <summary>
/// Runs ranges in a worker. Where the worker dies, the case at which it died is tried once more alone, and after
/// a second death becomes a row that names the side; the cases before it are run again. A worker that is killed from
/// outside is started again, and nobody is blamed.
/// </summary>
internal sealed class WorkerExecutor : IExecutor
{
    /// <summary>A case at which workers are killed from outside so often is blamed for it.</summary>
    private const int MostKills = 4;

    private readonly CampaignSettings _settings;
    private readonly IReadOnlyList<string> _command;
    private readonly Deaths _deaths;
    private readonly int _mostSpares;
    private readonly Queue<Task<WorkerProcess>> _spares = [];
    private WorkerProcess _worker;

    /// <param name="settings">What it is to do.</param>
    /// <param name="command">The program that is a worker, and the arguments before the worker's own.</param>
    /// <param name="deaths">Counts deaths.</param>
    /// <param name="spares">After the first death so many workers are started ahead of the next ones.</param>
    public WorkerExecutor(CampaignSettings settings, IReadOnlyList<string> command, Deaths deaths, int spares = 0)
    {
        _mostSpares = spares;
        _settings = settings;
        _command = command;
        _deaths = deaths;
        _worker = WorkerProcess.Start(settings, command);
    }

    public RunnerInfo Reference => _worker.Reference;

    public RunnerInfo Candidate => _worker.Candidate;

    public int Witnesses => _worker.Witnesses;

    public bool LooksAhead => true;

    public RangeResult Run(Order order, Order? next = null)
    {
        if (_worker.Run(order, next) is { } whole)
        {
            whole.End = order.End;
            return whole;
        }

        var all = new RangeResult();
        var death = Restart(all);
        if (death.Index < order.Start || death.Index >= order.End)
        {
            // It died before it got to the first case: the cell still tells of an earlier order.
            var phase = death.Cause == FaultCause.InvalidResponse ? death.Phase : Phase.Idle;
            death = death with { Index = order.Start, Phase = phase, Check = RepetitionCheck.None };
        }

        // Alone is in a new process: those before it may be what has spoilt the old one.
        var index = death.Index;
        var alone = RunAlone(death, order.Part(index, 1));
        all.End = index;
        if (index > order.Start)
        {
            var before = Run(order.Part(order.Start, index - order.Start));
            all.Add(before);
            all.End = before.End;
        }

        if (all.End == index)
        {
            all.Add(alone);
            all.End = index + 1;
        }

        return all;
    }

    public void Dispose()
    {
        _worker.Dispose();
        foreach (var spare in _spares)
        {
            // One that could not be started has nothing to be ended.
            _ = spare.ContinueWith(started => started.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
        }
    }

    /// <summary>
    /// The case at which a worker died, by itself. A side in which the process dies again is not run any more. A side
    /// that corrupts the process lets it die in the harness' own code: it shows by this, that the process lives without
    /// it. The candidate is suspected first.
    /// </summary>
    private RangeResult RunAlone(Death death, Order one)
    {
        var lost = new RangeResult();
        var index = death.Index;
        var isSuspicion = false;
        // A trial, of which there are many, is not made twice; a witness that kills its process does what it is there to show.
        var order = death.Killed
            ? one
            : one.Lines is not null || (index < 0 && death.Phase == Phase.Reference)
                ? Blame(one, death, ref isSuspicion)
                : one with { DiedOnce = DiedOnce(death), DiedOnceIn = SideOf(death.Phase) };
        var kills = death.Killed ? 1 : 0;
        var (hangs, crashes) = (death.Hung ? 1 : 0, death.Hung || death.Killed ? 0 : 1);
        while (true)
        {
            var result = _worker.Run(order);
            if (result is not null)
            {
                result.Tally[Counter.Restarts] += lost.Tally[Counter.Restarts];
                if (result.Tally.Known == 0)
                {
                    // A known divergence may be that the reference dies; that is no reason to end early.
                    (result.Hangs, result.Crashes) = (hangs, crashes);
                    _deaths.Count(hangs, crashes);
                }

                return result;
            }

            if (_worker.Refusal is { } refusal)
            {
                throw new HarnessException($"case {index}: {refusal}", isUsage: true);
            }

            death = Restart(lost);
            if (death.Killed && ++kills < MostKills)
            {
                continue;
            }

            (hangs, crashes) = death.Hung ? (hangs + 1, crashes) : (hangs, crashes + 1);
            order = Blame(order, death, ref isSuspicion);
        }
    }

    /// <summary>The order without the side in which the process died.</summary>
    /// <param name="order">What it died at.</param>
    /// <param name="death">How.</param>
    /// <param name="isSuspicion">Whether the candidate is not run since it may have spoilt the process, which died in the harness' own steps.</param>
    private static Order Blame(Order order, Death death, ref bool isSuspicion)
    {
        var (phase, check, epitaph, hung) = (death.Phase, death.Check, death.Epitaph, death.Hung);
        var fault = RepetitionChecks.Describe(check, death.Cause, epitaph);
        var isResponse = death.Cause == FaultCause.InvalidResponse;
        var corrupted = isResponse ? fault : new Fault(FaultCause.CorruptedProcess, $"corrupted the process, which {epitaph} later");
        order = order with { DiedOnce = null };
        // Who wrote into the pipe shows only when one of them is not run. A worker without work that hangs waits for an order that somebody else has read.
        switch (isResponse ? Phase.Idle : phase)
        {
            case Phase.Reference when check != RepetitionCheck.None && order.ReferenceCheckFault is null:
                return order with { ReferenceCheckFault = fault };
            case Phase.Candidate when check != RepetitionCheck.None && order.CandidateCheckFault is null:
                return order with { CandidateCheckFault = fault };
            case Phase.Reference when order.ReferenceFault is null:
                return order with { ReferenceFault = fault };
            case Phase.Candidate when order.CandidateFault is null:
                return order with { CandidateFault = fault };
            case Phase.Idle or Phase.Data or Phase.Comparison when (!hung || phase == Phase.Idle) && order.CandidateFault is null:
                isSuspicion = true;
                return order with { CandidateFault = corrupted };
            case Phase.Idle or Phase.Data or Phase.Comparison when (!hung || phase == Phase.Idle) && order.ReferenceFault is null:
                var withoutReference = order with { ReferenceFault = corrupted, CandidateFault = isSuspicion ? null : order.CandidateFault };
                isSuspicion = false;
                return withoutReference;
            default:
                throw new HarnessException($"a worker {epitaph} outside reference and candidate (while at {phase.ToString().ToLowerInvariant()}), at case {order.Start}; run it with --in-process");
        }
    }

    private Death Restart(RangeResult result)
    {
        var death = _worker.Autopsy();
        _worker.Dispose();
        _worker = _spares.TryDequeue(out var spare) ? spare.GetAwaiter().GetResult() : WorkerProcess.Start(_settings, _command);
        while (_spares.Count < _mostSpares)
        {
            _spares.Enqueue(Task.Run(() => WorkerProcess.Start(_settings, _command)));
        }

        result.Tally[Counter.Restarts]++;
        return death;
    }

    private static Fault DiedOnce(Death death)
    {
        var fault = RepetitionChecks.Describe(death.Check, death.Cause, death.Epitaph);
        return fault with { Message = $"{Name(death.Phase)} {fault.Message}" };
    }

    private static Side SideOf(Phase phase) => phase switch
    {
        Phase.Reference => Side.Reference,
        Phase.Candidate => Side.Candidate,
        _ => Side.None,
    };

    private static string Name(Phase phase) => phase switch
    {
        Phase.Reference => "the reference",
        Phase.Candidate => "the candidate",
        _ => "the worker",
    };
}
