using System.Globalization;
using System.Text;

namespace ParityHarness.Runners;

/// <summary>Words of a runner as they may stand on a terminal, in CSV, Markdown and HTML: whatever a library says, it is one line of a sane length.</summary>
internal static class OneLine
{
    /// <summary>Characters that are kept, as many as the C interface has room for; what is cut off is marked by three dots.</summary>
    public const int MostCharacters = 1024;

    /// <summary>The first line that is not blank, without control characters and without those that turn the direction of writing.</summary>
    public static string Of(string text)
    {
        var line = text.AsSpan().TrimStart();
        var end = line.IndexOfAny('\r', '\n');
        line = (end < 0 ? line : line[..end]).TrimEnd();
        var isCut = line.Length > MostCharacters;
        line = isCut ? line[..MostCharacters] : line;
        var clean = new StringBuilder(line.Length + 3);
        foreach (var character in line)
        {
            clean.Append(char.GetUnicodeCategory(character) switch
            {
                _ when character == '\t' => ' ',
                UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => '\uFFFD',
                _ => character,
            });
        }

        return clean.Append(isCut ? "..." : "").ToString();
    }
}
