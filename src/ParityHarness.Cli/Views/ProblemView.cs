using System.Globalization;

using ParityHarness.Judging;
using ParityHarness.Problems;
using ParityHarness.Reports;
using ParityHarness.Results;

using Spectre.Console;

namespace ParityHarness.Cli.Views;

/// <summary>One problem: its tensors, and expected, actual, exact and bound of its outputs, small enough to be checked by hand.</summary>
internal static class ProblemView
{
    private const int ShownOutputs = 12;
    private const int ShownValues = 16;

    /// <summary>Shows a problem, what came of it, and why it fails where that is known.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="row">What came of the problem.</param>
    /// <param name="failure">The analysis of the failure, or null.</param>
    public static void Show(IAnsiConsole console, ResultRow row, Failure? failure)
    {
        ShowTensors(console, row.Fixture.Problem);
        if (FailureValues.Of(row) is { Outputs.Count: > 0 } values)
        {
            ShowOutputs(console, values);
        }
        else
        {
            console.MarkupLine($"reference {row.ReferenceAnswer.ToString().EscapeMarkup()}");
            console.MarkupLine($"candidate {row.CandidateAnswer.ToString().EscapeMarkup()}{(row.ActualShape is null ? "" : $", shape {ResultRow.Text(row.ActualShape).EscapeMarkup()}")}");
        }

        if (row.Verdict is Verdict.Passed)
        {
            console.WriteLine();
            return;
        }

        console.MarkupLine($"[{(row.Verdict == Verdict.Failed ? "red" : "yellow")}]{Words.Of(row.Verdict)}[/]: {row.Detail.EscapeMarkup()}");
        if (failure is { Diagnosis.Length: > 0 })
        {
            console.MarkupLine($"  why:      {failure.Diagnosis.EscapeMarkup()}");
        }

        if (failure is not null && ProblemSize.MultiplyAdds(failure.Row.Problem) < ProblemSize.MultiplyAdds(row.Problem))
        {
            console.MarkupLine($"  smallest: {failure.Row.Fixture.Problem.ToString().EscapeMarkup()}");
        }

        if (row.Verdict is Verdict.Failed or Verdict.Mistrusted)
        {
            FailuresView.ShowAgain(console, row);
        }

        console.WriteLine();
    }

    private static void ShowTensors(IAnsiConsole console, Problem problem)
    {
        foreach (var (name, values) in ((string, System.Collections.Immutable.ImmutableArray<double>?)[])
            [("input", problem.InputValues), ("weight", problem.WeightValues), ("bias", problem.BiasValues), ("grad_output", problem.GradOutputValues)])
        {
            if (values is { } given)
            {
                var text = NumberText.Format(given.AsSpan()[..Math.Min(given.Length, ShownValues)], problem.DType);
                console.MarkupLine($"{name,-9} {text.EscapeMarkup()}{(given.Length > ShownValues ? $" and {given.Length - ShownValues} more" : "")}");
            }
        }
    }

    private static void ShowOutputs(IAnsiConsole console, FailureValues values)
    {
        var shown = values.Outputs.OrderByDescending(v => v.IsWrong).ThenBy(v => v.Index).Take(ShownOutputs).OrderBy(v => v.Index).ToList();
        var table = Terminal.Table("output", "expected", "actual", "exact", "bound");
        foreach (var column in table.Columns.Skip(1))
        {
            column.RightAligned().NoWrap();
        }

        foreach (var value in shown)
        {
            var actual = values.Text(value.Actual);
            table.AddRow(
                values.Position(value.Index).EscapeMarkup(),
                value.Expected is { } expected ? values.Text(expected) : "",
                value.IsWrong ? $"[red]{actual}[/]" : actual,
                double.IsFinite(value.Exact) ? value.Exact.ToString("G9", CultureInfo.InvariantCulture) : NumberText.Format(value.Exact, DType.Float64),
                value.Bound > 0 ? value.Bound.ToString("G3", CultureInfo.InvariantCulture) : "0");
        }

        console.Write(table);
        if (values.Outputs.Count > shown.Count || !values.IsWhole)
        {
            console.MarkupLine(string.Create(CultureInfo.InvariantCulture, $"{shown.Count} of {values.Rows * values.Length * values.Parts:N0} outputs, wrong ones first"));
        }
    }
}
