using System.Globalization;

using ParityHarness.Problems;
using ParityHarness.Results;

using Spectre.Console;

namespace ParityHarness.Cli.Views;

/// <summary>Classes of problems: those with failures and their rate, or the whole table.</summary>
internal static class ClassesView
{
    private const int Shown = 10;

    /// <summary>So wide a terminal takes the names of all outcomes; <see cref="NarrowOutcomes"/> are for one of 80 columns.</summary>
    private const int FullWidth = 126;

    private static readonly string[] NarrowOutcomes = ["passed", "rejected\nby both", "failed", "known\ndiverg.", "mis-\ntrusted", "unsup-\nported"];

    /// <summary>The classes with failures and their rate; first those that localise: with a high rate, and with most of the failures.</summary>
    public static void ShowFailing(IAnsiConsole console, Tally tally)
    {
        var failing = Enumerable.Range(0, ProblemClasses.All.Count)
            .Select(c => (ProblemClasses.All[c].Name, Failed: tally.OfClass(c, ProblemOutcome.Failed), Judged: tally.OfClass(c) - tally.NotJudged(c)))
            .Where(row => row.Failed > 0)
            .OrderByDescending(row => (double)row.Failed * row.Failed / row.Judged)
            .ToList();
        if (failing.Count == 0)
        {
            return;
        }

        var table = Terminal.Table("class", "failed", "of judged", "rate");
        foreach (var column in table.Columns.Skip(1))
        {
            column.RightAligned().NoWrap();
        }

        foreach (var (name, failed, judged) in failing.Take(Shown).Prepend(("all", tally.Failed, tally.Judged)))
        {
            table.AddRow(name, $"[red]{Number(failed)}[/]", Number(judged), string.Create(CultureInfo.InvariantCulture, $"{100.0 * failed / judged:0.0} %"));
        }

        console.Write(table);
        if (failing.Count > Shown)
        {
            console.MarkupLine($"and {failing.Count - Shown} more classes with failures (-v)");
        }
    }

    /// <summary>Every class and every outcome.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="tally">The counts.</param>
    /// <param name="emptyToo">Whether classes without problems are shown: that generated problems leave one empty must be seen.</param>
    public static void ShowAll(IAnsiConsole console, Tally tally, bool emptyToo)
    {
        var isNarrow = console.Profile.Width < FullWidth;
        var table = Terminal.Table([.. new[] { "class", "problems" }.Concat(isNarrow ? NarrowOutcomes : Tally.Outcomes.Select(Words.Of))]);
        for (var c = 1; c < table.Columns.Count; c++)
        {
            table.Columns[c].RightAligned().NoWrap();
        }

        if (isNarrow)
        {
            // Eight columns of numbers leave the names little room.
            foreach (var column in table.Columns)
            {
                column.Padding(0, 1);
            }
        }

        AddRow(table, "all", [.. Tally.Outcomes.Select(o => tally[o])]);
        for (var c = 0; c < ProblemClasses.All.Count; c++)
        {
            if (emptyToo || tally.OfClass(c) > 0)
            {
                var index = c;
                AddRow(table, ProblemClasses.All[c].Name, [.. Tally.Outcomes.Select(o => tally.OfClass(index, o))]);
            }
        }

        console.Write(table);
    }

    private static void AddRow(Table table, string name, long[] counts)
    {
        var cells = new List<string> { name.EscapeMarkup(), Number(counts.Sum()) };
        for (var o = 0; o < counts.Length; o++)
        {
            var text = counts[o] == 0 ? "[grey]0[/]" : Number(counts[o]);
            cells.Add(o == 2 && counts[o] > 0 ? $"[red]{text}[/]" : text);
        }

        table.AddRow([.. cells]);
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
