using ParityHarness.Problems;
using ParityHarness.Results;

namespace ParityHarness.Reports.Html;

/// <summary>Which classes of problems, and which pairs of classes, were tried, and where something failed.</summary>
internal static class MatrixSection
{
    public static void Write(HtmlWriter html, Tally tally)
    {
        var all = ProblemClasses.All;
        var (tried, possible) = (0, 0);
        for (var a = 0; a < all.Count; a++)
        {
            for (var b = a + 1; b < all.Count; b++)
            {
                tried += tally.Pairs.Problems(a, b) > 0 ? 1 : 0;
                possible += ProblemClasses.CanMeet(all[a].Class, all[b].Class) ? 1 : 0;
            }
        }

        html.Line().Element("section", () =>
        {
            html.Element("h2", "Classes and pairs tried", ("id", "matrix-title"));
            html.Element("p", $"{tried} of {possible} pairs were tried. ✓ tried, none failed; a number: so many failed; ○ not tried; – cannot be. On the diagonal stands the class itself.");
            html.Element("div", () => html.Element("table", () => Table(html, tally), ("class", "matrix")), ("class", "scroll"), ("tabindex", "0"), ("role", "region"), ("aria-labelledby", "matrix-title"));
        }, ("id", "matrix"), ("aria-labelledby", "matrix-title"));
    }

    private static void Table(HtmlWriter html, Tally tally)
    {
        var all = ProblemClasses.All;
        html.Element("thead", () => html.Element("tr", () =>
        {
            html.Element("td", "");
            foreach (var (_, name, _) in all)
            {
                html.Element("th", () => html.Element("span", name), ("scope", "col"));
            }
        })).Line();
        html.Element("tbody", () =>
        {
            for (var a = 0; a < all.Count; a++)
            {
                var row = a;
                html.Element("tr", () =>
                {
                    html.Element("th", all[row].Name, ("scope", "row"));
                    for (var b = 0; b <= row; b++)
                    {
                        Cell(html, tally, row, b);
                    }
                }).Line();
            }
        });
    }

    private static void Cell(HtmlWriter html, Tally tally, int a, int b)
    {
        var all = ProblemClasses.All;
        var problems = a == b ? tally.OfClass(a) : tally.Pairs.Problems(a, b);
        var failed = a == b ? tally.OfClass(a, ProblemOutcome.Failed) : tally.Pairs.Failed(a, b);
        var pair = a == b ? all[a].Name : $"{all[a].Name} with {all[b].Name}";
        var (text, look, words) = problems switch
        {
            0 when a != b && !ProblemClasses.CanMeet(all[a].Class, all[b].Class) => ("–", "cannot", "cannot be"),
            0 => ("○", "untried", "not tried"),
            _ when failed > 0 => (failed > 999 ? "k+" : HtmlWriter.Count(failed), "failed", $"{HtmlWriter.Count(failed)} of {HtmlWriter.Count(problems)} failed"),
            _ => ("✓", "tried", $"{HtmlWriter.Count(problems)} tried, none failed"),
        };
        html.Element("td", text, ("class", look), ("title", $"{pair}: {words}"));
    }
}
