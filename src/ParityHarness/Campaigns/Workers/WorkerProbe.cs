using ParityHarness.Results;
using ParityHarness.Runners;

namespace ParityHarness.Campaigns.Workers;

/// <summary>Loads a runner in a worker to learn its version.</summary>
internal static class WorkerProbe
{
    /// <summary>The facts of a runner.</summary>
    /// <exception cref="HarnessException">It cannot be loaded; the message says why.</exception>
    public static RunnerInfo Load(string name, string? fixturesFolder, IReadOnlyList<string> workerCommand)
    {
        var settings = new CampaignSettings { Reference = name, Candidate = "oracle", Problems = ["l1_k1"], FixturesFolder = fixturesFolder };
        using var worker = WorkerProcess.Start(settings, workerCommand);
        return worker.Reference;
    }
}
