using System.Globalization;

using ParityHarness.Results;

namespace ParityHarness.Reports.Html;

/// <summary>The error of each output over channel (down) and position (across), as SVG.</summary>
internal static class HeatMap
{
    private const double Width = 560;
    private const double Left = 52;

    public static void Write(HtmlWriter html, FailureValues values, ResultRow row)
    {
        var (width, height) = (Math.Min(28, Width / values.Length), Math.Clamp(280.0 / values.Rows, 2, 24));
        var right = Left + width * values.Length;
        var bottom = 8 + height * values.Rows;
        var worst = values.Outputs.Select(v => v.Error).Where(double.IsFinite).DefaultIfEmpty().Max();
        // Of a complex output the worse part is shown.
        List<OutputValue> outputs = values.Parts == 1 ? [.. values.Outputs] : [.. values.Outputs.GroupBy(v => v.Index / values.Parts).Select(parts => parts.OrderByDescending(v => v.IsWrong).ThenByDescending(v => v.Error).First())];
        var wrong = outputs.Count(v => v.IsWrong);
        var wholly = Math.Max(right + 8, 240);
        html.Element("div", () => html.Element("svg", () =>
        {
            html.Element("title", $"Error by channel and position: {wrong} of {outputs.Count} outputs are wrong");
            foreach (var value in outputs)
            {
                var element = value.Index / values.Parts;
                var (channel, position) = (element / values.Length, element % values.Length);
                html.Element(
                    "rect",
                    () => html.Element("title", $"{values.Position(value.Index)}: {Text(value.Actual)} where {Text(value.Exact)} is exact"),
                    ("x", HtmlWriter.Number(Left + position * width)),
                    ("y", HtmlWriter.Number(8 + channel * height)),
                    ("width", HtmlWriter.Number(Math.Max(width, 1))),
                    ("height", HtmlWriter.Number(height)),
                    ("class", Shade(value, worst)),
                    ("data-at", $"{channel},{position}"));
            }

            Label(html, Left - 6, 8 + Math.Min(height, 14), "end", RowName(0, values, row));
            if (values.Rows > 1)
            {
                Label(html, Left - 6, bottom, "end", RowName(values.Rows - 1, values, row));
            }

            Label(html, Left, bottom + 16, "start", "0");
            if (values.Length > 1)
            {
                Label(html, right, bottom + 16, "end", (values.Length - 1).ToString(CultureInfo.InvariantCulture));
            }

            Label(html, (Left + right) / 2, bottom + 32, "middle", "position");
        }, ("class", "map"), ("role", "img"), ("width", HtmlWriter.Number(wholly)), ("height", HtmlWriter.Number(bottom + 42)), ("viewBox", $"0 0 {HtmlWriter.Number(wholly)} {HtmlWriter.Number(bottom + 42)}")), ("class", "scroll"), ("tabindex", "0"), ("role", "region"), ("aria-label", "Error by channel and position"));
        html.Element("figcaption", $"{wrong} of {outputs.Count} outputs are wrong{(worst > 0 ? $"; the largest error is {Text(worst)}" : "")}.{(values.IsWhole ? "" : " Only the outputs that the row holds are drawn.")}");
        html.Element("ul", () =>
        {
            foreach (var (look, words) in ((string, string)[])[("e0", "right"), ("e1", "up to 1 % of the largest error"), ("e2", "3 %"), ("e3", "10 %"), ("e4", "32 %"), ("e5", "100 %"), ("special", "NaN or an infinity")])
            {
                html.Element("li", () => html.Element("span", "", ("class", "swatch " + look)).Text(words));
            }
        }, ("class", "legend"), ("aria-label", "Colours"));
    }

    private static string RowName(long at, FailureValues values, ResultRow row) =>
        Shape(row) is [_, var channels, _] && values.Rows > channels ? $"n{at / channels} c{at % channels}" : $"c{at}";

    private static long[] Shape(ResultRow row) =>
        [.. row.ActualShape ?? []];

    private static string Shade(OutputValue value, double worst) => value switch
    {
        { IsWrong: false } => "e0",
        { Error: double.PositiveInfinity } => "special",
        _ => $"e{Math.Clamp(5 + (int)Math.Ceiling(Math.Log10(value.Error / worst) * 2), 1, 5)}",
    };

    private static void Label(HtmlWriter html, double x, double y, string anchor, string text) =>
        html.Element("text", text, ("x", HtmlWriter.Number(x)), ("y", HtmlWriter.Number(y)), ("text-anchor", anchor));

    private static string Text(double value) => double.IsFinite(value) ? value.ToString("G6", CultureInfo.InvariantCulture) : Problems.NumberText.Format(value, Problems.DType.Float64);
}
