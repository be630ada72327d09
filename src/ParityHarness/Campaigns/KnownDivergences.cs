using System.Collections.Immutable;
using System.Runtime.Intrinsics.X86;

using ParityHarness.Problems;
using ParityHarness.Records;
using ParityHarness.Runners;

namespace ParityHarness.Campaigns;

/// <summary>The rows of divergences.csv that hold for a reference here.</summary>
public static class KnownDivergences
{
    /// <summary>The file's name in the fixtures folder.</summary>
    public const string FileName = "divergences.csv";

    private static readonly Lazy<ImmutableArray<Divergence>> BuiltIn = new(() =>
    {
        using var text = new StreamReader(typeof(KnownDivergences).Assembly.GetManifestResourceStream(FileName)!);
        return DivergenceFile.Parse(FileName, text.ReadToEnd());
    });

    /// <summary>What of this machine's CPU the file may name.</summary>
    public static IReadOnlyCollection<string> CpuFeatures { get; } =
    [
        .. Avx2.IsSupported ? ["avx2"] : Array.Empty<string>(),
        .. Avx512F.IsSupported ? ["avx512"] : Array.Empty<string>(),
    ];

    /// <summary>
    /// The divergences of a runner in its version on this CPU: by the folder's file, none where it has none; without a
    /// folder those that were known when this library was built.
    /// </summary>
    public static IReadOnlyList<Divergence> Of(string? fixturesFolder, IRunner reference)
    {
        var path = fixturesFolder is null ? null : Path.Combine(fixturesFolder, FileName);
        var all = path is null ? BuiltIn.Value : File.Exists(path) ? DivergenceFile.Read(path) : [];
        return [.. all.Where(d => d.Applies(reference.Name, reference.Version, CpuFeatures))];
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
