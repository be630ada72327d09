namespace ParityHarness.Results;

/// <summary>One distinct failure of a run: all mismatches of one cause, and the smallest problem that shows it.</summary>
public sealed record Failure
{
    /// <summary>What came of the smallest problem; where it was not made smaller, of the one that was found.</summary>
    public required ResultRow Row { get; init; }

    /// <summary>How many mismatches of the run have this cause.</summary>
    public required long Count { get; init; }

    /// <summary>The problem by which it was found, as one line.</summary>
    public required string Found { get; init; }

    /// <summary>Problems tried to make it smaller; 0 where there was no time.</summary>
    public int Tried { get; init; }

    /// <summary>One plain sentence about the cause; empty where nothing is sure.</summary>
    public string Diagnosis { get; init; } = "";
}
