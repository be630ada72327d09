using System.Globalization;

using ParityHarness.Results;

namespace ParityHarness.Reports.Html;

/// <summary>Several runs, the earliest first: how many of the problems that were judged failed in each.</summary>
internal static class TrendSection
{
    private const double Width = 160;

    public static void Write(HtmlWriter html, IReadOnlyList<CampaignResult> runs)
    {
        if (runs.Count == 0)
        {
            return;
        }

        var most = runs.Max(Rate);
        html.Line().Element("section", () =>
        {
            html.Element("h2", "Trend", ("id", "trend-title"));
            html.Element("div", () => html.Element("table", () =>
            {
                html.Header("started (UTC)", "candidate", "problems", "judged", "failed", "of judged", "", "verdict");
                html.Element("tbody", () =>
                {
                    foreach (var run in runs)
                    {
                        html.Element("tr", () => html
                            .Element("td", run.Started.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture))
                            .Element("td", run.Candidate.Label)
                            .Element("td", HtmlWriter.Count(run.Tally.Problems), ("class", "n"))
                            .Element("td", HtmlWriter.Count(run.Tally.Judged), ("class", "n"))
                            .Element("td", HtmlWriter.Count(run.Tally.Failed), ("class", run.Tally.Failed > 0 ? "n wrong" : "n"))
                            .Element("td", string.Create(CultureInfo.InvariantCulture, $"{100 * Rate(run):0.00} %"), ("class", "n"))
                            .Element("td", () => html.Element("svg", () => html.Element("rect", "", ("class", "e4"), ("x", "0"), ("y", "2"), ("height", "12"), ("width", HtmlWriter.Number(most > 0 ? Width * Rate(run) / most : 0))), ("class", "bar"), ("width", HtmlWriter.Number(Width)), ("height", "16"), ("aria-hidden", "true")))
                            .Element("td", VerdictSection.Title(run), ("class", run.Holds ? "good" : run.Tally.Failed > 0 ? "bad" : "warn"))).Line();
                    }
                });
            }), ("class", "scroll"), ("tabindex", "0"), ("role", "region"), ("aria-labelledby", "trend-title"));
        }, ("id", "trend"), ("aria-labelledby", "trend-title"));
    }

    private static double Rate(CampaignResult run) => run.Tally.Judged == 0 ? 0 : (double)run.Tally.Failed / run.Tally.Judged;
}
