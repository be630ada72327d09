using System.Text;

namespace ParityHarness.Reports.Html;

/// <summary>report.html: one file that needs no other and no network.</summary>
internal static class HtmlReport
{
    /// <summary>The file's name.</summary>
    public const string Name = "report.html";

    /// <summary>The page of a report.</summary>
    public static string Of(Report report)
    {
        var title = $"{VerdictSection.Title(report.Summary)}: {report.Summary.Candidate.Label} against {report.Summary.Reference.Label}";
        var html = new HtmlWriter();
        Head(html, title);
        html.Element("body", () =>
        {
            html.Line().Element("main", () =>
            {
                VerdictSection.Write(html, report);
                FailuresSection.Write(html, report);
                VerdictSection.WriteFacts(html, report);
                TrendSection.Write(html, report.Trend);
                BaselineSection.Write(html, report);
                MatrixSection.Write(html, report.Summary.Tally);
                ErrorsSection.Write(html, report.Summary);
                CountsSection.Write(html, report.Summary);
                BenchSection.Write(html, report.Bench);
                RowsSection.Write(html, report);
            });
            html.Line().Element("div", "", ("id", "said"), ("role", "status"), ("aria-live", "polite"), ("style", "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)"));
            html.Line().Own("script", Resource("report.js"));
        }).Line();
        return $"<!doctype html>\n<html lang=\"en\">\n{html}</html>\n";
    }

    /// <summary>A page of its own: head and body, without a script.</summary>
    internal static void Page(HtmlWriter html, string title, Action content)
    {
        Head(html, title);
        html.Element("body", () => html.Line().Element("main", content)).Line();
    }

    private static void Head(HtmlWriter html, string title)
    {
        html.Element("head", () => html
            .Line().Empty("meta", ("charset", "utf-8"))
            .Line().Empty("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1"))
            .Line().Empty("meta", ("http-equiv", "Content-Security-Policy"), ("content", "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"))
            .Line().Empty("link", ("rel", "icon"), ("href", "data:,"))
            .Line().Element("title", title)
            .Line().Own("style", Resource("report.css"))).Line();
    }

    private static string Resource(string name)
    {
        using var stream = typeof(HtmlReport).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not in the library");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
