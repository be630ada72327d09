using System.Globalization;

using ParityHarness.Judging;
using ParityHarness.Results;

namespace ParityHarness.Reports.Html;

/// <summary>How large the errors were, with the limits drawn.</summary>
internal static class ErrorsSection
{
    private const double Width = 620;
    private const double Left = 46;
    private const double Bottom = 180;

    public static void Write(HtmlWriter html, CampaignResult summary) => html.Line().Element("section", () =>
    {
        var errors = summary.Tally.Errors;
        html.Element("h2", "Errors and limits", ("id", "errors-title"));
        if (errors.CandidateOverBound.Total == 0)
        {
            html.Element("p", "Nothing was compared in which something can round.");
            return;
        }

        html.Element("div", () =>
        {
            html.Element("figure", () => Bars(html, "Largest error of a problem, over the bound", errors.CandidateOverBound, errors.ReferenceOverBound, 1, "bound"));
            if (errors.CandidateAccuracy.Total > 0)
            {
                html.Element("figure", () => Bars(html, "Rms error, over what the other side shows is possible", errors.CandidateAccuracy, errors.ReferenceAccuracy, Comparer.AccuracyFactor, "limit"));
            }

            html.Element("figure", () => Sizes(html, errors));
        }, ("class", "columns"));
        html.Element("details", () =>
        {
            html.Element("summary", "The same as a table");
            Table(html, errors);
        });
    }, ("id", "errors"), ("aria-labelledby", "errors-title"));

    private static void Bars(HtmlWriter html, string what, Histogram candidate, Histogram reference, double limit, string limitName)
    {
        var first = Enumerable.Range(1, Histogram.Bins - 1).FirstOrDefault(i => candidate.Counts[i] + reference.Counts[i] > 0, Histogram.Bins - 1) - 1;
        var last = Math.Max(Enumerable.Range(0, Histogram.Bins).LastOrDefault(i => candidate.Counts[i] + reference.Counts[i] > 0), BinOf(limit) + 1);
        first = Math.Min(first, BinOf(limit) - 2);
        var most = Math.Max(1, Math.Max(candidate.Counts.ToArray().Max(), reference.Counts.ToArray().Max()));
        var step = (Width - Left - 10) / (last - first + 1);
        double Tall(long count) => count == 0 ? 0 : (Bottom - 20) * Math.Log(1 + count) / Math.Log(1 + most);
        Chart(html, $"{what}: {HtmlWriter.Count(candidate.Total)} problems", () =>
        {
            for (var i = first; i <= last; i++)
            {
                // What is exactly 0 stands at the left end.
                var bin = i == first ? 0 : i;
                var x = Left + (i - first) * step;
                Bar(html, x + step * 0.1, step * 0.8, Tall(candidate.Counts[bin]), "candidate", $"candidate, {Range(bin)}: {HtmlWriter.Count(candidate.Counts[bin])}");
                Bar(html, x + step * 0.1, step * 0.8, Tall(reference.Counts[bin]), "reference", $"reference, {Range(bin)}: {HtmlWriter.Count(reference.Counts[bin])}");
                if (bin == 0)
                {
                    Label(html, x + step / 2, Bottom + 15, "middle", "0");
                }
                else if (Math.ILogB(Histogram.From(bin)) % 4 == 0)
                {
                    Label(html, x, Bottom + 15, "middle", Power(Math.ILogB(Histogram.From(bin))));
                }
            }

            Limit(html, Left + (BinOf(limit) - first) * step, $"{limitName} {limit}");
            Label(html, Left - 6, 26, "end", HtmlWriter.Count(most));
            Label(html, Left - 6, Bottom, "end", "0");
        });
        html.Element("figcaption", $"{what}. Blue bars: candidate; violet outlines: reference. Heights are logarithmic. Above the {limitName} of {limit} a side fails.");
    }

