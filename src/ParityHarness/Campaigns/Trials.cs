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
    private readonly IExecutor _executor;
    private readonly CampaignSettings _settings;

    /// <summary>Starts the worker and loads both runners.</summary>
    /// <param name="settings">Reference, candidate, and how they are judged; its cases are not run.</param>
    /// <param name="limits">Whether in process; the program that is a worker.</param>
    /// <exception cref="HarnessException">The worker could not be started, or a runner not be loaded.</exception>
    public Trials(CampaignSettings settings, CampaignLimits limits)
    {
        _settings = settings with { AllRows = true, Profile = null, Files = [], Problems = [] };
        _executor = limits.InProcess
            ? new InProcessExecutor(_settings)
            : new WorkerExecutor(_settings, limits.WorkerCommand, new Deaths(int.MaxValue, int.MaxValue));
    }

    /// <summary>The reference, as loaded.</summary>
    public RunnerInfo Reference => _executor.Reference;

    /// <summary>The candidate, as loaded.</summary>
    public RunnerInfo Candidate => _executor.Candidate;

    /// <summary>What came of a problem; null where its tensors cannot be made.</summary>
    public ResultRow? Run(Problem problem)
    {
        try
        {
            DataFiller.Check(problem, _settings.MemoryBytes > 0 ? _settings.MemoryBytes / 2 : long.MaxValue);
        }
        catch (ProblemDataException)
        {
            return null;
        }

        var rows = _executor.Run(new Order(0, 1, Lines: [problem.ToString()])).Rows;
        return rows.Count == 1 ? rows[0] : null;
    }

    /// <inheritdoc/>
    public void Dispose() => _executor.Dispose();
}
