using System.Collections.Immutable;

using ParityHarness.Problems;
using ParityHarness.Runners;

namespace ParityHarness.Judging;

/// <summary>A known fault of a released library: where it does not do what PyTorch's rules say.</summary>
internal sealed record Divergence
{
    /// <summary>The row's name.</summary>
    public required string Name { get; init; }

    /// <summary>The runners that have the fault, by their base names, e.g. libtorch, each with its versions that have it.</summary>
    public required ImmutableArray<(string Name, VersionSet Versions)> References { get; init; }

    /// <summary>The processor feature without which the fault does not show, e.g. avx512; empty for every processor.</summary>
    public string Cpu { get; init; } = "";

    /// <summary>Whether the runner's process ends: a campaign does not ask it there, and tries the witness alone.</summary>
    public bool EndsProcess { get; init; }

    /// <summary>The problems that show it.</summary>
    public required ProblemCondition When { get; init; }

    /// <summary>One of those problems: each run tries it, so that a fault that is gone is noticed.</summary>
    public required Problem Witness { get; init; }

    /// <summary>What the reference does.</summary>
    public required string ReferenceDoes { get; init; }

    /// <summary>Why that is wrong.</summary>
    public required string Reason { get; init; }

    /// <summary>The line of the file on which the row begins.</summary>
    public int Line { get; init; }

    /// <summary>Whether a reference has the fault on this machine.</summary>
    /// <param name="reference">The runner's name, e.g. libtorch, libtorch:avx2 or kernel:512; only its base name counts.</param>
    /// <param name="version">Its version, e.g. 1.13.1.</param>
    /// <param name="cpuFeatures">The processor's features, e.g. avx2, avx512.</param>
    public bool Applies(string reference, string version, IEnumerable<string> cpuFeatures)
    {
        var name = RunnerCatalog.BaseName(reference);
        return References.Any(r => r.Name == name && r.Versions.Contains(version))
            && (Cpu.Length == 0 || cpuFeatures.Contains(Cpu, StringComparer.Ordinal));
    }

    /// <summary>Whether a problem shows the fault.</summary>
    public bool Covers(Problem problem) => When.Covers(problem);
}
