using System.Globalization;

namespace ParityHarness.Judging;

/// <summary>
/// Which versions a divergence concerns: <c>*</c>, alternatives (<c>1.13.1|2.6.0</c>), or comparisons that must all hold
/// (<c>&gt;=1.13 &lt;2</c>). Versions are compared part by part as numbers, a missing part being 0; what follows the
/// numbers (<c>+cpu</c>) does not count.
/// </summary>
public sealed class VersionRange
{
    private readonly string _text;
    private readonly List<(string Operator, long[] Version)>? _comparisons;
    private readonly List<long[]>? _alternatives;

    private VersionRange(string text, List<(string Operator, long[] Version)>? comparisons, List<long[]>? alternatives)
    {
        _text = text;
        _comparisons = comparisons;
        _alternatives = alternatives;
    }

    /// <summary>Reads a range.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static VersionRange Parse(string text)
    {
        if (text == "*")
        {
            return new VersionRange(text, null, null);
        }

        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length > 0 && words[0][0] is '<' or '>')
        {
            return new VersionRange(text, [.. words.Select(word => Comparison(text, word))], null);
        }

        return new VersionRange(text, null, [.. text.Split('|').Select(version => Required(text, version))]);
    }

    /// <summary>Whether a version lies in the range. A version that does not begin with a number lies only in <c>*</c>.</summary>
    public bool Contains(string version)
    {
        if (_comparisons is null && _alternatives is null)
        {
            return true;
        }

        if (Parts(version, wholly: false) is not { } parts)
        {
            return false;
        }

        return _alternatives is not null
            ? _alternatives.Exists(alternative => Compare(parts, alternative) == 0)
            : _comparisons!.TrueForAll(comparison => comparison.Operator switch
            {
                "<" => Compare(parts, comparison.Version) < 0,
                "<=" => Compare(parts, comparison.Version) <= 0,
                ">" => Compare(parts, comparison.Version) > 0,
                _ => Compare(parts, comparison.Version) >= 0,
            });
    }

    /// <inheritdoc/>
    public override string ToString() => _text;

    private static (string Operator, long[] Version) Comparison(string text, string word)
    {
        var length = word.StartsWith("<=", StringComparison.Ordinal) || word.StartsWith(">=", StringComparison.Ordinal) ? 2
            : word[0] is '<' or '>' ? 1
            : throw Bad(text, word);
        return (word[..length], Required(text, word[length..]));
    }

    private static long[] Required(string text, string version) => Parts(version, wholly: true) ?? throw Bad(text, version);

    private static FormatException Bad(string text, string part) =>
        new($"'{part}' in '{text}' is no version; write *, 1.13.1, 1.13.1|2.6.0 or >=1.13 <2");

    private static long[]? Parts(string version, bool wholly)
    {
        var end = 0;
        while (end < version.Length && (char.IsAsciiDigit(version[end]) || version[end] == '.'))
        {
            end++;
        }

        if (wholly && end < version.Length)
        {
            return null;
        }

        var parts = version[..end].TrimEnd('.').Split('.');
        var numbers = new long[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!long.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]))
            {
                return null;
            }
        }

        return numbers;
    }

    private static int Compare(long[] left, long[] right)
    {
        for (var i = 0; i < Math.Max(left.Length, right.Length); i++)
        {
            var order = (i < left.Length ? left[i] : 0).CompareTo(i < right.Length ? right[i] : 0);
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }
}
