namespace ParityHarness.Results;

/// <summary>How a problem ended, as the tables of every report count it.</summary>
internal enum ProblemOutcome
{
    /// <summary>The candidate is right.</summary>
    Passed,

    /// <summary>Both sides rejected it, as PyTorch's rules say.</summary>
    RejectedByBoth,

    /// <summary>A side is wrong.</summary>
    Failed,

    /// <summary>A side is wrong in a way that divergences.csv lists.</summary>
    KnownDivergence,

    /// <summary>Too little was compared.</summary>
    Mistrusted,

    /// <summary>One side does not do it.</summary>
    Unsupported,
}
