using System.Globalization;

namespace ParityHarness.Problems;

/// <summary>
/// Which problems are meant, by a divergence or by --where: comparisons joined by <c>&amp;</c>, all of which must hold, e.g.
/// <c>n=0 &amp; d&lt;1</c>; in place of one, several joined by <c>|</c>, of which one must hold. The grammar and the fields stand in fixtures/README.md. Numbers are 128 bits wide, so that no
/// comparison overflows.
/// </summary>
internal sealed class ProblemCondition
{
    private static readonly string[] Operators = ["!=", "<=", ">=", "=", "<", ">"];
    private static readonly string[] Numbers = ["n", "ic", "oc", "l", "k", "s", "p", "op", "d", "g", "span", "lout", "lout64", "output_size", "bias", "unbatched", "legal", "elements", "finite", "grad_input", "grad_weight", "grad_bias"];
    private static readonly string[] DTypeFields = ["dtype", "wdtype", "bdtype"];

    private readonly string _text;
    private readonly List<List<Comparison>> _alternatives;

    private ProblemCondition(string text, List<List<Comparison>> alternatives)
    {
        _text = text;
        _alternatives = alternatives;
    }

    private enum Kind
    {
        Number,
        DType,
        Form,
        Mode,
    }

    /// <summary>Reads a condition.</summary>
    /// <exception cref="FormatException">It cannot be read; the message names the position, from 1.</exception>
    public static ProblemCondition Parse(string text)
    {
        var all = new List<List<Comparison>>();
        var start = 0;
        foreach (var part in text.Split('&'))
        {
            var alternatives = new List<Comparison>();
            foreach (var alternative in part.Split('|'))
            {
                alternatives.Add(ParseComparison(alternative, start));
                start += alternative.Length + 1;
            }

            all.Add(alternatives);
        }

        return new ProblemCondition(text, all);
    }

    /// <summary>
    /// Whether the condition holds for a problem. A comparison with a field that the problem does not have (bdtype
    /// without bias, s where stride is a list of two) does not hold, whatever the operator.
    /// </summary>
    public bool Covers(Problem problem) => _alternatives.TrueForAll(alternatives => alternatives.Exists(comparison => comparison.Holds(problem)));

    /// <inheritdoc/>
    public override string ToString() => _text;

    private static Comparison ParseComparison(string part, int start)
    {
        var at = part.AsSpan().IndexOfAny("!=<>");
        if (at < 0)
        {
            throw Bad(start + part.Length - part.AsSpan().TrimStart().Length, part.Trim().Length == 0 ? "a comparison is missing" : $"'{part.Trim()}' has none of the operators = != < <= > >=");
        }

        var symbol = Array.Find(Operators, symbol => part.AsSpan(at).StartsWith(symbol)) ?? throw Bad(start + at, "'!' is not an operator; != is");
        var (leftKind, left) = ParseTerm(part[..at], start);
        var (rightKind, right) = ParseTerm(part[(at + symbol.Length)..], start + at + symbol.Length);
        if (leftKind != rightKind)
        {
            throw Bad(start + at, $"'{part[..at].Trim()}' and '{part[(at + symbol.Length)..].Trim()}' cannot be compared");
        }

        return leftKind != Kind.Number && symbol is not ("=" or "!=")
            ? throw Bad(start + at, $"words are compared by = and != only, not by {symbol}")
            : new Comparison(left, symbol, right);
    }

    private static (Kind Kind, Func<Problem, Int128?> Value) ParseTerm(string padded, int start)
    {
        start += padded.Length - padded.AsSpan().TrimStart().Length;
        var term = padded.Trim();
        if (term.Length == 0)
        {
            throw Bad(start, "a field, a number or a word is missing");
        }

        if (Numbers.Contains(term, StringComparer.Ordinal))
        {
            return (Kind.Number, problem => NumberOf(problem, term));
        }

        if (DTypeFields.Contains(term, StringComparer.Ordinal))
        {
            return (Kind.DType, problem => DTypeOf(problem, term));
        }

        switch (term)
        {
            case "form":
                return (Kind.Form, problem => (int)problem.Form);
            case "mode":
                return (Kind.Mode, problem => (int)problem.PaddingMode);
        }

        if (ParseNumber(term) is { } number)
        {
            return (Kind.Number, _ => number);
        }

        if (DTypes.Parse(term) is { } dtype)
        {
            return (Kind.DType, _ => (int)dtype);
        }

        if (char.IsAsciiLetterLower(term[0]) && Enum.TryParse<Form>(term, ignoreCase: true, out var form))
        {
            return (Kind.Form, _ => (int)form);
        }

        if (char.IsAsciiLetterLower(term[0]) && Enum.TryParse<PaddingMode>(term, ignoreCase: true, out var mode))
        {
            return (Kind.Mode, _ => (int)mode);
        }

        throw Bad(start, $"'{term}' is not a field, a number or a word; the fields are {string.Join(' ', Numbers)} {string.Join(' ', DTypeFields)} form mode");
    }

