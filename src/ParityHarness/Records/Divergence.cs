using System.Collections.Immutable;

using ParityHarness.Problems;

namespace ParityHarness.Records;

/// <summary>A known fault of a reference: where it does not do what PyTorch's rules say.</summary>
public sealed record Divergence
{
    /// <summary>The row's name.</summary>
    public required string Name { get; init; }

    /// <summary>The runners that have the fault, by their names without a level, e.g. libtorch.</summary>
    public required ImmutableArray<string> References { get; init; }

    /// <summary>Their versions that have it.</summary>
    public required VersionRange Versions { get; init; }

    /// <summary>The processor feature without which the fault does not show, e.g. avx512; empty for every processor.</summary>
    public string Cpu { get; init; } = "";

    /// <summary>The problems that show it.</summary>
    public required DivergenceCondition When { get; init; }

    /// <summary>One of those problems: each run tries it, so that a fault that is gone is noticed.</summary>
    public required Problem Witness { get; init; }

    /// <summary>What the reference does.</summary>
    public required string ReferenceDoes { get; init; }

    /// <summary>Why that is wrong.</summary>
    public required string Reason { get; init; }

    /// <summary>The line of the file on which the row begins.</summary>
    public int Line { get; init; }

    /// <summary>Whether a reference has the fault on this machine.</summary>
    /// <param name="reference">The runner's name, e.g. libtorch or kernel:512; what follows a colon does not count.</param>
    /// <param name="version">Its version, e.g. 1.13.1.</param>
    /// <param name="cpuFeatures">The processor's features, e.g. avx2, avx512.</param>
    public bool Applies(string reference, string version, IEnumerable<string> cpuFeatures)
    {
        var colon = reference.IndexOf(':', StringComparison.Ordinal);
        return References.Contains(colon < 0 ? reference : reference[..colon], StringComparer.Ordinal)
            && Versions.Contains(version)
            && (Cpu.Length == 0 || cpuFeatures.Contains(Cpu, StringComparer.Ordinal));
    }

    /// <summary>Whether a problem shows the fault.</summary>
    public bool Covers(Problem problem) => When.Covers(problem);
}
