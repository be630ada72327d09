using ParityHarness.Judging;
using ParityHarness.Results;

namespace ParityHarness.Reports.Html;

/// <summary>Failures by distinct cause: what, where, how far off, and how to run it again.</summary>
internal static class FailuresSection
{
    private const int ShownValues = 12;

    public static void Write(HtmlWriter html, Report report)
    {
        if (report.Groups.Count == 0)
        {
            return;
        }

        html.Line().Element("section", () =>
        {
            html.Element("h2", report.GroupsInAll == 1 ? "Failures: one cause" : $"Failures by cause: {HtmlWriter.Count(report.GroupsInAll)}", ("id", "failures-title"));
            if (report.GroupsInAll > report.Groups.Count)
            {
                html.Element("p", $"The {report.Groups.Count} most frequent are shown; {HtmlWriter.Count(report.GroupsInAll - report.Groups.Count)} more are in failures.csv and mismatches.csv.", ("class", "soft"));
            }

            var number = 0;
            foreach (var group in report.Groups)
            {
                Group(html, group, ++number);
            }
        }, ("id", "failures"), ("aria-labelledby", "failures-title"));
    }

    private static void Group(HtmlWriter html, FailureGroup group, int number)
    {
        var row = group.Row;
        html.Line().Element("article", () =>
        {
            html.Element("h3", $"{number}. {(group.Diagnosis.Length > 0 ? group.Diagnosis : row.Detail)}", ("id", $"cause-{number}"));
            html.Element("p", $"{HtmlWriter.Count(group.Count)} {(group.Count == 1 ? "failure" : "failures")} · {Words.Of(row.Kind)} · {Wrong(row)}{(row.FirstWrong is { } first ? $" · first at {ResultRow.Text(first)}" : "")}", ("class", "soft"));
            if (group.Diagnosis.Length > 0)
            {
                html.Element("p", row.Detail);
            }

            html.Element("p", () => html.Text(group.Found.Length > 0 ? "Smallest problem: " : "Problem: ").Element("code", row.ProblemLine));
            if (group.Found.Length > 0 && group.Found != row.ProblemLine)
            {
                html.Element("p", () => html.Text("Found as: ").Element("code", group.Found), ("class", "soft"));
            }

            if (group.Values is { } values)
            {
                html.Element("div", () =>
                {
                    html.Element("figure", () =>
                    {
                        HeatMap.Write(html, group.ExampleValues ?? values, group.ExampleValues is null ? row : group.Example!);
                        if (group.ExampleValues is not null)
                        {
                            html.Element("p", () => html.Text("Of a larger problem: ").Element("code", group.Example!.ProblemLine), ("class", "soft"));
                        }
                    });
                    html.Element("div", () => Values(html, values), ("class", "scroll"), ("tabindex", "0"), ("role", "region"), ("aria-label", $"Values of cause {number}"));
                }, ("class", "columns"));
            }
            else
            {
                html.Element("p", () => html.Text("Reference: ").Element("code", row.ReferenceAnswer + Shape(row.Expected.Shape)));
                html.Element("p", () => html.Text("Candidate: ").Element("code", row.CandidateAnswer + Shape(ResultRow.Text(row.ActualShape))));
            }

            VerdictSection.Command(html, row.Rerun);
            foreach (var snippet in group.Snippets)
            {
                html.Element("details", () => html
                    .Element("summary", $"Without the harness: {snippet.Library}")
                    .Element("div", () => html.Element("pre", () => html.Element("code", snippet.Code), ("tabindex", "0"), ("role", "region"), ("aria-label", $"{snippet.Library} program of cause {number}")).Element("button", "Copy", ("type", "button"), ("class", "copy")), ("class", "run")));
            }
        }, ("class", "card"), ("aria-labelledby", $"cause-{number}"));
    }

    private static string Wrong(ResultRow row) => row.Side switch
    {
        Side.Both => "both sides are wrong",
        Side.None => "no side could be blamed",
        var side => $"the {Words.Of(side)} is wrong",
    };

    private static string Shape(string shape) => shape.Length == 0 ? "" : $" {shape}";

    private static void Values(HtmlWriter html, FailureValues values)
    {
        // The wrong ones first; among them the order of memory.
        var shown = values.Outputs.OrderByDescending(v => v.IsWrong).ThenBy(v => v.Index).Take(ShownValues).OrderBy(v => v.Index).ToList();
        var hasExpected = shown.Exists(v => v.Expected is not null);
        html.Element("table", () =>
        {
            html.Header(hasExpected ? ["output", "expected", "actual", "exact", "bound"] : ["output", "actual", "exact", "bound"]);
            html.Element("tbody", () =>
            {
                foreach (var value in shown)
                {
                    html.Element("tr", () =>
                    {
                        html.Element("td", values.Position(value.Index));
                        if (hasExpected)
                        {
                            html.Element("td", value.Expected is { } expected ? Number(expected) : "", ("class", "n"));
                        }

                        html.Element("td", Number(value.Actual), ("class", value.IsWrong ? "n wrong" : "n"));
                        html.Element("td", Number(value.Exact), ("class", "n"));
                        html.Element("td", value.Bound > 0 ? value.Bound.ToString("G3", System.Globalization.CultureInfo.InvariantCulture) : "0", ("class", "n"));
                    });
                }
            });
        });
        if (values.Outputs.Count > shown.Count)
        {
            html.Element("p", $"{shown.Count} of {HtmlWriter.Count(values.Outputs.Count)} outputs{(values.IsWhole ? "" : $" that the row holds, of {HtmlWriter.Count(values.Rows * values.Length)}")}, wrong ones first.", ("class", "soft"));
        }
    }

    private static string Number(double value) => double.IsFinite(value) ? value.ToString("G9", System.Globalization.CultureInfo.InvariantCulture) : Problems.NumberText.Format(value, Problems.DType.Float64);
}
