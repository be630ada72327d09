namespace ParityHarness.Results;

/// <summary>How far a campaign has come; from it the rest can be run as if it had never been interrupted.</summary>
internal sealed class Checkpoint
{
    /// <summary>All cases below this index that fall to the shard are done.</summary>
    public required long Next { get; init; }

    /// <summary>What came of them.</summary>
    public required Tally Tally { get; init; }

    /// <summary>Time that they took, over all sessions.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Deaths of workers that count against the candidate.</summary>
    public int Crashes { get; init; }

    /// <summary>Hangs of workers that do.</summary>
    public int Hangs { get; init; }

    /// <summary>The distinct kinds of failure so far; kept only where their number ends the campaign.</summary>
    public IReadOnlyCollection<string> Kinds { get; init; } = [];
}
