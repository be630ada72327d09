using ParityHarness.Kernels;
using ParityHarness.Runners.Kernel;

namespace ParityHarness.Benchmarks;

/// <summary>Who is timed, and how long.</summary>
internal sealed record BenchmarkSettings
{
    /// <summary>The runner whose speed is of interest.</summary>
    public string Candidate { get; init; } = "kernel";

    /// <summary>The runners that it is held against.</summary>
    public IReadOnlyList<string> Peers { get; init; } = [];

    /// <summary>How often each has its turn.</summary>
    public int Rounds { get; init; } = 11;

    /// <summary>A turn lasts about so long, or two calls.</summary>
    public double SampleSeconds { get; init; } = 0.005;

    /// <summary>Where recorded answers are, or null.</summary>
    public string? FixturesFolder { get; init; }

    /// <summary>The width by which the peak is measured: the candidate's where its name says one, else the widest.</summary>
    public SimdLevel Level => SimdLevels.Supported.FirstOrDefault(l => Candidate == "kernel:" + KernelRunner.LevelName(l), SimdLevels.Best);
}
