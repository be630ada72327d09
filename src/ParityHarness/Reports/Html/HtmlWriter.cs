using System.Globalization;
using System.Net;
using System.Text;

namespace ParityHarness.Reports.Html;

/// <summary>Writes HTML and SVG: every text and every attribute's value is escaped, every element closed.</summary>
internal sealed class HtmlWriter
{
    private readonly StringBuilder _text = new();

    /// <summary>A number as it stands in an attribute.</summary>
    public static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary>A count for people.</summary>
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>An element around what <paramref name="content"/> writes.</summary>
    public HtmlWriter Element(string name, Action content, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        Open(name, attributes);
        content();
        _text.Append("</").Append(name).Append('>');
        return this;
    }

    /// <summary>An element around a text.</summary>
    public HtmlWriter Element(string name, string text, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        Open(name, attributes);
        Text(text);
        _text.Append("</").Append(name).Append('>');
        return this;
    }

    /// <summary>An element of HTML that has no end, as meta; those of SVG have one.</summary>
    public HtmlWriter Empty(string name, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        Open(name, attributes);
        return this;
    }

    /// <summary>Text.</summary>
    public HtmlWriter Text(string text)
    {
        _text.Append(WebUtility.HtmlEncode(text));
        return this;
    }

    /// <summary>A new line, so that the source can be read.</summary>
    public HtmlWriter Line()
    {
        _text.Append('\n');
        return this;
    }

    /// <summary>A style or a script of our own, as it is.</summary>
    public HtmlWriter Own(string element, string content)
    {
        _text.Append('<').Append(element).Append(">\n").Append(content).Append("</").Append(element).Append(">\n");
        return this;
    }

    /// <summary>A table's row of header cells.</summary>
    public HtmlWriter Header(params ReadOnlySpan<string> names)
    {
        _text.Append("<thead><tr>");
        foreach (var name in names)
        {
            Element("th", name, ("scope", "col"));
        }

        _text.Append("</tr></thead>\n");
        return this;
    }

    /// <summary>What was written.</summary>
    public override string ToString() => _text.ToString();

    private void Open(string name, ReadOnlySpan<(string Name, string Value)> attributes)
    {
        _text.Append('<').Append(name);
        foreach (var (attribute, value) in attributes)
        {
            _text.Append(' ').Append(attribute).Append("=\"").Append(WebUtility.HtmlEncode(value)).Append('"');
        }

        _text.Append('>');
    }
}
