using System.Text.Json;

using ParityHarness.Judging;
using ParityHarness.Runners;

namespace ParityHarness.Results;

/// <summary>summary.json, as it stands in the file.</summary>
internal sealed record SummaryContent
{
    public required int Format { get; init; }

    public required string Verdict { get; init; }

    public required string Why { get; init; }

    public required string Command { get; init; }

    public required string Version { get; init; }

    public required string Machine { get; init; }

    public required DateTimeOffset Started { get; init; }

    public required double Seconds { get; init; }

    public required int Workers { get; init; }

    public required RunnerInfo Reference { get; init; }

    public required RunnerInfo Candidate { get; init; }

    public required CampaignSettings Settings { get; init; }

    public long? Count { get; init; }

    public double? Duration { get; init; }

    public required long Shard { get; init; }

    public required long Shards { get; init; }

    public required IReadOnlyList<long[]> Ranges { get; init; }

    public string? Coverage { get; init; }

    public required int WitnessesTried { get; init; }

    public required int WitnessesGone { get; init; }

    public IReadOnlyList<OneSidedDivergence>? OneSided { get; init; }

    public required bool InProcess { get; init; }

    public required bool GaveUp { get; init; }

    public bool FoundEnough { get; init; }

    public string RowsSum { get; init; } = "";

    public required bool EmptyShard { get; init; }

    public required bool Interrupted { get; init; }

    public required Tally Tally { get; init; }

    public static SummaryContent Of(CampaignResult result) => new()
    {
        Format = SummaryFile.Format,
        Verdict = result.Holds ? "holds" : "does not hold",
        Why = result.Why,
        Command = result.CommandLine,
        Version = result.Version,
        Machine = result.Machine,
        Started = result.Started,
        Seconds = result.Elapsed.TotalSeconds,
        Workers = result.Workers,
        Reference = result.Reference,
        Candidate = result.Candidate,
        Settings = result.Settings,
        Count = result.Count,
        Duration = result.Duration?.TotalSeconds,
        Shard = result.Shard,
        Shards = result.Shards,
        Ranges = [.. result.Ranges.Select(range => new[] { range.Start, range.End })],
        Coverage = result.Coverage,
        WitnessesTried = result.WitnessesTried,
        WitnessesGone = result.WitnessesGone,
        OneSided = result.OneSided,
        InProcess = result.InProcess,
        GaveUp = result.GaveUp,
        FoundEnough = result.FoundEnough,
        RowsSum = result.RowsSum,
        EmptyShard = result.IsEmptyShard,
        Interrupted = result.Interrupted,
        Tally = result.Tally,
    };

    public CampaignResult Result(string folder) => new()
    {
        Tally = Tally,
        Reference = Reference,
        Candidate = Candidate,
        Settings = Settings,
        Count = Count,
        Duration = Duration is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        Shard = Shard,
        Shards = Shards,
        Ranges = [.. Ranges.Select(range => range is [var start, var end] ? (start, end) : throw new JsonException("a range has two ends"))],
        Version = Version,
        Machine = Machine,
        Started = Started,
        Elapsed = TimeSpan.FromSeconds(Seconds),
        Workers = Workers,
        Folder = folder,
        Coverage = Coverage,
        WitnessesTried = WitnessesTried,
        WitnessesGone = WitnessesGone,
        Where = Settings.Where,
        OneSided = OneSided,
        LinesOnly = Settings.IsLinesOnly,
        InProcess = InProcess,
        GaveUp = GaveUp,
        FoundEnough = FoundEnough,
        RowsSum = RowsSum,
        IsEmptyShard = EmptyShard,
        Interrupted = Interrupted,
    };
}
