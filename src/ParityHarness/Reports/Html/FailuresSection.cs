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

    /// <summary>The first cause is open, the others are a line each until somebody opens them.</summary>
    private static void Group(HtmlWriter html, FailureGroup group, int number) => html.Line().Element("article", () =>
    {
        void Title() => html.Element("summary", () => html.Element("h3", $"{HtmlWriter.Count(group.Count)} {(group.Count == 1 ? "failure" : "failures")}: {(group.Diagnosis.Length > 0 ? group.Diagnosis : group.Row.Detail)}", ("id", $"cause-{number}")));
        void Content()
        {
            Title();
            Body(html, group, number);
        }

        if (number == 1)
        {
            html.Element("details", Content, ("open", ""));
        }
        else
        {
            html.Element("details", Content);
        }
    }, ("class", "card"), ("aria-labelledby", $"cause-{number}"));

    private static void Body(HtmlWriter html, FailureGroup group, int number)
    {
        var row = group.Row;
        if (group.Area is { } area)
        {
            html.Element("p", area.ToString());
        }

        html.Element("p", () => html.Text(group.Found.Length > 0 ? "Smallest problem: " : "Problem: ").Element("code", row.ProblemLine).Text($"{(group.Values?.FirstWrongText is { } first ? $", {first}" : $": {row.Detail}")}; {Wrong(row)}"));
        VerdictSection.Command(html, row.Rerun);
        if (group.Values is { } values)
        {
            html.Element("div", () =>
            {
                html.Element("figure", () => HeatMap.Write(html, values, row));
                html.Element("div", () => Values(html, values), ("class", "scroll"), ("tabindex", "0"), ("role", "region"), ("aria-label", $"Values of cause {number}"));
            }, ("class", "columns"));
        }
        else
        {
            html.Element("p", () => html.Text("Reference: ").Element("code", row.ReferenceAnswer + Shape(row.Expected.Shape)));
            html.Element("p", () => html.Text("Candidate: ").Element("code", row.CandidateAnswer + Shape(ResultRow.Text(row.ActualShape))));
        }

        if (group.ExampleValues is { } example)
        {
            html.Element("details", () => html
                .Element("summary", "A larger problem that fails in this way")
                .Element("p", () => html.Element("code", group.Example!.ProblemLine))
                .Element("figure", () => HeatMap.Write(html, example, group.Example!)));
        }

        foreach (var snippet in group.Snippets)
        {
            html.Element("details", () => html
                .Element("summary", $"Without the harness: {snippet.Library}")
                .Element("div", () => html.Element("pre", () => html.Element("code", snippet.Code), ("tabindex", "0"), ("role", "region"), ("aria-label", $"{snippet.Library} program of cause {number}")).Element("button", "Copy", ("type", "button"), ("class", "copy")), ("class", "run")));
        }

        html.Element("p", $"{string.Join("; ", group.Kinds.Select(share => $"{HtmlWriter.Count(share.Count)} {share.Kind}").DefaultIfEmpty(Words.Of(row.Kind)))}{(group.Found.Length > 0 && group.Found != row.ProblemLine ? $". Found as {group.Found}" : "")}", ("class", "soft"));
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
