using ParityHarness.Problems;
using ParityHarness.Results;

namespace ParityHarness.Reports.Html;

/// <summary>Where failures are, by class and pair of classes, by their rate; and what was tried, and judged by nobody.</summary>
internal static class MatrixSection
{
    public static void Write(HtmlWriter html, Tally tally)
    {
        var all = ProblemClasses.All;
        List<int> failing = [.. Enumerable.Range(0, all.Count).Where(c => tally.OfClass(c, ProblemOutcome.Failed) > 0)];
        var (tried, judged, possible) = (0, 0, 0);
        for (var a = 0; a < all.Count; a++)
        {
            for (var b = a + 1; b < all.Count; b++)
            {
                tried += tally.Pairs.Problems(a, b) > 0 ? 1 : 0;
                judged += tally.Pairs.Judged(a, b) > 0 ? 1 : 0;
                possible += ProblemClasses.CanMeet(all[a].Class, all[b].Class) ? 1 : 0;
            }
        }

        html.Line().Element("section", () =>
        {
            html.Element("h2", failing.Count > 0 ? "Where the failures are" : "Classes and pairs tried", ("id", "matrix-title"));
            if (failing.Count > 0)
            {
                html.Element("p", "Failures of a hundred that were judged; on the diagonal stands the class itself. Press a number to see its problems below.");
                html.Element("div", () => html.Element("table", () => Table(html, tally, failing, isFilter: true), ("class", "matrix")), ("class", "scroll"), ("tabindex", "0"), ("role", "region"), ("aria-labelledby", "matrix-title"));
                Legend(html);
            }

            html.Element("details", () =>
            {
                html.Element("summary", $"All classes: {judged} of {possible} pairs judged, {tried} tried");
                html.Element("div", () => html.Element("table", () => Table(html, tally, [.. Enumerable.Range(0, all.Count)], isFilter: false), ("class", "matrix")), ("class", "scroll"), ("tabindex", "0"), ("role", "region"), ("aria-label", "All classes and pairs"));
                Legend(html);
            });
        }, ("id", "matrix"), ("aria-labelledby", "matrix-title"));
    }

    private static void Legend(HtmlWriter html) => html.Element("ul", () =>
    {
        foreach (var (look, sign, words) in ((string, string, string)[])
            [("tried", "✓", "judged, none failed"), ("r1", "5", "to 10 % failed"), ("r2", "20", "to 40 %"), ("r3", "70", "more"), ("unjudged", "?", "tried, not judged"), ("untried", "○", "not tried"), ("cannot", "–", "cannot be")])
        {
            html.Element("li", () => html.Element("span", sign, ("class", "swatch " + look), ("aria-hidden", "true")).Text(words));
        }
    }, ("class", "legend"));

    private static void Table(HtmlWriter html, Tally tally, List<int> classes, bool isFilter)
    {
        var all = ProblemClasses.All;
        html.Element("thead", () => html.Element("tr", () =>
        {
            html.Element("td", "");
            foreach (var c in classes)
            {
                html.Element("th", () => html.Element("span", all[c].Name), ("scope", "col"));
            }
        })).Line();
        html.Element("tbody", () =>
        {
            foreach (var a in classes)
            {
                html.Element("tr", () =>
                {
                    html.Element("th", all[a].Name, ("scope", "row"));
                    foreach (var b in classes.TakeWhile(b => b <= a))
                    {
                        Cell(html, tally, a, b, isFilter);
                    }
                }).Line();
            }
        });
    }

    private static void Cell(HtmlWriter html, Tally tally, int a, int b, bool isFilter)
    {
        var all = ProblemClasses.All;
        var problems = a == b ? tally.OfClass(a) : tally.Pairs.Problems(a, b);
        var failed = a == b ? tally.OfClass(a, ProblemOutcome.Failed) : tally.Pairs.Failed(a, b);
        var judged = a == b ? problems - tally.NotJudged(a) : tally.Pairs.Judged(a, b);
        var pair = a == b ? all[a].Name : $"{all[a].Name} with {all[b].Name}";
        var rate = judged > 0 ? 100.0 * failed / judged : 0;
        var (text, look, words) = problems switch
        {
            0 when a != b && !ProblemClasses.CanMeet(all[a].Class, all[b].Class) => ("–", "cannot", "cannot be"),
            0 => ("○", "untried", "not tried"),
            _ when failed > 0 => (Math.Max(1, Math.Round(rate)).ToString(System.Globalization.CultureInfo.InvariantCulture), rate > 40 ? "r3" : rate > 10 ? "r2" : "r1", $"{HtmlWriter.Count(failed)} of {HtmlWriter.Count(judged)} failed"),
            _ when judged == 0 => ("?", "unjudged", $"{HtmlWriter.Count(problems)} tried, judged by nobody"),
            _ => ("✓", "tried", $"{HtmlWriter.Count(judged)} judged, none failed"),
        };
        html.Element("td", () =>
        {
            if (isFilter && failed > 0)
            {
                html.Element("button", text, ("type", "button"), ("data-classes", $"{a} {b}"), ("data-name", pair), ("aria-label", $"{text} % of {pair}: {words}; show its problems"));
            }
            else
            {
                html.Text(text);
            }
        }, ("class", look), ("title", $"{pair}: {words}"));
    }
}
