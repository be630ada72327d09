using System.Text;

namespace ParityHarness.Results;

/// <summary>The values of enums as words in files: known divergence, before guard page.</summary>
internal static class Words
{
    /// <summary>The words of a value; a value named None is empty.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum => Texts<T>.Of[value];

    /// <summary>The value of some words.</summary>
    /// <exception cref="FormatException">There is no such value.</exception>
    public static T Parse<T>(string words)
        where T : struct, Enum => Texts<T>.Values.TryGetValue(words, out var value)
            ? value
            : throw new FormatException($"'{words}' is not one of: {string.Join(", ", Texts<T>.Values.Keys)}");

    private static string Text(string name)
    {
        if (name is "None" or "DType")
        {
            return name == "None" ? "" : "dtype";
        }

        var text = new StringBuilder();
        foreach (var letter in name)
        {
            if (char.IsAsciiLetterUpper(letter) && text.Length > 0)
            {
                text.Append(' ');
            }

            text.Append(char.ToLowerInvariant(letter));
        }

        return text.ToString();
    }

    private static class Texts<T>
        where T : struct, Enum
    {
        public static readonly Dictionary<T, string> Of = Enum.GetValues<T>().ToDictionary(value => value, value => Text(value.ToString()));

        public static readonly Dictionary<string, T> Values = Of.ToDictionary(text => text.Value, text => text.Key, StringComparer.Ordinal);
    }
}
