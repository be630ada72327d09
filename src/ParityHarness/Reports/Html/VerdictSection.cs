using System.Globalization;

using ParityHarness.Results;
using ParityHarness.Runners;

namespace ParityHarness.Reports.Html;

/// <summary>At the top: whether parity holds, what to do next, who ran, and the counts.</summary>
internal static class VerdictSection
{
    public static string Title(CampaignResult summary) =>
        (summary.Holds ? "Parity holds" : summary is { Interrupted: true, Tally.Failed: 0 } ? "Parity is not shown" : "Parity does not hold") + summary.ForScope;

    public static void Write(HtmlWriter html, Report report)
    {
        var summary = report.Summary;
        html.Line().Element(
            "header",
            () => html.Element("h1", Title(summary)).Element("p", summary.Why + ".").Element("p", Next(report)),
            ("class", "verdict " + (summary.Holds ? "good" : summary.Tally.Failed > 0 ? "bad" : "warn")));
    }

    /// <summary>The counts, the way to the other sections, and, folded, who ran what on which machine.</summary>
    public static void WriteFacts(HtmlWriter html, Report report)
    {
        html.Line().Element("ul", () => Counts(html, report.Summary.Tally), ("class", "counts"), ("aria-label", "Problems"));
        html.Line().Element("details", () =>
        {
            html.Element("summary", $"About this run: {report.Summary.Candidate.Label} against {report.Summary.Reference.Label}");
            html.Element("dl", () => Facts(html, report.Summary), ("class", "facts"));
        }, ("id", "about"));
        html.Line().Element("nav", () => html.Element("ul", () =>
        {
            foreach (var (id, name, shown) in Sections(report))
            {
                if (shown)
                {
                    html.Element("li", () => html.Element("a", name, ("href", "#" + id)));
                }
            }
        }), ("aria-label", "Sections"));
    }

    private static (string Id, string Name, bool Shown)[] Sections(Report report) =>
    [
        ("failures", "Failures by cause", report.Groups.Count > 0),
        ("baseline", "Since the earlier run", report.Baseline is not null),
        ("trend", "Trend", report.Trend.Count > 0),
        ("matrix", report.Summary.Tally.Failed > 0 ? "Where the failures are" : "Classes and pairs tried", true),
        ("errors", "Errors and limits", true),
        ("counts", "Counts and times", true),
        ("bench", "Speed", report.Bench.Count > 0),
        ("rows", "Problems that did not pass", report.RowsInAll > 0),
    ];

    private static string Next(Report report)
    {
        var summary = report.Summary;
        return summary switch
        {
            { Holds: true, IsEmptyShard: true } => "This shard has no problems; the other shards say whether parity holds.",
            { Holds: true, Shards: > 1 } => $"This is shard {summary.Shard + 1} of {summary.Shards}: the whole is known when all are merged.",
            { Holds: true } => "Nothing is to be done.",
            { GaveUp: true } or { Tally.Failed: > 0 } => "Next: take the first cause below, copy its command and run it; --in-process runs it under a debugger.",
            { Interrupted: true } => "Next: start the run again and let it end.",
            _ => "Next: look at the counts by class below; what was not judged may hide a failure.",
        };
    }

    private static void Facts(HtmlWriter html, CampaignResult summary)
    {
        Fact(html, "Candidate", Describe(summary.Candidate));
        Fact(html, "Reference", Describe(summary.Reference));
        if (summary.Settings.Profile is { } profile)
        {
            Fact(html, "Problems", string.Create(CultureInfo.InvariantCulture, $"fuzz, profile {profile}, seed {summary.Settings.Seed}{(summary.Shards > 1 ? $", shard {summary.Shard + 1} of {summary.Shards}" : "")}"));
        }

        if (summary.Coverage is { } coverage)
        {
            Fact(html, "Coverage", coverage);
        }

        Fact(html, "Machine", summary.Machine);
        Fact(html, "Started", summary.Started.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture));
        Fact(html, "Harness", $"ParityHarness {summary.Version}");
        html.Element("dt", "Command").Element("dd", () => Command(html, summary.CommandLine));
    }

    /// <summary>A command with a button that copies it.</summary>
    public static void Command(HtmlWriter html, string command) =>
        html.Element("div", () => html.Element("code", command).Element("button", "Copy", ("type", "button"), ("class", "copy")), ("class", "run"));

    private static string Describe(RunnerInfo runner) => runner.Details.Length == 0 ? runner.Label : $"{runner.Label} ({runner.Details})";

    private static void Fact(HtmlWriter html, string name, string value) => html.Element("dt", name).Element("dd", value);

    private static void Counts(HtmlWriter html, Tally tally)
    {
        html.Element("li", () => html.Element("b", HtmlWriter.Count(tally.Problems)).Text("problems"));
        html.Element("li", () => html.Element("b", HtmlWriter.Count(tally.Judged)).Text("judged"), ("class", tally.Judged < tally.Problems ? "soft" : ""));
        foreach (var outcome in Tally.Outcomes)
        {
            var count = tally[outcome];
            var name = Words.Of(outcome);
            html.Element("li", () => html.Element("b", HtmlWriter.Count(count)).Text(name), ("class", count == 0 ? "" : name switch { "failed" => "bad", "mistrusted" => "warn", _ => "" }));
        }
    }
}