    private static void Sizes(HtmlWriter html, ErrorCounts errors)
    {
        var last = Math.Max(4, Enumerable.Range(0, ErrorCounts.Sizes).LastOrDefault(i => errors.Problems(i) > 0));
        var step = (Width - Left - 10) / (last + 1);
        static double Y(double ratio) => Bottom - (Bottom - 30) * Math.Min(ratio, 1.15) / 1.15;
        Chart(html, "Largest error over the bound, by the number of products of an output", () =>
        {
            for (var i = 0; i <= last; i++)
            {
                if (i % 2 == 0)
                {
                    Label(html, Left + (i + 0.5) * step, Bottom + 15, "middle", Power(i));
                }

                if (errors.Problems(i) > 0)
                {
                    var x = Left + (i + 0.5) * step;
                    Dot(html, x, Y(errors.WorstCandidate(i)), "candidate", 6, $"candidate, {Power(i)} products: {Ratio(errors.WorstCandidate(i))} in {HtmlWriter.Count(errors.Problems(i))} problems");
                    Dot(html, x, Y(errors.WorstReference(i)), "reference", 8, $"reference, {Power(i)} products: {Ratio(errors.WorstReference(i))}");
                }
            }

            html.Element("line", "", ("class", "limit"), ("x1", HtmlWriter.Number(Left)), ("x2", HtmlWriter.Number(Width - 10)), ("y1", HtmlWriter.Number(Y(1))), ("y2", HtmlWriter.Number(Y(1))));
            html.Element("text", "bound", ("x", HtmlWriter.Number(Width - 12)), ("y", HtmlWriter.Number(Y(1) - 5)), ("text-anchor", "end"), ("class", "l"));
            Label(html, Left - 6, Y(1) + 4, "end", "1");
            Label(html, Left - 6, Bottom, "end", "0");
        });
        html.Element("figcaption", "Largest error over the bound, by the products of an output. Filled dots: candidate; rings: reference. What is above the bound is drawn at the top.");
    }

    private static void Table(HtmlWriter html, ErrorCounts errors) => html.Element("div", () => html.Element("table", () =>
    {
        html.Header("ratio", "error over bound, candidate", "error over bound, reference", "rms ratio, candidate", "rms ratio, reference");
        html.Element("tbody", () =>
        {
            for (var i = 0; i < Histogram.Bins; i++)
            {
                long[] counts = [errors.CandidateOverBound.Counts[i], errors.ReferenceOverBound.Counts[i], errors.CandidateAccuracy.Counts[i], errors.ReferenceAccuracy.Counts[i]];
                if (counts.Sum() == 0)
                {
                    continue;
                }

                var bin = i;
                html.Element("tr", () =>
                {
                    html.Element("td", Range(bin));
                    foreach (var count in counts)
                    {
                        html.Element("td", HtmlWriter.Count(count), ("class", "n"));
                    }
                });
            }
        });
    }), ("class", "scroll"), ("tabindex", "0"), ("role", "region"), ("aria-label", "Errors as a table"));

    private static void Chart(HtmlWriter html, string title, Action content) => html.Element("svg", () =>
    {
        html.Element("title", title);
        html.Element("line", "", ("class", "axis"), ("x1", HtmlWriter.Number(Left)), ("x2", HtmlWriter.Number(Width - 10)), ("y1", HtmlWriter.Number(Bottom)), ("y2", HtmlWriter.Number(Bottom)));
        content();
    }, ("role", "img"), ("width", HtmlWriter.Number(Width)), ("height", HtmlWriter.Number(Bottom + 24)), ("viewBox", $"0 0 {HtmlWriter.Number(Width)} {HtmlWriter.Number(Bottom + 24)}"));

    private static void Bar(HtmlWriter html, double x, double width, double height, string look, string title)
    {
        if (height > 0)
        {
            html.Element("rect", () => html.Element("title", title), ("class", look), ("x", HtmlWriter.Number(x)), ("y", HtmlWriter.Number(Bottom - height)), ("width", HtmlWriter.Number(width)), ("height", HtmlWriter.Number(height)));
        }
    }

    private static void Dot(HtmlWriter html, double x, double y, string look, double radius, string title) =>
        html.Element("circle", () => html.Element("title", title), ("class", look), ("cx", HtmlWriter.Number(x)), ("cy", HtmlWriter.Number(y)), ("r", HtmlWriter.Number(radius)));

    private static void Limit(HtmlWriter html, double x, string name)
    {
        html.Element("line", "", ("class", "limit"), ("x1", HtmlWriter.Number(x)), ("x2", HtmlWriter.Number(x)), ("y1", "8"), ("y2", HtmlWriter.Number(Bottom)));
        html.Element("text", name, ("x", HtmlWriter.Number(x - 5)), ("y", "14"), ("text-anchor", "end"), ("class", "l"));
    }

    private static void Label(HtmlWriter html, double x, double y, string anchor, string text) =>
        html.Element("text", text, ("x", HtmlWriter.Number(x)), ("y", HtmlWriter.Number(y)), ("text-anchor", anchor));

    private static int BinOf(double ratio) => Math.ILogB(ratio) - Histogram.LowestPower + 1;

    private static string Range(int bin) => bin == 0 ? "0" : $"{Ratio(Histogram.From(bin))} to {Ratio(2 * Histogram.From(bin))}";

    private static string Power(int exponent) => exponent is >= 0 and <= 10 ? (1 << exponent).ToString(CultureInfo.InvariantCulture) : $"2^{exponent}";

    private static string Ratio(double value) => value.ToString("G3", CultureInfo.InvariantCulture);
}
