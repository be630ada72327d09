using ParityHarness.Results;

namespace ParityHarness.Reports;

/// <summary>What changed since an earlier run. A failure is known again by its problem's line and literal values.</summary>
internal sealed record BaselineDifference
{
    /// <summary>The earlier run.</summary>
    public required CampaignResult Earlier { get; init; }

    /// <summary>Problems that fail now and did not.</summary>
    public required IReadOnlyList<string> New { get; init; }

    /// <summary>Problems that failed and do not now.</summary>
    public required IReadOnlyList<string> Fixed { get; init; }

    /// <summary>Problems that fail as before.</summary>
    public required IReadOnlyList<string> Still { get; init; }

    /// <summary>Whether both ran the same problems, so that what does not fail any more was really run.</summary>
    public required bool SameProblems { get; init; }
}
