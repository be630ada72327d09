using System.Diagnostics;
using System.Globalization;

using ParityHarness.Problems;
using ParityHarness.Results;

namespace ParityHarness.Reports.Html;

/// <summary>Counts by class, rejections by reason, known divergences, drift, and times.</summary>
internal static class CountsSection
{
    public static void Write(HtmlWriter html, CampaignResult summary) => html.Line().Element("section", () =>
    {
        var tally = summary.Tally;
        html.Element("h2", "Counts and times", ("id", "counts-title"));
        html.Element("details", () =>
        {
            html.Element("summary", "Outcomes by class");
            html.Element("div", () => Classes(html, tally), ("class", "scroll"), ("tabindex", "0"), ("role", "region"), ("aria-label", "Outcomes by class"));
        }, ("open", ""));
        html.Element("div", () =>
        {
            List(html, "Failures by kind", "nothing failed", tally.Failures.Select(f => (f.Key, HtmlWriter.Count(f.Value))));
            List(html, "Rejected by both, by reason", "nothing was rejected by both", tally.Rejections.OrderByDescending(r => r.Value).Select(r => (r.Key, HtmlWriter.Count(r.Value))));
            List(html, "Known divergences met", "none", tally.Divergences.Select(d => (d.Key, HtmlWriter.Count(d.Value))));
            List(html, "Drift between two versions", "these are not two versions of one library", Drift(summary));
            List(html, "Further counts", "none", Further(summary));
            List(html, "Time", "", Times(summary));
        }, ("class", "columns"));
    }, ("id", "counts"), ("aria-labelledby", "counts-title"));

    private static void Classes(HtmlWriter html, Tally tally) => html.Element("table", () =>
    {
        html.Header(["class", "problems", .. Tally.Outcomes.Select(Words.Of)]);
        html.Element("tbody", () =>
        {
            for (var c = 0; c < ProblemClasses.All.Count; c++)
            {
                var at = c;
                long[] counts = [.. Tally.Outcomes.Select(outcome => tally.OfClass(at, outcome))];
                html.Element("tr", () =>
                {
                    html.Element("th", ProblemClasses.All[at].Name, ("scope", "row"));
                    html.Element("td", HtmlWriter.Count(counts.Sum()), ("class", "n"));
                    for (var outcome = 0; outcome < counts.Length; outcome++)
                    {
                        html.Element("td", HtmlWriter.Count(counts[outcome]), ("class", outcome == 2 && counts[outcome] > 0 ? "n wrong" : "n"));
                    }
                }).Line();
            }
        });
    });

    private static void List(HtmlWriter html, string title, string none, IEnumerable<(string Name, string Value)> rows) => html.Element("div", () =>
    {
        html.Element("h3", title);
        var list = rows.ToList();
        if (list.Count == 0)
        {
            html.Element("p", none, ("class", "soft"));
            return;
        }

        html.Element("table", () => html.Element("tbody", () =>
        {
            foreach (var (name, value) in list)
            {
                html.Element("tr", () => html.Element("th", name, ("scope", "row")).Element("td", value, ("class", "n")));
            }
        }));
    }, ("class", "card"));

    private static IEnumerable<(string Name, string Value)> Drift(CampaignResult summary)
    {
        foreach (var (version, name, _) in summary.OneSided ?? [])
        {
            yield return ($"divergence of {version.Label} alone: {name}", HtmlWriter.Count(summary.Tally.Divergences.GetValueOrDefault($"{name} {(version == summary.Reference ? "reference" : "candidate")}")));
        }

        var drift = summary.Tally.Drift;
        if (summary.OneSided is not null)
        {
            yield return ("both reject, for different reasons", HtmlWriter.Count(drift.Reasons));
            yield return ("both right, other bits", HtmlWriter.Count(drift.Values));
        }
    }

    private static IEnumerable<(string Name, string Value)> Further(CampaignResult summary)
    {
        var tally = summary.Tally;
        (string, long)[] counts =
        [
            ("known divergences tried", summary.WitnessesTried),
            ("known divergences that are gone", summary.WitnessesGone),
            ("problems asked again, in other layouts and threads", tally[Counter.Repeated]),
            ("of these, held against answers to related problems", tally[Counter.Related]),
            ("unsupported by the candidate", tally[Counter.UnsupportedByCandidate]),
            ("outputs unjudged (overflow depends on the order)", tally[Counter.Unjudged]),
            ("outputs +0 on one side, -0 on the other", tally[Counter.SignedZeros]),
            ("passed, but assert_close would refuse", tally[Counter.TorchWouldRefuse]),
            ("workers that died", tally[Counter.Restarts]),
            ("left out by --where", tally[Counter.LeftOut]),
            ("outside of the scope (--only, or what the candidate offers)", tally[Counter.OutsideScope]),
        ];
        return counts.Where(c => c.Item2 != 0).Select(c => (c.Item1, HtmlWriter.Count(c.Item2)));
    }

    private static IEnumerable<(string Name, string Value)> Times(CampaignResult summary)
    {
        var seconds = summary.Elapsed.TotalSeconds;
        yield return ("wall time", Seconds(seconds));
        yield return ("problems per second", HtmlWriter.Count((long)(summary.Tally.Problems / Math.Max(1e-3, seconds))));
        yield return ("workers", HtmlWriter.Count(summary.Workers));
        foreach (var share in Enum.GetValues<TimeShare>())
        {
            yield return ($"in the workers: {Words.Of(share)}", Seconds((double)summary.Tally[share] / Stopwatch.Frequency));
        }
    }

    private static string Seconds(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.00} s");
}
