using ParityHarness.Campaigns.Workers;
using ParityHarness.Problems;
using ParityHarness.Results;
using ParityHarness.Runners;
using ParityHarness.Tensors;

namespace ParityHarness.Campaigns;

/// <summary>
/// Runs problems one by one on one worker, for those who choose the next by what came of the last. A worker that dies is
/// started anew, as in a campaign.
/// </summary>
internal sealed class Trials : IDisposable
{
    /// <summary>Who shrinks a crash kills one worker after the other: so many stand ready after the first death.</summary>
    private const int MostSpares = 2;

    private readonly IExecutor _executor;
    private readonly CampaignSettings _settings;

    /// <summary>Starts the worker and loads both runners.</summary>
    /// <param name="settings">Reference, candidate, and how they are judged; its cases are not run.</param>
    /// <param name="limits">Whether in process; the program that is a worker.</param>
    /// <param name="candidate">The candidate, in process, where it is not to be made by its name; it stays the caller's.</param>
    /// <exception cref="HarnessException">The worker could not be started, or a runner not be loaded.</exception>
    public Trials(CampaignSettings settings, CampaignLimits limits, IRunner? candidate = null)
    {
        _settings = settings with { AllRows = true, Profile = null, Files = [], Problems = [] };
        _executor = limits.InProcess
            ? new InProcessExecutor(_settings, candidate)
            : new WorkerExecutor(_settings, limits.WorkerCommand, new Deaths(int.MaxValue, int.MaxValue), spares: MostSpares);
    }

    /// <summary>The reference, as loaded.</summary>
    public RunnerInfo Reference => _executor.Reference;

    /// <summary>The candidate, as loaded.</summary>
    public RunnerInfo Candidate => _executor.Candidate;

    /// <summary>What came of a problem; null where its tensors cannot be made.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="once">Whether it is asked once only, and not again in other ways.</param>
    public ResultRow? Run(Problem problem, bool once = false)
    {
        try
        {
            DataFiller.Check(problem, _settings.MemoryBytes > 0 ? _settings.MemoryBytes / 2 : long.MaxValue);
        }
        catch (ProblemDataException)
        {
            return null;
        }

        var rows = _executor.Run(new Order(0, 1, Lines: [problem.ToString()], Once: once)).Rows;
        return rows.Count == 1 ? rows[0] : null;
    }

    /// <inheritdoc/>
    public void Dispose() => _executor.Dispose();
}
