using ParityHarness.Fixtures;
using ParityHarness.Judging;
using ParityHarness.Problems;
using ParityHarness.Results;
using ParityHarness.Tensors;

namespace ParityHarness.Failures;

/// <summary>One problem that was run for a diagnosis: its numbers, and what came of it.</summary>
internal sealed class Evidence
{
    /// <summary>Problems with more products are not evaluated by every hypothesis.</summary>
    private const long MostMultiplyAdds = 200_000;

    private Evidence(Problem problem, ResultRow row)
    {
        (Problem, Row, Outcome) = (problem, row, row.CandidateAnswer.Kind);
        // Where only a relation fails, the answer to this problem is right; what is wrong is another.
        Failure = row.Kind == MismatchKind.Relation || !row.Side.HasFlag(Side.Candidate) ? null : FailureKind.Of(row);
        EndedProcess = FailureKind.Of(row) is { EndsProcess: true };
    }

    public Problem Problem { get; }

    /// <summary>What came of it.</summary>
    public ResultRow Row { get; }

    /// <summary>In which way the blamed side failed, or null where it did not.</summary>
    public FailureKind? Failure { get; }

    /// <summary>How the blamed side's call ended.</summary>
    public OutcomeKind Outcome { get; }

    /// <summary>Whether the blamed side ended its process, or was ended for taking too long.</summary>
    public bool EndedProcess { get; }

    /// <summary>Whether it was judged: neither mistrusted nor left out by the blamed side.</summary>
    public bool IsJudged => Failure is not null || (Row.Verdict is Verdict.Passed or Verdict.KnownDivergence or Verdict.Failed && Outcome != OutcomeKind.Unsupported);

    /// <summary>Whether it failed; null where that cannot be told, as of an answer without elements.</summary>
    public bool? HasFailed => Failure is not null ? true : !IsJudged || (Outcome == OutcomeKind.Completed && Row.Elements is null or 0) ? null : false;

    public double[] Input { get; private set; } = [];

    public double[] Weight { get; private set; } = [];

    public double[]? Bias { get; private set; }

    /// <summary>Empty in the forward pass.</summary>
    public double[] GradOutput { get; private set; } = [];

    /// <summary>Whether no order of summation can round.</summary>
    public bool IsExact { get; private set; }

    /// <summary>The sizes; null where hypotheses are not asked, as of most illegal problems.</summary>
    public Sizes? Sizes { get; private set; }

    /// <summary>The shape of what the blamed side answered; where it is unbatched, with a batch of 1.</summary>
    public long[] ActualShape { get; private set; } = [];

    /// <summary>What it answered; empty where it did not complete, or with too many values for a row.</summary>
    public double[] Actual { get; private set; } = [];

    /// <summary>Whether the values of an answer are at hand.</summary>
    public bool HasActual { get; private set; }

    /// <summary>Whether the shape of an answer is at hand.</summary>
    public bool HasShape { get; private set; }

    /// <summary>Takes what a row says.</summary>
    public static Evidence Of(Problem problem, ResultRow row)
    {
        var evidence = new Evidence(problem, row) { Sizes = Failures.Sizes.Of(problem) };
        if (row.ActualShape is not { } actualShape || evidence.Sizes is null)
        {
            return evidence;
        }

        var shape = actualShape.ToArray();
        evidence.HasShape = true;
        evidence.ActualShape = shape.Length == 2 && !problem.IsBackward ? [1, .. shape] : problem is { Unbatched: true, Pass: Pass.GradInput } ? [1, .. shape] : shape;
        var elements = shape.Aggregate(1L, (a, b) => a * b);
        if (problem.DType is not (DType.Float32 or DType.Float64 or DType.Float16 or DType.BFloat16) || ProblemSize.MultiplyAdds(problem) > MostMultiplyAdds
            || elements is 0 or > ExpectedOutput.MostValues)
        {
            return evidence;
        }

        var output = ExpectedOutput.Parse(row.Actual, problem.DType, elements);
        if (output.Kind != ExpectedKind.Values)
        {
            return evidence;
        }

        using var tensors = new TensorSet();
        DataFiller.Fill(problem, tensors);
        evidence.HasActual = true;
        evidence.Input = Values(tensors.Input);
        evidence.Weight = Values(tensors.Weight);
        evidence.Bias = tensors.Bias is { } bias ? Values(bias) : null;
        evidence.GradOutput = tensors.GradOutput is { } gradOutput ? Values(gradOutput) : [];
        evidence.IsExact = tensors.IsExact;
        evidence.Actual = [.. output.Values];
        return evidence;
    }

    private static double[] Values(Tensor tensor)
    {
        var values = new double[tensor.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = tensor.At(i);
        }

        return values;
    }
}
