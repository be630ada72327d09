using System.Text;

using ParityHarness.Problems;

namespace ParityHarness.Fixtures;

/// <summary>Reasons of rejection as they stand in files: the names of parity_runner.h in lower case, e.g. output_padding_too_large.</summary>
internal static class ReasonText
{
    private static readonly Dictionary<string, RejectionReason> Reasons = Enum.GetValues<RejectionReason>().ToDictionary(Format, StringComparer.Ordinal);

    /// <summary>The word of a reason.</summary>
    public static string Format(RejectionReason reason)
    {
        if (reason == RejectionReason.DType)
        {
            return "dtype";
        }

        var text = new StringBuilder();
        foreach (var letter in reason.ToString())
        {
            if (char.IsAsciiLetterUpper(letter) && text.Length > 0)
            {
                text.Append('_');
            }

            text.Append(char.ToLowerInvariant(letter));
        }

        return text.ToString();
    }

    /// <summary>The reason of a word.</summary>
    /// <exception cref="FormatException">There is no such reason.</exception>
    public static RejectionReason Parse(string text) => TryParse(text, out var reason)
        ? reason
        : throw new FormatException($"'{text}' is not a reason; there are {string.Join(' ', Enum.GetValues<RejectionReason>().Select(Format))}");

    /// <summary>The reason of a word, if there is one.</summary>
    public static bool TryParse(string text, out RejectionReason reason) => Reasons.TryGetValue(text, out reason);
}