    private static Int128? ParseNumber(string term)
    {
        var negative = term[0] == '-';
        var digits = negative ? term.AsSpan(1) : term;
        Int128 number;
        if (digits.StartsWith("2^"))
        {
            if (!int.TryParse(digits[2..], NumberStyles.None, CultureInfo.InvariantCulture, out var exponent) || exponent > 126)
            {
                return null;
            }

            number = Int128.One << exponent;
        }
        else if (!Int128.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number))
        {
            return null;
        }

        return negative ? -number : number;
    }

    private static Int128? NumberOf(Problem problem, string field)
    {
        var input = problem.InputShape;
        var weight = problem.WeightShape;
        return field switch
        {
            "n" => input.Length switch
            {
                2 => 1,
                3 => input[0],
                _ => null,
            },
            "ic" => input.Length is 2 or 3 ? input[^2] : null,
            "oc" => weight.Length == 3 ? (Int128)weight[1] * problem.Groups : null,
            "l" => input.Length is 2 or 3 ? input[^1] : null,
            "k" => weight.Length == 3 ? weight[2] : null,
            "s" => One(problem.StrideList, problem.Stride),
            "p" => One(problem.PaddingList, problem.Padding),
            "op" => problem.Form == Form.Module && NumberOf(problem, "output_size") is { } requested
                ? requested - (NumberOf(problem, "l") - 1) * NumberOf(problem, "s") + 2 * NumberOf(problem, "p") - NumberOf(problem, "span")
                : One(problem.OutputPaddingList, problem.OutputPadding),
            "d" => One(problem.DilationList, problem.Dilation),
            "g" => problem.Groups,
            "bias" => problem.HasBias ? 1 : 0,
            "unbatched" => input.Length == 2 ? 1 : 0,
            "elements" => input.Length is 2 or 3 ? input.Aggregate((Int128)1, (product, size) => size == 0 ? 0 : Int128.Abs(product) > Int128.MaxValue / Int128.Abs(size) ? Int128.MaxValue : product * size) : null,
            "finite" => problem.Regime != Regime.Special && IsFinite(problem.InputValues) && IsFinite(problem.WeightValues) && IsFinite(problem.BiasValues) && IsFinite(problem.GradOutputValues) ? 1 : 0,
            "grad_input" => problem.Pass.HasFlag(Pass.GradInput) ? 1 : 0,
            "grad_weight" => problem.Pass.HasFlag(Pass.GradWeight) ? 1 : 0,
            "grad_bias" => problem.Pass.HasFlag(Pass.GradBias) ? 1 : 0,
            "legal" => ProblemRules.Check(problem, out _) is null ? 1 : 0,
            "output_size" => problem.OutputSize is { Length: > 0 } size ? size[^1] : null,
            "span" => NumberOf(problem, "d") * (NumberOf(problem, "k") - 1) + 1,
            "lout64" => NumberOf(problem, "lout") is { } exact ? unchecked((long)exact) : null,
            _ => (NumberOf(problem, "l") - 1) * NumberOf(problem, "s") - 2 * NumberOf(problem, "p") + NumberOf(problem, "span") + NumberOf(problem, "op"),
        };
    }

    private static bool IsFinite(System.Collections.Immutable.ImmutableArray<double>? values) => values?.All(double.IsFinite) != false;

    private static Int128? One(System.Collections.Immutable.ImmutableArray<long>? list, long value) => list switch
    {
        null => value,
        { Length: 1 } given => given[0],
        _ => null,
    };

    private static Int128? DTypeOf(Problem problem, string field) => field switch
    {
        "dtype" => (int)problem.DType,
        "wdtype" => (int)(problem.WeightDType ?? problem.DType),
        _ => problem.HasBias ? (int)(problem.BiasDType ?? problem.DType) : null,
    };

    private static FormatException Bad(int position, string message) => new($"position {position + 1}: {message}");

    private sealed record Comparison(Func<Problem, Int128?> Left, string Operator, Func<Problem, Int128?> Right)
    {
        public bool Holds(Problem problem)
        {
            if (Left(problem) is not { } left || Right(problem) is not { } right)
            {
                return false;
            }

            return Operator switch
            {
                "=" => left == right,
                "!=" => left != right,
                "<" => left < right,
                "<=" => left <= right,
                ">" => left > right,
                _ => left >= right,
            };
        }
    }
}
