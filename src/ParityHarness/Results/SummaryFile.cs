using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

using ParityHarness.Fixtures;
using ParityHarness.Judging;
using ParityHarness.Runners;

namespace ParityHarness.Results;

/// <summary>
/// summary.json: what came of a run, whole, but for its rows, which are in mismatches.csv. Everything stands by its name, so that a
/// class or a count added later does not break a file of today.
/// </summary>
internal static class SummaryFile
{
    /// <summary>The file's name.</summary>
    public const string Name = "summary.json";

    /// <summary>The form of the file.</summary>
    public const int Format = 1;

    private static readonly JsonSerializerOptions Form = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Writes the file into the folder of a run, wholly or not at all.</summary>
    /// <exception cref="FixtureException">It cannot be written.</exception>
    public static void Write(string folder, CampaignResult result) =>
        WholeFile.Write(Path.Combine(folder, Name), JsonSerializer.Serialize(Content.Of(result), Form) + "\n");

    /// <summary>Reads the file of a folder; <see cref="CampaignResult.FirstRows"/> stays empty.</summary>
    /// <exception cref="FixtureException">It is not there, cannot be read, or is of another form.</exception>
    public static CampaignResult Read(string folder)
    {
        var path = Path.Combine(folder, Name);
        if (!File.Exists(path))
        {
            throw new FixtureException(path, Directory.Exists(folder)
                ? "there is no such file; a run that was killed leaves none, start it again"
                : "there is no such folder; name the --out of a run");
        }

        try
        {
            var content = JsonSerializer.Deserialize<Content>(File.ReadAllText(path), Form) ?? throw new JsonException("is empty");
            return content.Format == Format
                ? content.Result(folder)
                : throw new FixtureException(path, $"is of format {content.Format}; this version reads {Format}: run it again");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new FixtureException(path, $"cannot be read: {e.Message}");
        }
    }

    private sealed record Content
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

        public required bool EmptyShard { get; init; }

        public required bool Interrupted { get; init; }

        public required TallyContent Tally { get; init; }

        public static Content Of(CampaignResult result) => new()
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
            EmptyShard = result.IsEmptyShard,
            Interrupted = result.Interrupted,
            Tally = TallyContent.Of(result.Tally),
        };

        public CampaignResult Result(string folder) => new()
        {
            Tally = Tally.Read(),
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
            IsEmptyShard = EmptyShard,
            Interrupted = Interrupted,
        };
    }
}
