using ParityHarness.Problems;
using ParityHarness.Records;
using ParityHarness.Runners;

namespace ParityHarness.Campaigns;

/// <summary>The rows of divergences.csv that hold for a reference here.</summary>
public static class KnownDivergences
{
    /// <summary>The file's name in the fixtures folder.</summary>
    public const string FileName = "divergences.csv";

    /// <summary>The divergences of a runner in its version on this CPU; none where there is no such file.</summary>
    public static IReadOnlyList<Divergence> Of(string? fixturesFolder, IRunner reference)
    {
        var path = fixturesFolder is null ? null : Path.Combine(fixturesFolder, FileName);
        return path is null || !File.Exists(path)
            ? []
            : [.. DivergenceFile.Read(path).Where(d => d.Applies(reference.Name, reference.Version, IsaLevels.CpuFeaturesOf(reference.Name)))];
    }

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
