using ParityHarness.Runners;

namespace ParityHarness.Benchmarks;

/// <summary>What one runner took for one problem.</summary>
internal sealed record Measurement
{
    /// <summary>Who computed.</summary>
    public required RunnerInfo Runner { get; init; }

    /// <summary>Why there are no figures, in one line; null where there are.</summary>
    public string? Problem { get; init; }

    /// <summary>Whether <see cref="Problem"/> is a fault or a wrong result rather than something that the runner does not do.</summary>
    public bool IsFailure { get; init; }

    /// <summary>Calls in each sample.</summary>
    public long Calls { get; init; }

    /// <summary>Seconds of a call, over the rounds.</summary>
    public Quartiles Seconds { get; init; }

    /// <summary>Its time over the candidate's in the same round, over the rounds; above 1 the candidate is faster. 1 for the candidate.</summary>
    public Quartiles Ratio { get; init; }

    /// <summary>The time that the limit of <see cref="BenchmarkResult.Limit"/> allows, over its time, in the same round; null where there is no limit known.</summary>
    public Quartiles? Share { get; init; }

    /// <summary>Whether it is a peer whose speed means anything: not where libtorch runs on netlib's BLAS.</summary>
    public bool IsFair => !Runner.Details.Contains("netlib", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether there are figures.</summary>
    public bool IsTimed => Problem is null;
}
