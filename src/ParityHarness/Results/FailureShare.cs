using System.Globalization;

namespace ParityHarness.Results;

/// <summary>How many failures of one cause showed in one way.</summary>
/// <param name="Kind">In which way, as <see cref="FailureKind"/> says it.</param>
/// <param name="Count">How many.</param>
internal sealed record FailureShare(string Kind, long Count)
{
    /// <summary>Shares as one field of a CSV file: <c>312 value candidate, ...; 7 shape candidate, ...</c>.</summary>
    public static string Format(IEnumerable<FailureShare> shares) =>
        string.Join("; ", shares.Select(share => string.Create(CultureInfo.InvariantCulture, $"{share.Count} {share.Kind}")));

    /// <summary>Reads <see cref="Format"/>.</summary>
    /// <exception cref="FormatException">It is not such a field.</exception>
    public static IReadOnlyList<FailureShare> Parse(string text) =>
        [.. text.Split("; ", StringSplitOptions.RemoveEmptyEntries).Select(share => share.IndexOf(' ', StringComparison.Ordinal) is > 0 and var space
            ? new FailureShare(share[(space + 1)..], long.Parse(share[..space], NumberStyles.None, CultureInfo.InvariantCulture))
            : throw new FormatException($"'{share}' is not a number and a kind of failure"))];
}
