using ParityHarness.Fixtures;
using ParityHarness.Judging;
using ParityHarness.Oracle;
using ParityHarness.Problems;
using ParityHarness.Results;
using ParityHarness.Tensors;

namespace ParityHarness.Reports;

/// <summary>The outputs of one failure: what was expected, what the candidate gave, and what is exact, for each output that the row holds.</summary>
internal sealed class FailureValues
{
    /// <summary>A failure of more products than this is not computed again for a report.</summary>
    public const long MostMultiplyAdds = 20_000_000;

    private readonly long[] _shape;
    private readonly DType _dtype;

    private FailureValues(long[] shape, long count, DType dtype, IReadOnlyList<OutputValue> outputs)
    {
        (_shape, _dtype) = (shape, dtype);
        Length = shape[^1];
        Rows = count / Length;
        Parts = dtype.Parts();
        Outputs = outputs;
    }

    /// <summary>N * Cout; of a gradient its other dimensions.</summary>
    public long Rows { get; }

    /// <summary>Lout; of a gradient its last dimension.</summary>
    public long Length { get; }

    /// <summary>Values of an output: 2 of a complex one, the real and the imaginary part, else 1.</summary>
    public int Parts { get; }

    /// <summary>The values that are known, in row-major order.</summary>
    public IReadOnlyList<OutputValue> Outputs { get; }

    /// <summary>Whether every output is known.</summary>
    public bool IsWhole => Outputs.Count == Rows * Length * Parts;

    /// <summary>The first output that is proved wrong; null where none of those that are known is.</summary>
    public OutputValue? FirstWrong => Outputs.Any(value => value.IsWrong) ? Outputs.First(value => value.IsWrong) : null;

    /// <summary>[n,c,o], or [c,o] for unbatched input, as the output's shape is; of a complex output with its part.</summary>
    /// <param name="index">The index of a value, as in <see cref="OutputValue.Index"/>.</param>
    public string Position(long index)
    {
        var element = index / Parts;
        var part = Parts == 1 ? "" : index % Parts == 0 ? " real" : " imaginary";
        return (_shape.Length is >= 1 and <= 3 ? Tensor.Position(element, _shape) : $"[{element / Length},{element % Length}]") + part;
    }

    /// <summary>A value of the output, in the shortest text that parses back to it.</summary>
    public string Text(double value) => NumberText.Format(value, _dtype);

    /// <summary>Where the first wrong output is and what it is, as <c>at [0,0,19]: 0, expected 0.0308</c>; null where no output is proved wrong.</summary>
    public string? FirstWrongText => FirstWrong is { } wrong ? $"at {Position(wrong.Index)}: {Text(wrong.Actual)}, expected {Text(wrong.Expected ?? wrong.Exact)}" : null;

    /// <summary>Those of a row; null where the candidate has no output of the right shape, or it cannot be computed again cheaply.</summary>
    public static FailureValues? Of(ResultRow result)
    {
        if (result.ActualShape is null || result.Kind is MismatchKind.Shape or MismatchKind.DType or MismatchKind.Outcome or MismatchKind.Fault)
        {
            return null;
        }

        try
        {
            return Of(result.Fixture, result);
        }
        catch (Exception e) when (e is FixtureException or FormatException or ProblemDataException)
        {
            return null;
        }
    }

    private static FailureValues? Of(FixtureRow row, ResultRow result)
    {
        var problem = row.Problem;
        if (ProblemSize.MultiplyAdds(problem) > MostMultiplyAdds || ProblemRules.Check(problem, out var length) is not null)
        {
            return null;
        }

        using var tensors = new TensorSet();
        DataFiller.Fill(problem, tensors);
        var oracle = new OracleEvaluator();
        oracle.Evaluate(problem, tensors, length, all: true);
        var parts = problem.DType.Parts();
        var actual = ExpectedOutput.Parse(result.Actual, problem.DType, oracle.Count / parts);
        if (actual.Kind == ExpectedKind.Hash || oracle.Count == 0)
        {
            return null;
        }

        var outputs = new List<OutputValue>();
        for (var i = 0; i < actual.Values.Length; i++)
        {
            var index = actual.Kind == ExpectedKind.Sample ? actual.Indices[i] : i;
            outputs.Add(new OutputValue(index, ExpectedAt(row.Expected, index), actual.Values[i], problem.DType == DType.Int64 ? oracle.Whole[(int)index] : oracle.Exact[(int)index], oracle.Bound[(int)index]));
        }

        // Of several gradients the answer is one flat row.
        var shape = ProblemRules.OutputShape(problem, length);
        return new FailureValues([.. shape], oracle.Count / parts, problem.DType, outputs);
    }

    private static double? ExpectedAt(ExpectedOutput? expected, long index) => expected switch
    {
        { Kind: ExpectedKind.Values } => expected.Values[(int)index],
        { Kind: ExpectedKind.Sample } when expected.Indices.IndexOf(index) is >= 0 and var at => expected.Values[at],
        _ => null,
    };
}
