using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace ParityHarness.Problems;

/// <summary>
/// A problem as one line, e.g. <c>n2_ic8_oc12_l17_k3_s2_p1_op1_d2_g4_bias float32 forward integer seed7</c>.
/// Keys stand in any order, separated by spaces or underscores; what is left out has its default. Overrides are
/// <c>key=value</c>: x, w, b (shapes, 1x5x4), wdtype, bdtype, s, p, op, d, output_size (lists, [1,1]), mode,
/// grad_output, input, weight, bias (literal values, [1,2,3]). A pass with gradients, <c>grad_input+grad_bias</c>, stands
/// between spaces.
/// </summary>
internal static class ProblemText
{
    /// <summary>The keys and what they mean, for help texts.</summary>
    public const string Grammar = """
        n ic oc l k     batch, in_channels, out_channels, input length, kernel_size          (default 1)
        s p op d g      stride, padding, output_padding, dilation, groups                    (default 1 0 0 1 1)
        bias unbatched module    a bias; input [Cin, L]; torch.nn.ConvTranspose1d instead of the function
        float32 float64 ...      dtype                                                       (default float32)
        forward                  what is computed: the output, or gradients, as in grad_weight or
        grad_input+grad_bias     (there are grad_input grad_weight grad_bias)                (default forward)
        integer random wide cancelling special   the numbers                                 (default integer)
        seed7                    the seed of the numbers                                     (default 0)
        x=1x5x4 w=2x3x3 b=2      shapes of input, weight, bias; x=scalar has no dimension
        wdtype=float64 bdtype=float64     dtypes of weight, bias
        s=[1,1] p=[1] op=[] d=[1,1]       parameters as lists of any length
        mode=reflect output_size=[15]     arguments of the module
        input=[1,1,1,1] weight=[1,2,3] bias=[10] grad_output=[1,1,1,1,1,1]   literal values, row-major
        """;

    /// <summary>The canonical line of a problem.</summary>
    public static string Format(Problem problem)
    {
        var text = new StringBuilder(96);
        void Size(string key, long value, long standard)
        {
            if (value != standard)
            {
                if (text.Length > 0)
                {
                    text.Append('_');
                }

                text.Append(key).Append(value);
            }
        }

        void Word(string word) => text.Append(text.Length > 0 ? "_" : "").Append(word);

        Size("n", problem.Batch, 1);
        Size("ic", problem.InChannels, 1);
        Size("oc", problem.OutChannels, 1);
        Word("l" + problem.Length.ToString(CultureInfo.InvariantCulture));
        Word("k" + problem.KernelSize.ToString(CultureInfo.InvariantCulture));
        Size("s", problem.Stride, 1);
        Size("p", problem.Padding, 0);
        Size("op", problem.OutputPadding, 0);
        Size("d", problem.Dilation, 1);
        Size("g", problem.Groups, 1);
        if (problem.HasBias)
        {
            Word("bias");
        }

        if (problem.Unbatched)
        {
            Word("unbatched");
        }

        if (problem.Form == Form.Module)
        {
            Word("module");
        }

        text.Append(' ').Append(problem.DType.Name()).Append(' ').Append(problem.Pass.Name());
        var literal = problem.InputValues is not null && problem.WeightValues is not null
            && (problem.BiasValues is not null || !problem.HasBias) && (problem.GradOutputValues is not null || !problem.IsBackward);
        if (!literal || problem.Regime != Regime.Integer || problem.DataSeed != 0)
        {
            text.Append(' ').Append(problem.Regime.ToString().ToLowerInvariant()).Append(" seed").Append(problem.DataSeed);
        }

        void Shape(string key, ImmutableArray<long>? shape)
        {
            if (shape is { } s)
            {
                text.Append(' ').Append(key).Append('=').Append(s.IsEmpty ? "scalar" : string.Join('x', s));
            }
        }

        void List(string key, ImmutableArray<long>? list)
        {
            if (list is { } l)
            {
                text.Append(' ').Append(key).Append("=[").AppendJoin(',', l).Append(']');
            }
        }

        void Values(string key, ImmutableArray<double>? values, DType dtype)
        {
            if (values is { } v)
            {
                text.Append(' ').Append(key).Append('=').Append(NumberText.Format(v.AsSpan(), dtype));
            }
        }

        Shape("x", problem.InputShapeOverride);
        Shape("w", problem.WeightShapeOverride);
        Shape("b", problem.BiasShapeOverride);
        if (problem.WeightDType is { } w)
        {
            text.Append(" wdtype=").Append(w.Name());
        }

        if (problem.BiasDType is { } b)
        {
            text.Append(" bdtype=").Append(b.Name());
        }

        List("s", problem.StrideList);
        List("p", problem.PaddingList);
        List("op", problem.OutputPaddingList);
        List("d", problem.DilationList);
        if (problem.PaddingMode != PaddingMode.Zeros)
        {
            text.Append(" mode=").Append(problem.PaddingMode.ToString().ToLowerInvariant());
        }

        List("output_size", problem.OutputSize);
        Values("grad_output", problem.GradOutputValues, problem.DType);
        Values("input", problem.InputValues, problem.DType);
        Values("weight", problem.WeightValues, problem.WeightDType ?? problem.DType);
        Values("bias", problem.BiasValues, problem.BiasDType ?? problem.DType);
        return text.ToString();
    }

