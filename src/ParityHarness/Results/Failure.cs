namespace ParityHarness.Results;

/// <summary>
/// One cause of failures in a run, for whoever shows it: <see cref="Diagnosis"/> is what is wrong, <see cref="Area"/> the sentence
/// that localises it, <see cref="Kinds"/> in which ways it showed and how often, and <see cref="Row"/> the smallest problem.
/// </summary>
internal sealed record Failure
{
    /// <summary>What came of the smallest problem; where it was not made smaller, of the one that was found.</summary>
    public required ResultRow Row { get; init; }

    /// <summary>How many mismatches of the run have this cause.</summary>
    public required long Count { get; init; }

    /// <summary>The problem by which it was found, as one line.</summary>
    public required string Found { get; init; }

    /// <summary>The smallest problem as one line that holds all of it; empty in what was read from a file, where <see cref="Row"/> holds it.</summary>
    public string Smallest { get; init; } = "";

    /// <summary>Problems tried to make it smaller; 0 where there was no time.</summary>
    public int Tried { get; init; }

    /// <summary>One plain sentence about the cause; empty where nothing is sure.</summary>
    public string Diagnosis { get; init; } = "";

    /// <summary>Which problems of the run failed by this cause; null where no condition tells them from the others, and outside a run.</summary>
    public FailureArea? Area { get; init; }

    /// <summary>In which ways the cause showed, the most frequent first; their counts add up to <see cref="Count"/>.</summary>
    public IReadOnlyList<FailureShare> Kinds { get; init; } = [];
}
