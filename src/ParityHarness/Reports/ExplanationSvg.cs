using ParityHarness.Reports.Html;

namespace ParityHarness.Reports;

/// <summary>An <see cref="Explanation"/> as a picture: inputs down, positions across, light and dark.</summary>
internal static class ExplanationSvg
{
    private const int Cell = 40;
    private const int Left = 90;

    private const string Style = """

        text { font: 15px sans-serif; fill: #1b1f24; } .tap { fill: #ddf4ff; stroke: #0969da; } .out { fill: #dafbe1; stroke: #116329; } .cut { fill: #eaeef2; stroke: #8c959f; stroke-dasharray: 3 2; } .appended { fill: #fff8c5; stroke: #7d4e00; } .soft { fill: #57606a; font-size: 12px; }
        @media (prefers-color-scheme: dark) { text { fill: #e6edf3; } .tap { fill: #0c2d6b; } .out { fill: #0f2d17; } .cut { fill: #21262d; } .appended { fill: #2f2507; } .soft { fill: #9da7b1; } }

        """;

    /// <summary>The picture's file.</summary>
    public static string Of(Explanation explanation)
    {
        var sentences = explanation.Sentences();
        var width = Math.Max(Left + Cell * explanation.Positions + 20, 760);
        var bottom = 50 + Cell * explanation.InputLength;
        var height = bottom + Cell + 40 + 20 * (sentences.Count + 1);
        var svg = new HtmlWriter();
        svg.Element("svg", () =>
        {
            svg.Line().Element("title", $"How the output comes about: {explanation.LengthText}");
            svg.Line().Own("style", Style);
            for (var q = 0; q < explanation.Positions; q++)
            {
                Text(svg, Left + Cell * q + Cell / 2, 34, q.ToString(System.Globalization.CultureInfo.InvariantCulture), "soft");
            }

            Text(svg, Left - 10, 34, "position", "soft", "end");
            for (var l = 0; l < explanation.InputLength; l++)
            {
                Text(svg, Left - 10, 66 + Cell * l, explanation.InputName(l), "", "end");
                for (var q = 0; q < explanation.Positions; q++)
                {
                    if (explanation.Product(l, q) is { Length: > 0 } product)
                    {
                        Box(svg, q, 44 + Cell * l, explanation.Output(q) is null ? "cut" : "tap", product);
                    }
                }

                svg.Line();
            }

            Text(svg, Left - 10, bottom + 32, "output", "", "end");
            for (var q = 0; q < explanation.Positions; q++)
            {
                var output = explanation.Output(q);
                Box(svg, q, bottom + 10, output is null ? "cut" : explanation.IsAppended(q) ? "appended" : "out", output is not { } o ? "×" : explanation.Outputs is { } y ? Explanation.Text(y[o]) : $"y{o}");
            }

            var line = bottom + Cell + 34;
            foreach (var sentence in sentences.Prepend(explanation.LengthText))
            {
                svg.Line();
                Text(svg, 12, line, sentence, "soft", "start");
                line += 20;
            }

            svg.Line();
        }, ("xmlns", "http://www.w3.org/2000/svg"), ("role", "img"), ("width", HtmlWriter.Number(width)), ("height", HtmlWriter.Number(height)), ("viewBox", $"0 0 {width} {height}"));
        return svg.Line().ToString();
    }

    private static void Box(HtmlWriter svg, int position, int y, string look, string text)
    {
        svg.Element("rect", "", ("x", HtmlWriter.Number(Left + Cell * position + 2)), ("y", HtmlWriter.Number(y)), ("width", HtmlWriter.Number(Cell - 4)), ("height", HtmlWriter.Number(Cell - 6)), ("rx", "4"), ("class", look));
        Text(svg, Left + Cell * position + Cell / 2, y + 23, text, text.Length > 4 ? "soft" : "");
    }

    private static void Text(HtmlWriter svg, int x, int y, string text, string look, string anchor = "middle") =>
        svg.Element("text", text, ("x", HtmlWriter.Number(x)), ("y", HtmlWriter.Number(y)), ("text-anchor", anchor), ("class", look));
}
