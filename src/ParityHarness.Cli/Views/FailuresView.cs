using System.Globalization;

using ParityHarness.Judging;
using ParityHarness.Reports;
using ParityHarness.Results;
using ParityHarness.Runners;

using Spectre.Console;

namespace ParityHarness.Cli.Views;

/// <summary>What failed, by cause: how often, what is wrong, the smallest problem with its first wrong output, and the line that runs it again.</summary>
internal static class FailuresView
{
    private const int Shown = 5;

    /// <summary>Shows the causes; where none were looked for, the first problems as they were found.</summary>
    public static void Show(IAnsiConsole console, CampaignResult result)
    {
        foreach (var failure in result.Failures.Take(Shown))
        {
            ShowCause(console, failure);
        }

        if (result.Failures.Count > Shown)
        {
            console.MarkupLine($"and {Number(result.Failures.Count - Shown)} more causes in {Path.Combine(result.Folder, FailureFile.Name).EscapeMarkup()}\n");
        }

        // Without causes what failed is shown as it was found, and what is mistrusted where that is the news.
        var isNews = result.Failures.Count == 0 && !result.Holds;
        var rows = isNews ? result.FirstRows.Take(Shown).ToList() : [];
        foreach (var row in rows)
        {
            ShowRow(console, row);
        }

        if (isNews && result.Tally.Failed + result.Tally.Mistrusted - rows.Count is > 0 and var more)
        {
            console.MarkupLine($"and {Number(more)} more in {Path.Combine(result.Folder, OutputFolder.Mismatches).EscapeMarkup()}\n");
        }
    }

    /// <summary>The line that runs a row's problem again, as it is typed here.</summary>
    public static void ShowAgain(IAnsiConsole console, ResultRow row) =>
        console.MarkupLine($"  again:    {ParityProgram.AsTyped(row.Rerun).EscapeMarkup()}");

    private static void ShowCause(IAnsiConsole console, Failure failure)
    {
        var row = failure.Row;
        var of = row.Side switch { Side.Reference => " of the reference", Side.Both => " of both sides", _ => "" };
        var what = failure.Diagnosis.Length > 0 ? failure.Diagnosis : row.Detail;
        console.MarkupLine($"[red]{Number(failure.Count)} {(failure.Count == 1 ? "failure" : "failures")}{of}[/]: {what.EscapeMarkup()}");
        if (failure.Area is { } area)
        {
            console.MarkupLine($"  where:    {area.ToString().EscapeMarkup()}");
        }

        var first = FirstWrong(row) ?? (failure.Diagnosis.Length > 0 ? row.Detail : "");
        console.MarkupLine($"  smallest: {row.ProblemLine.EscapeMarkup()}{(first.Length > 0 ? $", {first.EscapeMarkup()}" : "")}");
        ShowAgain(console, row);
        console.WriteLine();
    }

    private static void ShowRow(IAnsiConsole console, ResultRow row)
    {
        console.MarkupLine($"[{(row.Verdict == Verdict.Failed ? "red" : "yellow")}]{Words.Of(row.Verdict)}[/] {row.Name.EscapeMarkup()}: {row.Detail.EscapeMarkup()}");
        if (FirstWrong(row) is { } first)
        {
            console.MarkupLine($"  first:    {first.EscapeMarkup()}");
        }

        ShowAgain(console, row);
        console.WriteLine();
    }

    private static string? FirstWrong(ResultRow row) => FailureValues.Of(row) is { FirstWrongText: { } text } && row.WrongElements is { } wrong
        ? string.Create(CultureInfo.InvariantCulture, $"{text}; wrong in {wrong:N0} of {row.Elements:N0} outputs")
        : null;

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
