using System.Globalization;
using System.Text;

using ParityHarness.Reports.Html;
using ParityHarness.Results;

namespace ParityHarness.Reports;

/// <summary>report.md: one screen, for the summary of a CI step.</summary>
internal static class MarkdownReport
{
    /// <summary>The file's name.</summary>
    public const string Name = "report.md";

    private const int ShownCauses = 3;
    private const int MostCharacters = 500;

    /// <summary>The text of a report.</summary>
    public static string Of(Report report)
    {
        var summary = report.Summary;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"## {(summary.Holds ? "✅" : "❌")} {VerdictSection.Title(summary)}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{Cell(summary.Why)}.\n\n");
        text.Append(CultureInfo.InvariantCulture, $"`{Code(summary.Candidate.Label)}` against `{Code(summary.Reference.Label)}`. `{Code(summary.CommandLine)}`\n\n");
        if (report.Baseline is { } difference)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nSince the earlier run: **{difference.New.Count:N0} new**, {difference.Fixed.Count:N0} fixed{(difference.SameProblems ? "" : " or not run")}, {difference.Still.Count:N0} still failing.\n");
        }

        foreach (var group in report.Groups.Take(ShownCauses))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n**{group.Count:N0} {(group.Count == 1 ? "failure" : "failures")}: {Cell(group.Diagnosis.Length > 0 ? group.Diagnosis : group.Row.Detail)}**\n");
            if (group.Area is { } area)
            {
                text.Append(CultureInfo.InvariantCulture, $"\n{Cell(area.ToString())}\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"\nSmallest: `{Code(group.Row.ProblemLine)}`, {Cell(group.Values?.FirstWrongText ?? group.Row.Detail)}\n\n");
            text.Append(CultureInfo.InvariantCulture, $"```sh\n{Short(group.Row.Rerun)}\n```\n");
        }

        if (report.GroupsInAll > ShownCauses)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nand {report.GroupsInAll - ShownCauses:N0} more causes in report.html\n");
        }

        text.Append("\n<details><summary>Counts</summary>\n\n| problems | judged |").AppendJoin("", Tally.Outcomes.Select(outcome => $" {Words.Of(outcome)} |")).Append('\n');
        text.Append("|---:|---:|").AppendJoin("", Tally.Outcomes.Select(_ => "---:|")).Append('\n');
        text.Append(CultureInfo.InvariantCulture, $"| {summary.Tally.Problems:N0} | {summary.Tally.Judged:N0} |").AppendJoin("", Tally.Outcomes.Select(outcome => $" {HtmlWriter.Count(summary.Tally[outcome])} |")).Append("\n\n</details>\n");
        return text.ToString();
    }

    /// <summary>A text that Markdown does not read as its own.</summary>
    private static string Cell(string text)
    {
        var safe = new StringBuilder();
        foreach (var letter in Short(text))
        {
            safe.Append("\\`*_{}[]<>#|~".Contains(letter, StringComparison.Ordinal) ? $"\\{letter}" : letter.ToString());
        }

        return safe.ToString();
    }

    private static string Code(string text) => Short(text).Replace('`', '\'');

    private static string Short(string text) => text.Length <= MostCharacters ? text.ReplaceLineEndings(" ") : text[..(MostCharacters - 3)].ReplaceLineEndings(" ") + "...";
}
