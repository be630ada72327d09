using System.Globalization;

namespace ParityHarness.Reports.Html;

/// <summary>bench.csv as bars: GFLOP/s of each runner, by problem and number of threads.</summary>
internal static class BenchSection
{
    private const int Most = 200;
    private const double Width = 360;

    public static void Write(HtmlWriter html, IReadOnlyList<IReadOnlyDictionary<string, string>> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        var most = rows.Select(Gflops).DefaultIfEmpty().Max();
        html.Line().Element("section", () =>
        {
            html.Element("h2", "Speed", ("id", "bench-title"));
            html.Element("p", "GFLOP/s, medians; the ratio is of the candidate's time to the peer's, with its interval.");
            html.Element("div", () => html.Element("table", () =>
            {
                html.Header("problem", "threads", "runner", "GFLOP/s", "", "ratio");
                html.Element("tbody", () =>
                {
                    foreach (var row in rows.Take(Most))
                    {
                        html.Element("tr", () =>
                        {
                            html.Element("td", row["name"]).Element("td", row["threads"], ("class", "n")).Element("td", row["runner"]).Element("td", row["gflops"], ("class", "n"));
                            html.Element("td", () => html.Element("svg", () => html.Element("rect", "", ("class", row["role"] == "candidate" ? "candidate" : "reference"), ("x", "1"), ("y", "2"), ("height", "12"), ("width", HtmlWriter.Number(most > 0 ? (Width - 2) * Gflops(row) / most : 0))), ("width", HtmlWriter.Number(Width)), ("height", "16"), ("aria-hidden", "true")));
                            html.Element("td", row["ratio"].Length == 0 ? "" : $"{row["ratio"]} ({row["ratio_low"]} to {row["ratio_high"]})", ("class", "n"));
                        }).Line();
                    }
                });
            }), ("class", "scroll"), ("tabindex", "0"), ("role", "region"), ("aria-labelledby", "bench-title"));
            if (rows.Count > Most)
            {
                html.Element("p", $"{Most} of {HtmlWriter.Count(rows.Count)} rows of bench.csv are shown.", ("class", "soft"));
            }
        }, ("id", "bench"), ("aria-labelledby", "bench-title"));
    }

    private static double Gflops(IReadOnlyDictionary<string, string> row) =>
        double.TryParse(row["gflops"], NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : 0;
}
