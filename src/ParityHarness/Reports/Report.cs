using ParityHarness.Results;

namespace ParityHarness.Reports;

/// <summary>All that report.html, report.md, junit.xml and the annotations are made of.</summary>
internal sealed record Report
{
    /// <summary>Causes that are shown, and rows.</summary>
    public const int MostGroups = 40;

    /// <inheritdoc cref="MostGroups"/>
    public const int MostRows = 1000;

    /// <summary>What came of the run.</summary>
    public required CampaignResult Summary { get; init; }

    /// <summary>Failures by cause, most frequent first; at most <see cref="MostGroups"/>.</summary>
    public required IReadOnlyList<FailureGroup> Groups { get; init; }

    /// <summary>The number of causes.</summary>
    public required int GroupsInAll { get; init; }

    /// <summary>The first rows that failed or are mistrusted; at most <see cref="MostRows"/>.</summary>
    public required IReadOnlyList<ResultRow> Rows { get; init; }

    /// <summary>The number of such rows.</summary>
    public required long RowsInAll { get; init; }

    /// <summary>What changed since an earlier run, or null.</summary>
    public BaselineDifference? Baseline { get; init; }

    /// <summary>This run after earlier ones, the earliest first; empty where there are none.</summary>
    public IReadOnlyList<CampaignResult> Trend { get; init; } = [];

    /// <summary>The rows of bench.csv, by column; empty where there is none.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, string>> Bench { get; init; } = [];
}