    /// <summary>The problem that a line describes.</summary>
    /// <exception cref="FormatException">The line cannot be read; the message names the part that is wrong.</exception>
    public static Problem Parse(string line)
    {
        var problem = new Problem();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        void Once(string key, string part)
        {
            if (!seen.Add(key))
            {
                throw new FormatException($"'{part}' gives {key} a second time");
            }
        }

        foreach (var part in line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals >= 0)
            {
                var key = part[..equals];
                Once(key + "=", Show(part));
                problem = WithOverride(problem, key, part[(equals + 1)..], Show(part));
                continue;
            }

            if (part.StartsWith("grad", StringComparison.Ordinal) || part.Contains('+', StringComparison.Ordinal))
            {
                Once("the pass", Show(part));
                problem = problem with { Pass = Passes.Parse(part) };
                continue;
            }

            foreach (var word in part.Split('_', StringSplitOptions.RemoveEmptyEntries))
            {
                problem = WithWord(problem, word, Once);
            }
        }

        if (seen.Count == 0)
        {
            throw new FormatException("the problem is empty; write for example 'l4_k3 float32 integer seed1'");
        }

        if (problem is { GradOutputValues: not null, IsBackward: false })
        {
            throw new FormatException("grad_output= is given, but no gradient is asked for; add grad_input, grad_weight or grad_bias");
        }

