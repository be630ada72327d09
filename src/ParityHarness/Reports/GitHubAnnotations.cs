using ParityHarness.Results;

namespace ParityHarness.Reports;

/// <summary>The first failures as GitHub Actions shows them beside a run: lines on stdout.</summary>
internal static class GitHubAnnotations
{
    /// <summary>More than so many errors of a step GitHub does not show.</summary>
    public const int Most = 10;

    /// <summary>The lines: a cause each, then single failures until there are ten.</summary>
    public static IReadOnlyList<string> Of(Report report)
    {
        var causes = report.Groups.Take(Most).Select(group => Line(group.Diagnosis.Length > 0 ? group.Diagnosis : group.Row.Detail, group.Row)).ToList();
        var shown = report.Groups.Select(group => group.Row.Name).ToHashSet(StringComparer.Ordinal);
        return [.. causes, .. report.Rows.Where(row => row.Verdict == Judging.Verdict.Failed && !shown.Contains(row.Name)).Take(Most - causes.Count).Select(row => Line(row.Detail, row))];
    }

    private static string Line(string what, ResultRow row) =>
        $"::error title={Property($"parity: {Words.Of(row.Kind)}, {row.Name}")}::{Data($"{what}\n{row.Rerun}")}";

    private static string Data(string text) => text.Replace("%", "%25", StringComparison.Ordinal).Replace("\r", "%0D", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);

    private static string Property(string text) => Data(text).Replace(":", "%3A", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal);
}
