using System.Globalization;
using System.Text;
using System.Xml;

using ParityHarness.Problems;
using ParityHarness.Results;

namespace ParityHarness.Reports;

/// <summary>junit.xml, as CI servers read it: the run as a whole, and each cause of failures by a stable name. Classes are properties; one that nobody judged is a skipped case.</summary>
internal static class JunitReport
{
    /// <summary>The file's name.</summary>
    public const string Name = "junit.xml";

    /// <summary>The text of a report.</summary>
    public static string Of(Report report)
    {
        List<(string Suite, List<Case> Cases)> suites = [("parity", [Whole(report.Summary)]), ("parity.causes", Causes(report)), ("parity.not_judged", NotJudged(report.Summary.Tally))];
        suites.RemoveAll(suite => suite.Cases.Count == 0);
        var text = new StringBuilder();
        using (var writer = XmlWriter.Create(new Utf8Writer(text), new XmlWriterSettings { Indent = true, NewLineChars = "\n" }))
        {
            writer.WriteStartElement("testsuites");
            Totals(writer, [.. suites.SelectMany(suite => suite.Cases)]);
            foreach (var (suite, cases) in suites)
            {
                writer.WriteStartElement("testsuite");
                writer.WriteAttributeString("name", suite);
                Totals(writer, cases);
                writer.WriteAttributeString("skipped", Number(cases.Count(c => c.Skipped is not null)));
                writer.WriteAttributeString("time", suite == "parity" ? report.Summary.Elapsed.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture) : "0");
                writer.WriteAttributeString("timestamp", report.Summary.Started.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture));
                Properties(writer, report.Summary);
                cases.ForEach(one => one.Write(writer, suite));
                writer.WriteEndElement();
            }

            writer.WriteEndElement();
        }

        return text.Append('\n').ToString();
    }

    private static void Totals(XmlWriter writer, List<Case> cases)
    {
        writer.WriteAttributeString("tests", Number(cases.Count));
        writer.WriteAttributeString("failures", Number(cases.Count(c => c.Failure is not null)));
        writer.WriteAttributeString("errors", "0");
    }

    private static void Properties(XmlWriter writer, CampaignResult summary)
    {
        writer.WriteStartElement("properties");
        foreach (var (name, value) in ((string, string)[])[("reference", summary.Reference.Label), ("candidate", summary.Candidate.Label), ("command", summary.CommandLine), ("machine", summary.Machine), ("version", summary.Version), .. Counts(summary.Tally)])
        {
            writer.WriteStartElement("property");
            writer.WriteAttributeString("name", name);
            writer.WriteAttributeString("value", Clean(value));
            writer.WriteEndElement();
        }

        writer.WriteEndElement();
    }

    private static Case Whole(CampaignResult summary) => new("parity holds" + summary.ForScope) { Failure = summary.Holds ? null : summary.Why, Kind = "parity", Output = summary.Holds ? summary.Why : "" };

    /// <summary>The classes with problems of which nobody judged any: neither passed nor failed.</summary>
    private static List<Case> NotJudged(Tally tally) =>
    [
        .. Enumerable.Range(0, ProblemClasses.All.Count)
            .Select(c => (ProblemClasses.All[c].Name, Problems: tally.OfClass(c), NotJudged: tally.NotJudged(c)))
            .Where(row => row.Problems > 0 && row.NotJudged == row.Problems)
            .Select(row => new Case(row.Name) { Skipped = string.Create(CultureInfo.InvariantCulture, $"not judged: none of {row.Problems:N0} problems"), Kind = "class" }),
    ];

    /// <summary>For each class, and for all, how many failed of those judged of those tried.</summary>
    private static IEnumerable<(string Name, string Value)> Counts(Tally tally) => Enumerable.Range(0, ProblemClasses.All.Count)
        .Select(c => (ProblemClasses.All[c].Name, Failed: tally.OfClass(c, ProblemOutcome.Failed), Problems: tally.OfClass(c), NotJudged: tally.NotJudged(c)))
        .Where(row => row.Problems > 0)
        .Prepend(("all", tally.Failed, tally.Problems, tally.Problems - tally.Judged))
        .Select(row => ($"class {row.Item1}", string.Create(CultureInfo.InvariantCulture, $"{row.Item2} failed, {row.Item3 - row.Item4} judged, {row.Item3} tried")));

    private static List<Case> Causes(Report report)
    {
        // A server knows a case again by its name: the cause in words, without numbers, which change from run to run.
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return
        [
            .. report.Groups.Select(group =>
            {
                var name = group.Diagnosis.Length > 0 ? group.Diagnosis : $"{Words.Of(group.Row.Kind)} {Words.Of(group.Row.Side)}".TrimEnd();
                var number = 1;
                while (!seen.Add(number == 1 ? name : $"{name} ({number})"))
                {
                    number++;
                }

                return new Case(number == 1 ? name : $"{name} ({number})")
                {
                    Failure = string.Create(CultureInfo.InvariantCulture, $"{group.Count:N0} {(group.Count == 1 ? "failure" : "failures")}, smallest: {group.Row.ProblemLine}, {group.Values?.FirstWrongText ?? group.Row.Detail}"),
                    Kind = Words.Of(group.Row.Kind),
                    Details = string.Join('\n', ((string[])[group.Area?.ToString() ?? "", group.Row.Detail, group.Row.Rerun]).Where(line => line.Length > 0)),
                };
            }),
        ];
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>XML has no way to say most control characters.</summary>
    private static string Clean(string text) => string.Concat(text.EnumerateRunes().Select(rune => rune.Value is 9 or 10 or 13 or (>= 32 and not 0xFFFE and not 0xFFFF) ? rune.ToString() : "?"));

    private sealed record Case(string Name)
    {
        public string? Failure { get; init; }

        public string? Skipped { get; init; }

        public string Kind { get; init; } = "";

        public string Details { get; init; } = "";

        public string Output { get; init; } = "";

        public void Write(XmlWriter writer, string suite)
        {
            writer.WriteStartElement("testcase");
            writer.WriteAttributeString("name", Clean(Name));
            writer.WriteAttributeString("classname", suite);
            writer.WriteAttributeString("time", "0");
            if (Skipped is not null)
            {
                writer.WriteStartElement("skipped");
                writer.WriteAttributeString("message", Skipped);
                writer.WriteEndElement();
            }

            if (Failure is not null)
            {
                writer.WriteStartElement("failure");
                writer.WriteAttributeString("message", Clean(Failure));
                writer.WriteAttributeString("type", Kind);
                writer.WriteString(Clean(Details));
                writer.WriteEndElement();
            }

            if (Output.Length > 0)
            {
                writer.WriteElementString("system-out", Clean(Output));
            }

            writer.WriteEndElement();
        }
    }

    private sealed class Utf8Writer(StringBuilder text) : StringWriter(text, CultureInfo.InvariantCulture)
    {
        public override Encoding Encoding => Encoding.UTF8;
    }
}
