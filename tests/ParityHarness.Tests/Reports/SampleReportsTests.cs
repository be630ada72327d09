using System.Text.RegularExpressions;
using ParityHarness.Tests.Runners.Native;
using Xunit;

namespace ParityHarness.Tests.Reports;

/// <summary>The reports in src/examples/reports, which README.md links.</summary>
public partial class SampleReportsTests
{
    private static readonly string Committed = Path.Combine(NativeCompiler.Root, "src", "examples", "reports");

    [SampleReportsFact]
    public void The_sample_reports_are_what_their_script_makes()
    {
        var folder = Directory.CreateTempSubdirectory("parity-samples-").FullName;
        try
        {
            NativeCompiler.Run(Path.Combine(NativeCompiler.Root, "scripts", "sample-reports"), folder);

            Assert.Equal("bfloat16.html faulty.html", string.Join(' ', Directory.GetFiles(Committed).Select(Path.GetFileName).Order(StringComparer.Ordinal)));
            foreach (var path in Directory.GetFiles(Committed))
            {
                var (committed, made) = (File.ReadAllText(path), File.ReadAllText(Path.Combine(folder, Path.GetFileName(path))));
                var isSameMachine = Details(committed) == Details(made);
                Assert.Equal(Stable(committed, isSameMachine), Stable(made, isSameMachine));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void They_are_small_and_name_the_cause()
    {
        Assert.All(Directory.GetFiles(Committed), path => Assert.InRange(new FileInfo(path).Length, 10_000, 200_000));
        Assert.Contains("the last tap is left out in the last phase of the stride</h3>", File.ReadAllText(Path.Combine(Committed, "faulty.html")), StringComparison.Ordinal);
        Assert.Contains("actual equals plain conv1d(input, weight), its shape too</h3>", File.ReadAllText(Path.Combine(Committed, "bfloat16.html")), StringComparison.Ordinal);
    }

    private static string Details(string html) => string.Join(' ', RunnerFacts().Matches(html).Select(m => m.Value));

    /// <summary>A report without what differs from machine to machine: who it is, times, and on another processor the sizes of rounding errors.</summary>
    private static string Stable(string html, bool isSameMachine)
    {
        html = MachineFacts().Replace(RunnerFacts().Replace(html, ""), "");
        html = Times().Replace(html, "$1");
        return isSameMachine ? html : Errors().Replace(html, "");
    }

    [GeneratedRegex("<dt>(Candidate|Reference)</dt><dd>[^<]*</dd>")]
    private static partial Regex RunnerFacts();

    [GeneratedRegex("<dt>(Machine|Started)</dt><dd>[^<]*</dd>")]
    private static partial Regex MachineFacts();

    [GeneratedRegex("(<th scope=\"row\">(?:wall time|problems per second|in the workers: [a-z ]+)</th>)<td class=\"n\">[^<]*</td>")]
    private static partial Regex Times();

    [GeneratedRegex("<section id=\"errors\".*?</section>", RegexOptions.Singleline)]
    private static partial Regex Errors();
}
