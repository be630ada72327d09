using System.Globalization;
using System.Text;

using ParityHarness.Oracle;
using ParityHarness.Problems;
using ParityHarness.Tensors;

namespace ParityHarness.Reports;

/// <summary>
/// How the output of a problem comes about: input l and tap k meet at position l*stride + k*dilation; padding cuts positions off at
/// both ends, output_padding appends some at the end. Channels and batch repeat the same and are not drawn.
/// </summary>
internal sealed class Explanation
{
    /// <summary>Positions and inputs that fit a picture.</summary>
    public const int MostPositions = 48;

    /// <inheritdoc cref="MostPositions"/>
    public const int MostInputs = 24;

    private readonly Problem _problem;

    /// <summary>Explains a problem.</summary>
    /// <exception cref="FormatException">PyTorch rejects it, its parameters are overridden by lists or shapes, or it is too large to draw.</exception>
    public Explanation(Problem problem)
    {
        _problem = problem;
        if (ProblemRules.Check(problem, out var length) is { } reason)
        {
            throw new FormatException($"PyTorch rejects this problem ({Fixtures.ReasonText.Format(reason)}): there is no output to explain");
        }

        if (problem.IsBackward)
        {
            throw new FormatException("only the forward pass is drawn; leave the gradients out, each of whose products is one of those that are drawn");
        }

        if (problem.HasOverrides || problem.OutputSize is not null)
        {
            throw new FormatException("shapes or lists that override the usual ones are not drawn; give l, k, s, p, op and d");
        }

        if (problem.Length > MostInputs || length > MostPositions || problem.Padding > MostPositions || problem.KernelSize > MostPositions || problem.Stride > MostPositions || problem.Dilation > MostPositions)
        {
            throw new FormatException($"too large to draw: at most {MostInputs} inputs and {MostPositions} positions; make l, k, s, d or p smaller");
        }

        OutputLength = (int)length;
        Uncut = (int)ProblemRules.OutputLength(problem.Length, problem.KernelSize, problem.Stride, 0, 0, problem.Dilation);
        Positions = Math.Max(Uncut, (int)problem.Padding + OutputLength);
        if (Positions > 3 * MostPositions)
        {
            throw new FormatException($"too large to draw: {Positions} positions before padding cuts them off");
        }

        if (problem is { InChannels: 1, OutChannels: 1, Batch: 1 } && problem.DType is DType.Float32 or DType.Float64)
        {
            using var tensors = new TensorSet();
            DataFiller.Fill(problem, tensors);
            var oracle = new OracleEvaluator();
            oracle.Evaluate(problem, tensors, length, all: true);
            Outputs = oracle.Exact.ToArray();
            Inputs = Values(tensors.Input);
            Weights = Values(tensors.Weight);
            Bias = tensors.Bias is { } bias ? bias.At(0) : 0;
        }
    }

    /// <summary>Lout.</summary>
    public int OutputLength { get; }

    /// <summary>Positions that inputs and taps reach, before padding cuts any off.</summary>
    public int Uncut { get; }

    /// <summary>Positions drawn: those, and what output_padding appends beyond them.</summary>
    public int Positions { get; }

    /// <summary>Number of inputs.</summary>
    public int InputLength => (int)_problem.Length;

    /// <summary>The input's values; null where there are several channels, or the dtype is not drawn.</summary>
    public double[]? Inputs { get; }

    /// <summary>The taps' values.</summary>
    public double[]? Weights { get; }

    /// <summary>The outputs' values.</summary>
    public double[]? Outputs { get; }

    /// <summary>The bias' value.</summary>
    public double Bias { get; }

    /// <summary>The tap by which an input reaches a position, or null.</summary>
    public int? Tap(int input, int position)
    {
        var distance = position - input * _problem.Stride;
        return distance >= 0 && distance % _problem.Dilation == 0 && distance / _problem.Dilation < _problem.KernelSize ? (int)(distance / _problem.Dilation) : null;
    }

    /// <summary>The output at a position, or null where padding cuts it off.</summary>
    public int? Output(int position) => position >= _problem.Padding && position < _problem.Padding + OutputLength ? position - (int)_problem.Padding : null;

    /// <summary>Whether the output at a position is there by output_padding alone.</summary>
    public bool IsAppended(int position) => Output(position) is { } output && output >= OutputLength - _problem.OutputPadding;

