using ParityHarness.Fixtures;
using ParityHarness.Reports.Html;

namespace ParityHarness.Reports;

/// <summary>Writes all files of a report.</summary>
internal static class ReportFiles
{
    /// <summary>Writes report.html, report.md and junit.xml, each wholly or not at all; their paths.</summary>
    /// <exception cref="FixtureException">One cannot be written.</exception>
    public static IReadOnlyList<string> Write(string folder, Report report)
    {
        WholeFile.MakeFolder(folder);
        var paths = new List<string>();
        foreach (var (name, text) in ((string, string)[])[(HtmlReport.Name, HtmlReport.Of(report)), (MarkdownReport.Name, MarkdownReport.Of(report)), (JunitReport.Name, JunitReport.Of(report))])
        {
            paths.Add(Path.Combine(folder, name));
            WholeFile.Write(paths[^1], text);
        }

        return paths;
    }
}
