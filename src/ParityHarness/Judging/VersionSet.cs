using System.Globalization;

namespace ParityHarness.Judging;

/// <summary>
/// The versions that a divergence concerns: <c>*</c> or alternatives (<c>1.13.1|2.10.0</c>). They are compared part by part as
/// numbers, a missing part being 0; what follows the numbers (<c>+cpu</c>, <c>a0+git</c>) does not count.
/// </summary>
internal sealed class VersionSet
{
    private readonly string _text;
    private readonly long[][]? _versions;

    private VersionSet(string text, long[][]? versions) => (_text, _versions) = (text, versions);

    /// <summary>Reads a set.</summary>
    /// <exception cref="FormatException">A version in it is not one.</exception>
    public static VersionSet Parse(string text) => new(text, text == "*" ? null : Array.ConvertAll(text.Split('|'), version =>
        Numbers(version) ?? throw new FormatException($"'{version}' in '{text}' is not a version; write *, 1.13.1 or 1.13.1|2.10.0")));

    /// <summary>Whether a version is in the set. One that does not begin with a number is only in <c>*</c>.</summary>
    public bool Contains(string version) =>
        _versions is null || (Numbers(string.Concat(version.TakeWhile(c => char.IsAsciiDigit(c) || c == '.'))) is { } numbers && _versions.Any(numbers.SequenceEqual));

    /// <inheritdoc/>
    public override string ToString() => _text;

    /// <summary>The numbers without zeros at the end; null where it is not a version.</summary>
    private static long[]? Numbers(string version)
    {
        var numbers = new List<long>();
        foreach (var part in version.Split('.'))
        {
            if (!long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return null;
            }

            numbers.Add(number);
        }

        return [.. numbers.Take(1 + numbers.FindLastIndex(number => number != 0))];
    }
}
