using ParityHarness.Problems;
using ParityHarness.Records;
using ParityHarness.Runners;

namespace ParityHarness.Campaigns;

/// <summary>The rows of divergences.csv that hold for a runner here.</summary>
public static class KnownDivergences
{
    /// <summary>The file's name in the fixtures folder.</summary>
    public const string FileName = "divergences.csv";

    /// <summary>The divergences of a runner in its version on this CPU; none where there is no such file.</summary>
    public static IReadOnlyList<Divergence> Of(string? fixturesFolder, RunnerInfo runner)
    {
        var path = fixturesFolder is null ? null : Path.Combine(fixturesFolder, FileName);
        return path is null || !File.Exists(path)
            ? []
            : [.. DivergenceFile.Read(path).Where(d => d.Applies(runner.Name, runner.Version, IsaLevels.CpuFeaturesOf(runner.Name)))];
    }

    /// <summary>
    /// The candidate's divergences that are excused: none unless reference and candidate are both released libraries.
    /// A user's own implementation has faults, and no excuses.
    /// </summary>
    public static IReadOnlyList<Divergence> OfCandidate(string? fixturesFolder, RunnerInfo reference, RunnerInfo candidate) =>
        RunnerFactory.IsReleasedLibrary(reference.Name) && RunnerFactory.IsReleasedLibrary(candidate.Name) ? Of(fixturesFolder, candidate) : [];

    /// <summary>The first of them that covers a problem, or null.</summary>
    public static Divergence? Covering(IReadOnlyList<Divergence> divergences, Problem problem)
    {
        foreach (var divergence in divergences)
        {
            if (divergence.Covers(problem))
            {
                return divergence;
            }
        }

        return null;
    }
}
