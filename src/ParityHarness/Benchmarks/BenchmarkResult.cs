namespace ParityHarness.Benchmarks;

/// <summary>What came of timing one problem, in one form, on so many threads.</summary>
internal sealed record BenchmarkResult
{
    /// <summary>The problem.</summary>
    public required BenchmarkCase Case { get; init; }

    /// <summary>How many threads each runner had.</summary>
    public required int Threads { get; init; }

    /// <summary>Multiply-adds of the definition, two floating-point operations each: see <see cref="BenchmarkCase.Products"/>.</summary>
    public required long Products { get; init; }

    /// <summary>The candidate's figures.</summary>
    public required Measurement Candidate { get; init; }

    /// <summary>The peers' figures.</summary>
    public required IReadOnlyList<Measurement> Peers { get; init; }

    /// <summary>What no implementation can pass on this machine: fma or memory; null where it was not measured, as for other dtypes.</summary>
    public string? Limit { get; init; }

    /// <summary>GFLOP/s of the loop of fused multiply-adds, median over the rounds.</summary>
    public double? PeakGflops { get; init; }

    /// <summary>GB/s of the loop that moves as many bytes as the problem has, median over the rounds.</summary>
    public double Bandwidth { get; init; }

    /// <summary>The fastest of the fair peers that were timed, by ratio; null where there is none.</summary>
    public Measurement? Strongest => Candidate.IsTimed ? Peers.Where(p => p is { IsTimed: true, IsFair: true }).MinBy(p => p.Ratio.Median) : null;

    /// <summary>GFLOP/s of a runner.</summary>
    public double Gflops(Measurement of) => 2e-9 * Products / of.Seconds.Median;
}
