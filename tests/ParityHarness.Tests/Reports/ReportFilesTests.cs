using System.Xml;
using System.Xml.Schema;
using ParityHarness.Reports;
using ParityHarness.Reports.Html;
using ParityHarness.Results;
using ParityHarness.Runners.Native;
using ParityHarness.Tests.Runners.Native;
using Xunit;

namespace ParityHarness.Tests.Reports;

/// <summary>What a run's folder is made into.</summary>
public class ReportFilesTests
{
    [Theory]
    [InlineData("bias_missing")]
    [InlineData("correct")]
    public void The_junit_file_is_of_the_schema_and_counts_right(string defect)
    {
        using var run = defect == "correct" ? SampleRun.Of(Campaigns.CampaignRun.Smoke("kernel"), Campaigns.CampaignRun.OneWorker with { Count = 60 }) : SampleRun.Faulty(defect, 60);
        var document = new XmlDocument { XmlResolver = null };
        document.Schemas.Add(null, Path.Combine(NativeCompiler.Root, "tests", "ParityHarness.Tests", "Reports", "junit.xsd"));
        document.LoadXml(JunitReport.Of(run.Read()));
        var faults = new List<string>();
        document.Validate((_, e) => faults.Add(e.Message));

        Assert.Empty(faults);
        var root = document.DocumentElement!;
        Assert.Equal(document.SelectNodes("//testcase")!.Count.ToString(System.Globalization.CultureInfo.InvariantCulture), root.GetAttribute("tests"));
        Assert.Equal(document.SelectNodes("//testcase[failure]")!.Count.ToString(System.Globalization.CultureInfo.InvariantCulture), root.GetAttribute("failures"));
        Assert.Equal(defect != "correct", document.SelectSingleNode("//testcase[@name='parity holds']/failure") is not null);
    }

    [Fact]
    public void A_cause_is_a_test_case_whose_name_does_not_change_with_its_numbers_and_classes_are_properties()
    {
        using var few = SampleRun.Faulty("bias_missing", 60);
        using var many = SampleRun.Faulty("bias_missing", 100);

        Assert.Equal(Causes(few), Causes(many));
        var document = new XmlDocument { XmlResolver = null };
        document.LoadXml(JunitReport.Of(many.Read()));
        Assert.Matches("^[0-9]+ failed, [0-9]+ judged, [0-9]+ tried$", document.SelectSingleNode("//property[@name='class bias']/@value")!.Value!);
        Assert.Null(document.SelectSingleNode("//testcase[@name='bias']"));

        static List<string> Causes(SampleRun run)
        {
            var junit = new XmlDocument { XmlResolver = null };
            junit.LoadXml(JunitReport.Of(run.Read()));
            return [.. junit.SelectNodes("//testsuite[@name='parity.causes']/testcase/@name")!.Cast<XmlNode>().Select(name => name.Value!)];
        }
    }

