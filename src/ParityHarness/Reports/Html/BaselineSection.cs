namespace ParityHarness.Reports.Html;

/// <summary>What fails now and did not, what does not fail any more, what fails as before.</summary>
internal static class BaselineSection
{
    private const int Shown = 20;

    public static void Write(HtmlWriter html, Report report)
    {
        if (report.Baseline is not { } difference)
        {
            return;
        }

        html.Line().Element("section", () =>
        {
            html.Element("h2", "Since the earlier run", ("id", "baseline-title"));
            html.Element("p", $"Earlier: {difference.Earlier.Candidate.Label} against {difference.Earlier.Reference.Label}, {difference.Earlier.Started:yyyy-MM-dd HH:mm} UTC: {difference.Earlier.Why}.");
            if (!difference.SameProblems)
            {
                html.Element("p", "The earlier run had other problems: what does not fail any more may only not have been run.", ("class", "warn"));
            }

            List(html, "New", difference.New, "bad");
            List(html, "Fixed", difference.Fixed, "good");
            List(html, "Still failing", difference.Still, "warn");
        }, ("id", "baseline"), ("aria-labelledby", "baseline-title"));
    }

    private static void List(HtmlWriter html, string name, IReadOnlyList<string> problems, string look)
    {
        html.Element("h3", $"{name}: {HtmlWriter.Count(problems.Count)}", ("class", problems.Count > 0 ? look : "soft"));
        if (problems.Count == 0)
        {
            return;
        }

        html.Element("ul", () =>
        {
            foreach (var problem in problems.Take(Shown))
            {
                html.Element("li", () => html.Element("code", problem));
            }
        });
        if (problems.Count > Shown)
        {
            html.Element("p", $"and {HtmlWriter.Count(problems.Count - Shown)} more", ("class", "soft"));
        }
    }
}
