using System.Text.Json;
using System.Text.Json.Serialization;

using ParityHarness.Problems;

namespace ParityHarness.Results;

/// <summary>All that decides what a campaign does; sent to workers as JSON, so that they make the same problems.</summary>
internal sealed record CampaignSettings
{
    /// <summary>The reference's name.</summary>
    public required string Reference { get; init; }

    /// <summary>The candidate's name.</summary>
    public required string Candidate { get; init; }

    /// <summary>bound, torch, ulp:N or RTOL,ATOL.</summary>
    public string Tolerance { get; init; } = "bound";

    /// <summary>Whether different reasons for a rejection fail.</summary>
    public bool StrictReasons { get; init; }

    /// <summary>Whether passes become rows too.</summary>
    public bool AllRows { get; init; }

    /// <summary>The generator's profile, or null where fixtures are run.</summary>
    public string? Profile { get; init; }

    /// <summary>The generator's seed.</summary>
    public ulong Seed { get; init; }

    /// <summary>Fixture files to run.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Problem lines to run.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>Only problems for which this condition holds are run, or null; written as in divergences.csv.</summary>
    public string? Where { get; init; }

    /// <summary>The words of --only: only problems of these dtypes, passes and forms are run, or null; see <see cref="Scope"/>.</summary>
    public string? Only { get; init; }

    /// <summary>The folder that holds divergences.csv and the recorded answers, or null.</summary>
    public string? FixturesFolder { get; init; }

    /// <summary>Seconds that one step of one problem may take.</summary>
    public double TimeoutSeconds { get; init; } = 5;

    /// <summary>Data memory of a worker, in bytes; 0 for no limit.</summary>
    public long MemoryBytes { get; init; } = 4L << 30;

    /// <summary><see cref="Where"/>, read.</summary>
    /// <exception cref="FormatException">It cannot be read.</exception>
    [JsonIgnore]
    public ProblemCondition? WhereCondition => Where is null ? null : ProblemCondition.Parse(Where);

    /// <summary>What is asked of a candidate: what it offers, so far as <see cref="Only"/> allows it.</summary>
    /// <param name="offered">The words of <see cref="Runners.RunnerInfo.Scope"/>.</param>
    /// <exception cref="FormatException">One of them cannot be read.</exception>
    public Scope ScopeOf(string offered) => Scope.Parse(Only).And(Scope.Parse(offered));

    /// <summary>Whether only problem lines are run: a person looks at one case.</summary>
    [JsonIgnore]
    public bool IsLinesOnly => Profile is null && Files.Count == 0;

    /// <summary>As one line of JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ResultsJson.Default.CampaignSettings);
}