    [Fact]
    public void What_nobody_judged_is_skipped_in_junit_and_grey_in_the_matrix()
    {
        NativeLibraries.TryFind("parity_minimal", out var minimal, out _);
        using var run = SampleRun.Of(Campaigns.CampaignRun.Problems("native:" + minimal, "l4_k3 float32", "l4_k3 int64"), Campaigns.CampaignRun.OneWorker);
        var report = run.Read();
        var document = new XmlDocument { XmlResolver = null };
        document.LoadXml(JunitReport.Of(report));

        Assert.NotNull(document.SelectSingleNode("//testcase[@name='int64']/skipped[starts-with(@message, 'not judged')]"));
        Assert.Null(document.SelectSingleNode("//testcase[@name='float32']"));
        Assert.Contains("class=\"unjudged\" title=\"int64: 1 tried, judged by nobody\">?</td>", HtmlReport.Of(report), StringComparison.Ordinal);
        Assert.Contains("class=\"tried\" title=\"float32: 1 judged, none failed\">✓</td>", HtmlReport.Of(report), StringComparison.Ordinal);
        Assert.EndsWith("; judged 1 of 2", report.Summary.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_several_runs_the_last_is_reported_with_a_trend_of_all()
    {
        using var earlier = SampleRun.Faulty("bias_missing", 60);
        using var later = SampleRun.Faulty("first_tap_missing", 60);
        var report = ReportReader.Trend([earlier.Folder, later.Folder]);

        Assert.Equal([earlier.Read().Summary.Tally.Failed, later.Read().Summary.Tally.Failed], report.Trend.Select(run => run.Tally.Failed));
        Assert.True(report.Baseline!.New.Count > 0);
        Assert.Contains("<section id=\"trend\"", HtmlReport.Of(report), StringComparison.Ordinal);
    }

    [Fact]
    public void A_schema_that_would_take_anything_is_not_what_is_held_against()
    {
        var schemas = new XmlSchemaSet();
        schemas.Add(null, Path.Combine(NativeCompiler.Root, "tests", "ParityHarness.Tests", "Reports", "junit.xsd"));
        var document = new XmlDocument { XmlResolver = null, Schemas = schemas };
        document.LoadXml("<testsuites><testsuite name=\"a\" tests=\"x\"><nonsense/></testsuite></testsuites>");
        var faults = 0;
        document.Validate((_, _) => faults++);

        Assert.True(faults >= 2);
    }

    [Fact]
    public void The_markdown_says_the_verdict_the_counts_and_how_to_run_the_first_failures_again()
    {
        using var run = SampleRun.Faulty("bias_missing", 60);
        var report = run.Read();
        var text = MarkdownReport.Of(report);

        Assert.StartsWith("## ❌ Parity does not hold", text, StringComparison.Ordinal);
        Assert.Contains($"| {report.Summary.Tally.Problems} | {report.Summary.Tally.Judged} | {report.Summary.Tally.Passed} |", text, StringComparison.Ordinal);
        Assert.Contains(report.Groups[0].Row.Text("rerun"), text, StringComparison.Ordinal);
    }

    [Fact]
    public void Annotations_are_ten_lines_at_most_each_with_its_command()
    {
        using var run = SampleRun.Faulty("bias_missing", 100);
        var lines = GitHubAnnotations.Of(run.Read());

        Assert.Equal(10, lines.Count);
        Assert.All(lines, line => Assert.Matches("^::error title=parity%3A [^:\n]+::[^\n]+%0Aparity run [^\n]+$", line));
    }

    [Fact]
    public void Against_an_earlier_run_failures_are_new_fixed_or_the_same()
    {
        using var earlier = SampleRun.Faulty("bias_missing", 100);
        using var now = SampleRun.Faulty("first_tap_missing", 100);
        var difference = now.Read(earlier.Folder).Baseline!;
        var same = earlier.Read(earlier.Folder).Baseline!;

        Assert.True(difference is { SameProblems: true, New.Count: > 0, Fixed.Count: > 0, Still.Count: > 0 });
        Assert.Equal((0, 0, (int)earlier.Read().Summary.Tally.Failed), (same.New.Count, same.Fixed.Count, same.Still.Count));
        Assert.False(now.Read(SmallerOf(earlier)).Baseline!.SameProblems);
    }

    [Fact]
    public void What_comes_from_a_candidate_is_text_and_never_markup()
    {
        var html = new HtmlWriter().Element("p", "<script>alert(1)</script>", ("title", "\"><b>")).ToString();

        Assert.Equal("<p title=\"&quot;&gt;&lt;b&gt;\">&lt;script&gt;alert(1)&lt;/script&gt;</p>", html);
    }

    private static string SmallerOf(SampleRun run)
    {
        var summary = ParityHarness.Results.SummaryFile.Read(run.Folder);
        ParityHarness.Results.SummaryFile.Write(run.Folder, summary with { Ranges = [] });
        return run.Folder;
    }
}