    /// <summary>What one input adds at a position: a number where values are known, else the tap's name; empty where nothing.</summary>
    public string Product(int input, int position) => Tap(input, position) is not { } tap ? "" : Inputs is { } x && Weights is { } w ? Text(x[input] * w[tap]) : $"w{tap}";

    /// <summary>The length, worked out.</summary>
    public string LengthText => string.Create(
        CultureInfo.InvariantCulture,
        $"output length {OutputLength} = ({_problem.Length} - 1)*{_problem.Stride} - 2*{_problem.Padding} + {_problem.Dilation}*({_problem.KernelSize} - 1) + {_problem.OutputPadding} + 1");

    /// <summary>What the parameters do, a sentence each.</summary>
    public IReadOnlyList<string> Sentences()
    {
        var p = _problem;
        var text = new List<string> { $"Input l times tap k is added at position l*{p.Stride} + k*{p.Dilation}.", "Stride spreads the inputs, dilation the taps." };
        if (p.Padding > 0)
        {
            text.Add($"padding {p.Padding} cuts {p.Padding} positions off at each end (x).");
        }

        if (p.OutputPadding > 0)
        {
            var back = Enumerable.Range(0, Positions).Count(q => IsAppended(q) && q < Uncut);
            text.Add($"output_padding {p.OutputPadding} appends {p.OutputPadding} at the end (+): {(back > 0 ? $"{back} that padding had cut off there" : "")}{(back > 0 && back < p.OutputPadding ? ", " : "")}{(back < p.OutputPadding ? $"{p.OutputPadding - back} that no input reaches{(p.HasBias ? ", which hold the bias" : ", which are 0")}" : "")}.");
        }

        if (p.HasBias)
        {
            text.Add("The bias is added to every output.");
        }

        if (p.InChannels > 1 || p.OutChannels > 1)
        {
            text.Add(string.Create(CultureInfo.InvariantCulture, $"So it goes for each of {p.OutChannels} output channels, summed over the {p.InChannels / p.Groups} input channels of its group."));
        }

        return text;
    }

    /// <summary>The picture for a terminal; positions that do not fit beside each other follow below.</summary>
    /// <param name="columns">The terminal's width.</param>
    public string ToText(int columns = int.MaxValue)
    {
        var rows = new List<string[]> { Row("position", q => q.ToString(CultureInfo.InvariantCulture)), Row("", q => Output(q) is null ? "x" : IsAppended(q) ? "+" : "") };
        for (var l = 0; l < InputLength; l++)
        {
            var input = l;
            rows.Add(Row(InputName(l), q => Product(input, q)));
        }

        if (Bias != 0)
        {
            rows.Add(Row("bias", q => Output(q) is null ? "" : Text(Bias)));
        }

        rows.Add(Row("output", q => Output(q) is { } o ? Outputs is { } y ? Text(y[o]) : $"y{o}" : ""));
        int[] widths = [.. Enumerable.Range(0, Positions + 1).Select(column => rows.Max(row => row[column].Length))];
        var text = new StringBuilder().Append(LengthText).Append("\n\n");
        for (var first = 1; first <= Positions;)
        {
            var (end, width) = (first, widths[0]);
            while (end <= Positions && (end == first || width + 2 + widths[end] <= columns))
            {
                width += 2 + widths[end++];
            }

            var shown = first..end;
            foreach (var row in rows.Where(row => row[shown].Any(cell => cell.Length > 0)))
            {
                var line = row[0].PadRight(widths[0]) + string.Concat(row[shown].Select((cell, q) => "  " + cell.PadLeft(widths[shown.Start.Value + q])));
                text.Append(line.TrimEnd()).Append('\n');
            }

            text.Append('\n');
            first = end;
        }

        text.AppendJoin('\n', Sentences()).Append('\n');
        return text.ToString();
    }

    /// <summary>The name of an input, with its value and the taps it meets.</summary>
    public string InputName(int input) => Inputs is { } x ? $"x{input} = {Text(x[input])}" : $"x{input}";

    /// <summary>A number, short.</summary>
    public static string Text(double value) => value.ToString("G5", CultureInfo.InvariantCulture);

    private string[] Row(string name, Func<int, string> cell) => [name, .. Enumerable.Range(0, Positions).Select(cell)];

    private static double[] Values(Tensor tensor) => [.. Enumerable.Range(0, (int)tensor.Count).Select(i => tensor.At(i))];
}
