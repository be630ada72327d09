namespace ParityHarness.Results;

/// <summary>How much of a campaign is run, and where.</summary>
internal sealed record CampaignLimits
{
    /// <summary>Number of cases; null for all that there are.</summary>
    public long? Count { get; init; }

    /// <summary>After so long no more work is handed out; null for no limit.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>So many distinct kinds of failure are enough; null for no limit.</summary>
    public int? MaxFailures { get; init; }

    /// <summary>Worker processes.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>So many deaths of workers end the campaign early.</summary>
    public int MostDeaths { get; init; } = 50;

    /// <summary>Whether the known divergences are tried before.</summary>
    public bool TryWitnesses { get; init; } = true;

    /// <summary>Run in this process: a crash ends it, but a debugger sees all.</summary>
    public bool InProcess { get; init; }

    /// <summary>The program that is a worker, and the arguments before the worker's own.</summary>
    public IReadOnlyList<string> WorkerCommand { get; init; } = [];

    /// <summary>Cases handed out at once. Shards are made of ranges, so all shards of a campaign must have the same.</summary>
    public long RangeLength { get; init; } = 256;

    /// <summary>Which shard this is, from 0.</summary>
    public long Shard { get; init; }

    /// <summary>Number of shards.</summary>
    public long Shards { get; init; } = 1;
}
