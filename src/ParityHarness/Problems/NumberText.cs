using System.Collections.Immutable;
using System.Globalization;
using System.Text;

using ParityHarness.Kernels;

namespace ParityHarness.Problems;

/// <summary>
/// Tensors as text: <c>[1,3,6,6,5,3]</c>, row-major, each number in the shortest form that parses back to the same
/// bits of its dtype; <c>-0</c>, <c>NaN</c>, <c>inf</c> and <c>-inf</c> are written so.
/// </summary>
internal static class NumberText
{
    /// <summary>The values as text.</summary>
    public static string Format(ReadOnlySpan<double> values, DType dtype)
    {
        var text = new StringBuilder(values.Length * 4 + 2);
        text.Append('[');
        for (var i = 0; i < values.Length; i++)
        {
            if (i > 0)
            {
                text.Append(',');
            }

            text.Append(Format(values[i], dtype));
        }

        return text.Append(']').ToString();
    }

    /// <summary>One value as text.</summary>
    public static string Format(double value, DType dtype)
    {
        if (double.IsNaN(value))
        {
            return "NaN";
        }

        if (double.IsInfinity(value))
        {
            return value > 0 ? "inf" : "-inf";
        }

        if (dtype is DType.Float16 or DType.BFloat16)
        {
            return FormatNarrow(value, dtype);
        }

        if (dtype is DType.Float32 or DType.Complex64 && float.IsFinite((float)value))
        {
            // Texts are read as double first. Seldom do the fewest digits that tell two float32 apart fall so close to
            // their middle that this rounds to the neighbour; the double's digits stand there instead.
            var text = ((float)value).ToString("R", CultureInfo.InvariantCulture);
            if ((float)double.Parse(text, CultureInfo.InvariantCulture) == (float)value)
            {
                return text;
            }

            value = (float)value;
        }

        return value.ToString("R", CultureInfo.InvariantCulture);
    }

    /// <summary>The fewest digits that round to the same 16 bits; of these few there are at most five.</summary>
    private static string FormatNarrow(double value, DType dtype)
    {
        double Rounded(double any) => dtype == DType.Float16 ? (double)(Half)any : (double)(float)(BFloat16)any;
        var exact = Rounded(value);
        for (var digits = 1; digits <= 5 && double.IsFinite(exact); digits++)
        {
            var text = exact.ToString($"E{digits - 1}", CultureInfo.InvariantCulture);
            var parsed = double.Parse(text, CultureInfo.InvariantCulture);
            if (Rounded(parsed) == exact)
            {
                return parsed.ToString("R", CultureInfo.InvariantCulture);
            }
        }

        // Beyond the type's largest value, as an exact sum may be.
        return value.ToString("R", CultureInfo.InvariantCulture);
    }

    /// <summary>The values of a text.</summary>
    /// <exception cref="FormatException">It is not a list of numbers.</exception>
    public static ImmutableArray<double> Parse(string text)
    {
        if (text.Length < 2 || text[0] != '[' || text[^1] != ']')
        {
            throw new FormatException($"'{ProblemText.Show(text)}': values are written like [1,3,6.5,NaN,inf]");
        }

        var inner = text.AsSpan(1, text.Length - 2);
        var values = ImmutableArray.CreateBuilder<double>();
        if (inner.IsEmpty)
        {
            return [];
        }

        foreach (var range in inner.Split(','))
        {
            values.Add(ParseOne(inner[range].Trim()));
        }

        return values.DrainToImmutable();
    }

    private static double ParseOne(ReadOnlySpan<char> text) => text switch
    {
        "NaN" => double.NaN,
        "inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        _ => double.TryParse(text, NumberStyles.Float & ~NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? value
            : throw new FormatException($"'{ProblemText.Show(text.ToString())}' is not a number"),
    };
}
