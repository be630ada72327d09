using System.Globalization;

using ParityHarness.Problems;
using ParityHarness.Results;

namespace ParityHarness.Reports.Html;

/// <summary>What did not pass, one row a problem, to sort and to filter.</summary>
internal static class RowsSection
{
    private static readonly (string Name, Func<ResultRow, string> Text)[] Columns =
    [
        ("index", row => row.Index.ToString(CultureInfo.InvariantCulture)), ("verdict", row => Words.Of(row.Verdict)), ("kind", row => Words.Of(row.Kind)),
        ("side", row => Words.Of(row.Side)), ("problem", row => row.ProblemLine), ("detail", row => row.Detail),
    ];

    public static void Write(HtmlWriter html, Report report)
    {
        if (report.RowsInAll == 0)
        {
            return;
        }

        html.Line().Element("section", () =>
        {
            html.Element("h2", "Problems that did not pass", ("id", "rows-title"));
            html.Element("p", report.RowsInAll > report.Rows.Count
                ? $"The first {HtmlWriter.Count(report.Rows.Count)} of {HtmlWriter.Count(report.RowsInAll)}; the other {HtmlWriter.Count(report.RowsInAll - report.Rows.Count)} are left out here and stand in mismatches.csv."
                : $"All {HtmlWriter.Count(report.RowsInAll)}.");
            html.Element("p", () => html
                .Element("label", "Filter ", ("for", "filter"))
                .Empty("input", ("id", "filter"), ("type", "search"), ("data-filters", "failed"), ("placeholder", "value s2 bias"))
                .Text(" ").Element("button", "", ("id", "class-filter"), ("type", "button"), ("class", "clear"), ("hidden", ""))
                .Text(" ").Element("span", "", ("id", "failed-shown"), ("class", "soft")));
            html.Element("div", () => html.Element("table", () =>
            {
                html.Element("thead", () => html.Element("tr", () =>
                {
                    foreach (var (name, _) in Columns)
                    {
                        html.Element("th", () => html.Element("button", name, ("type", "button")), ("scope", "col"));
                    }
                })).Line();
                html.Element("tbody", () =>
                {
                    foreach (var row in report.Rows)
                    {
                        html.Element("tr", () =>
                        {
                            foreach (var (name, text) in Columns)
                            {
                                html.Element("td", Short(text(row)), ("class", name == "problem" ? "mono" : ""));
                            }
                        }, ("data-classes", Classes(row))).Line();
                    }
                });
            }, ("id", "failed"), ("class", "sortable")), ("class", "scroll"), ("tabindex", "0"), ("role", "region"), ("aria-labelledby", "rows-title"));
        }, ("id", "rows"), ("aria-labelledby", "rows-title"));
    }

    /// <summary>The classes of a row's problem, by which the matrix filters: their indices.</summary>
    private static string Classes(ResultRow row)
    {
        var classes = ProblemClasses.Of(row.Problem);
        return string.Join(' ', Enumerable.Range(0, ProblemClasses.All.Count).Where(c => (classes & ProblemClasses.All[c].Class) != ProblemClass.None));
    }

    private static string Short(string text) => text.Length <= 300 ? text : text[..297] + "...";
}
