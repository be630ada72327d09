using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace ParityHarness.Cli.Commands;

/// <summary>Options that take a number and refuse another word by saying what they want.</summary>
internal static class NumberOption
{
    /// <summary>An option whose value is at least <paramref name="least"/> and at most <paramref name="most"/>.</summary>
    /// <param name="name">The option, e.g. --count.</param>
    /// <param name="wants">What it wants, for the message.</param>
    /// <param name="least">The smallest value.</param>
    /// <param name="most">The largest value.</param>
    public static Option<T?> Create<T>(string name, string wants, T least, T most)
        where T : struct, INumber<T> => new(name)
        {
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
                {
                    return value;
                }

                result.AddError($"{name} {text}: {name} wants {wants}");
                return null;
            },
        };
}