        return problem;
    }

    private static Problem WithWord(Problem problem, string word, Action<string, string> once)
    {
        switch (word)
        {
            case "bias":
                once("bias", word);
                return problem with { HasBias = true };
            case "unbatched":
                once("unbatched", word);
                return problem with { Unbatched = true };
            case "module":
                once("module", word);
                return problem with { Form = Form.Module };
            case "forward":
                once("the pass", word);
                return problem with { Pass = Pass.Forward };
        }

        if (DTypes.Parse(word) is { } dtype)
        {
            once("the dtype", word);
            return problem with { DType = dtype };
        }

        // Not Enum.TryParse, which takes 'integer,random' and numbers too.
        foreach (var regime in Enum.GetValues<Regime>())
        {
            if (word == regime.ToString().ToLowerInvariant())
            {
                once("the regime", word);
                return problem with { Regime = regime };
            }
        }

        if (word.StartsWith("seed", StringComparison.Ordinal))
        {
            once("seed", word);
            return ulong.TryParse(word.AsSpan(4), NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
                ? problem with { DataSeed = seed }
                : throw new FormatException($"'{Show(word)}': seed wants a whole number from 0 to 2^64 - 1, as in seed7");
        }

        var letters = 0;
        while (letters < word.Length && char.IsAsciiLetterLower(word[letters]))
        {
            letters++;
        }

        var key = word[..letters];
        if (key == "grad")
        {
            throw new FormatException($"a gradient stands between spaces, as in 'l4_k3 float32 grad_input'; {Passes.Allowed}");
        }

        if (key is not ("n" or "ic" or "oc" or "l" or "k" or "s" or "p" or "op" or "d" or "g"))
        {
            throw new FormatException($"'{Show(word)}' is not part of a problem{DidYouMean(key, word[letters..])}the keys are n ic oc l k s p op d g bias unbatched module, a dtype, a pass (forward, grad_input ...), a regime, seed");
        }

        if (!long.TryParse(word.AsSpan(letters), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
        {
            throw new FormatException($"'{Show(word)}': {key} wants a whole number that fits int64, as in {key}3");
        }

        once(key, Show(word));
        return key switch
        {
            "n" => problem with { Batch = value },
            "ic" => problem with { InChannels = value },
            "oc" => problem with { OutChannels = value },
            "l" => problem with { Length = value },
            "k" => problem with { KernelSize = value },
            "s" => problem with { Stride = value },
            "p" => problem with { Padding = value },
            "op" => problem with { OutputPadding = value },
            "d" => problem with { Dilation = value },
            _ => problem with { Groups = value },
        };
    }

    private static Problem WithOverride(Problem problem, string key, string value, string part) => key switch
    {
        "x" => problem with { InputShapeOverride = ParseShape(value, part) },
        "w" => problem with { WeightShapeOverride = ParseShape(value, part) },
        "b" => problem with { BiasShapeOverride = ParseShape(value, part) },
        "wdtype" => problem with { WeightDType = ParseDType(value, part) },
        "bdtype" => problem with { BiasDType = ParseDType(value, part) },
        "s" => problem with { StrideList = ParseList(value, part) },
        "p" => problem with { PaddingList = ParseList(value, part) },
        "op" => problem with { OutputPaddingList = ParseList(value, part) },
        "d" => problem with { DilationList = ParseList(value, part) },
        "mode" => problem with { PaddingMode = ParseMode(value, part), Form = Form.Module },
        "output_size" => problem with { OutputSize = ParseList(value, part), Form = Form.Module },
        "input" => problem with { InputValues = NumberText.Parse(value) },
        "weight" => problem with { WeightValues = NumberText.Parse(value) },
        "bias" => problem with { BiasValues = NumberText.Parse(value) },
        "grad_output" => problem with { GradOutputValues = NumberText.Parse(value) },
        _ => throw new FormatException($"'{part}': there is no key '{Show(key)}='{DidYouMean(key, value)}there are x= w= b= wdtype= bdtype= s= p= op= d= mode= output_size= input= weight= bias= grad_output="),
    };

    /// <summary>The key for a name of PyTorch's, or a word that is spelt nearly so; with the number that was given, if any.</summary>
    private static string DidYouMean(string word, string number)
    {
        var key = word switch
        {
            "batch" or "b" => "n",
            "in" or "channels" or "cin" or "in_channels" => "ic",
            "out" or "cout" or "out_channels" => "oc",
            "length" or "len" or "width" => "l",
            "kernel" or "kernel_size" or "size" => "k",
            "stride" => "s",
            "pad" or "padding" => "p",
            "output" or "output_padding" or "outpad" => "op",
            "dilation" or "dil" => "d",
            "groups" or "group" => "g",
            _ => "",
        };
        return key.Length > 0
            ? long.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) ? $"; did you mean '{key}{number}'? " : $"; did you mean '{key}', as in {key}3? "
            : Spelling.DidYouMean(word + number, [.. Enum.GetValues<DType>().Select(dtype => dtype.Name()), .. Enum.GetNames<Regime>().Select(name => name.ToLowerInvariant()), "bias", "unbatched", "module", "forward"]);
    }

    private static ImmutableArray<long> ParseShape(string text, string part)
    {
        if (text == "scalar")
        {
            return [];
        }

        var sizes = text.Split('x');
        if (sizes.Length > 8)
        {
            throw new FormatException($"'{part}': at most 8 dimensions can be given");
        }

        var shape = new long[sizes.Length];
        for (var i = 0; i < sizes.Length; i++)
        {
            if (!long.TryParse(sizes[i], NumberStyles.None, CultureInfo.InvariantCulture, out shape[i]))
            {
                throw new FormatException($"'{part}': a shape is written like 1x5x4");
            }
        }

        return [.. shape];
    }

    private static ImmutableArray<long> ParseList(string text, string part)
    {
        if (!text.StartsWith('[') || !text.EndsWith(']') || text.Length < 2)
        {
            throw new FormatException($"'{part}': a list is written like [1,1]");
        }

        var inner = text[1..^1];
        if (inner.Length == 0)
        {
            return [];
        }

        var items = inner.Split(',');
        if (items.Length > 4)
        {
            throw new FormatException($"'{part}': at most 4 values can be given");
        }

        var list = new long[items.Length];
        for (var i = 0; i < items.Length; i++)
        {
            if (!long.TryParse(items[i], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out list[i]))
            {
                throw new FormatException($"'{part}': '{Show(items[i])}' is not a whole number that fits int64");
            }
        }

        return [.. list];
    }

    private static DType ParseDType(string text, string part) =>
        DTypes.Parse(text) ?? throw new FormatException($"'{part}': '{Show(text)}' is not a dtype; there are {string.Join(' ', Enum.GetValues<DType>().Select(d => d.Name()))}");

    private static PaddingMode ParseMode(string text, string part) => text switch
    {
        "zeros" => PaddingMode.Zeros,
        "reflect" => PaddingMode.Reflect,
        "replicate" => PaddingMode.Replicate,
        "circular" => PaddingMode.Circular,
        _ => throw new FormatException($"'{part}': mode is one of zeros reflect replicate circular"),
    };

    /// <summary>A part as it stands in a message: one line, and not too long a one.</summary>
    internal static string Show(string part)
    {
        var shown = part.Length <= 60 ? part : part[..60] + "...";
        return string.Create(shown.Length, shown, static (target, source) =>
        {
            for (var i = 0; i < target.Length; i++)
            {
                target[i] = char.IsControl(source[i]) || source[i] is '\u2028' or '\u2029' ? '?' : source[i];
            }
        });
    }
}
