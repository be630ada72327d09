using System.Globalization;
using System.Text;

using ParityHarness.Campaigns;
using ParityHarness.Reports.Html;

namespace ParityHarness.Reports;

/// <summary>The table of conformance as Markdown and as HTML.</summary>
internal static class ConformanceReport
{
    /// <summary>The Markdown file's name.</summary>
    public const string MarkdownName = "conformance.md";

    /// <summary>The HTML file's name.</summary>
    public const string HtmlName = "conformance.html";

    private const string Title = "Which of them are PyTorch's ConvTranspose1d?";

    /// <summary>As Markdown, with the smallest problem of each cell below the table.</summary>
    public static string Markdown(ConformanceTable table)
    {
        var text = new StringBuilder($"## {Title}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{Facts(table)}\n\n| |");
        text.AppendJoin("", table.Columns.Select(column => $" {Escape(Label(column))} |")).Append("\n|---|").AppendJoin("", table.Columns.Select(_ => "---|")).Append('\n');
        foreach (var name in table.Classes)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {name} |").AppendJoin("", table.Columns.Select(column => column.Cell(name)).Select(cell => IsBad(cell) ? $" **{Words(cell)}** |" : $" {Words(cell)} |")).Append('\n');
        }

        text.Append('\n');
        foreach (var (column, name, cell) in Bad(table))
        {
            text.Append(CultureInfo.InvariantCulture, $"- {Escape(column.Name)}, {name}: `{cell.Smallest.Replace('`', '\'')}`: {Escape(cell.Detail)}{Known(cell)}\n");
        }

        return text.ToString();
    }

    /// <summary>As one page that needs no other file.</summary>
    public static string Html(ConformanceTable table)
    {
        var html = new HtmlWriter();
        HtmlReport.Page(html, Title, () =>
        {
            html.Element("h1", Title).Line().Element("p", Facts(table)).Line();
            html.Element("div", () => html.Element("table", () => Table(html, table)), ("class", "scroll"), ("tabindex", "0"), ("role", "region"), ("aria-label", Title)).Line();
            html.Element("h2", "The smallest problems").Line();
            html.Element("ul", () =>
            {
                foreach (var (column, name, cell) in Bad(table))
                {
                    html.Element("li", () => html.Text($"{column.Name}, {name}: ").Element("code", cell.Smallest).Text($": {cell.Detail}{Known(cell)}")).Line();
                }
            });
        });
        return $"<!doctype html>\n<html lang=\"en\">\n{html}</html>\n";
    }

    /// <summary>A cell in words: right, wrong in N of M, died in N of M, not offered, not judged.</summary>
    public static string Words(ConformanceCell cell)
    {
        var tried = cell.All - cell.NotOffered;
        List<string> parts = [];
        if (cell.Wrong > 0)
        {
            parts.Add($"wrong in {HtmlWriter.Count(cell.Wrong)} of {HtmlWriter.Count(tried)}");
        }

        if (cell.Died > 0)
        {
            parts.Add($"died in {HtmlWriter.Count(cell.Died)} of {HtmlWriter.Count(tried)}");
        }

        if (cell.Wrong + cell.Died == 0 && cell.Right > 0)
        {
            parts.Add($"right in {HtmlWriter.Count(cell.Right)}");
        }

        if (cell.NotJudged > 0)
        {
            parts.Add(cell.NotJudged == cell.All ? "not judged" : $"{HtmlWriter.Count(cell.NotJudged)} not judged");
        }

        if (cell.NotOffered > 0)
        {
            parts.Add(cell.NotOffered == cell.All ? "not offered" : $"{HtmlWriter.Count(cell.NotOffered)} not offered");
        }

        return parts.Count == 0 ? "not tried" : string.Join(", ", parts);
    }

    /// <summary>A change in words.</summary>
    public static string Words(ConformanceChange change) =>
        $"{(change.IsWorse ? "worse" : "better")}: {change.Class}: {Label(change.Earlier)} {Words(change.Before)}; {Label(change.Column)} {Words(change.Now)}";

    private static void Table(HtmlWriter html, ConformanceTable table)
    {
        html.Header(["", .. table.Columns.Select(Label)]);
        html.Element("tbody", () =>
        {
            foreach (var name in table.Classes)
            {
                html.Element("tr", () =>
                {
                    html.Element("th", name, ("scope", "row"));
                    foreach (var cell in table.Columns.Select(column => column.Cell(name)))
                    {
                        html.Element("td", Words(cell), ("class", IsBad(cell) ? "bad" : cell.State == ConformanceState.Right ? "good" : "soft"), ("title", cell.Smallest));
                    }
                }).Line();
            }
        });
    }

    private static IEnumerable<(ConformanceColumn Column, string Class, ConformanceCell Cell)> Bad(ConformanceTable table) =>
        from column in table.Columns from name in table.Classes let cell = column.Cell(name) where IsBad(cell) select (column, name, cell);

    private static bool IsBad(ConformanceCell cell) => cell.State is ConformanceState.Wrong or ConformanceState.Dies;

    private static string Known(ConformanceCell cell) => cell.IsAllNamed ? "; all of the cell are known divergences" : "";

    private static string Facts(ConformanceTable table) =>
        $"Each alone by PyTorch's rules and an exact oracle, on the same {table.Problems}. {table.Machine}; ParityHarness {table.Version}.";

    private static string Label(ConformanceColumn column) => $"{column.Name} {column.Version}".TrimEnd();

    private static string Escape(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "\\<", StringComparison.Ordinal).Replace("*", "\\*", StringComparison.Ordinal);
}
