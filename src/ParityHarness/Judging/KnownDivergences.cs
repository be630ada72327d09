using System.Collections.Immutable;

using ParityHarness.Problems;
using ParityHarness.Runners;

namespace ParityHarness.Judging;

/// <summary>The rows of divergences.csv that hold for a runner here.</summary>
internal static class KnownDivergences
{
    /// <summary>The file's name in the fixtures folder.</summary>
    public const string FileName = "divergences.csv";

    private static readonly Lazy<ImmutableArray<Divergence>> BuiltIn = new(() =>
    {
        using var text = new StreamReader(typeof(KnownDivergences).Assembly.GetManifestResourceStream(FileName)!);
        return DivergenceFile.Parse(FileName, text.ReadToEnd());
    });

    /// <summary>All rows: of the folder's file, none where it has none; without a folder those that were known when this library was built.</summary>
    public static ImmutableArray<Divergence> All(string? fixturesFolder)
    {
        var path = fixturesFolder is null ? null : Path.Combine(fixturesFolder, FileName);
        return path is null ? BuiltIn.Value : File.Exists(path) ? DivergenceFile.Read(path) : [];
    }

    /// <summary>
    /// The divergences of a runner in its version on this CPU, of <see cref="All"/>.
    /// </summary>
    public static IReadOnlyList<Divergence> Of(string? fixturesFolder, RunnerInfo runner) =>
        [.. All(fixturesFolder).Where(d => d.Applies(runner.Name, runner.Version, IsaLevels.CpuFeaturesOf(runner.Name)))];

    /// <summary>
    /// The candidate's divergences that are excused: none unless reference and candidate are both released libraries.
    /// A user's own implementation has faults, and no excuses.
    /// </summary>
    public static IReadOnlyList<Divergence> OfCandidate(string? fixturesFolder, RunnerInfo reference, RunnerInfo candidate) =>
        RunnerCatalog.LibraryOf(reference.Name) is not null && RunnerCatalog.LibraryOf(candidate.Name) is not null ? Of(fixturesFolder, candidate) : [];

    /// <summary>The first of them that covers a problem, or null; one that ends the process goes before the others.</summary>
    public static Divergence? Covering(IReadOnlyList<Divergence> divergences, Problem problem)
    {
        Divergence? first = null;
        foreach (var divergence in divergences)
        {
            if ((first is null || divergence.EndsProcess) && divergence.Covers(problem))
            {
                first = divergence;
                if (divergence.EndsProcess)
                {
                    break;
                }
            }
        }

        return first;
    }
}
