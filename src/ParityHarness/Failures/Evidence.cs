using ParityHarness.Fixtures;
using ParityHarness.Problems;
using ParityHarness.Results;
using ParityHarness.Tensors;

namespace ParityHarness.Failures;

/// <summary>One problem that was run for a diagnosis: its numbers, and what came of it.</summary>
internal sealed class Evidence
{
    /// <summary>Problems with more products are not evaluated by every meaning.</summary>
    private const long MostMultiplyAdds = 200_000;

    private Evidence(Problem problem, FailureKind? failure) => (Problem, Failure) = (problem, failure);

    public Problem Problem { get; }

    /// <summary>In which way it failed, as <see cref="Results.FailureKind"/> says, or null where it did not.</summary>
    public FailureKind? Failure { get; }

    /// <summary>Whether the blamed side rejected it.</summary>
    public bool IsRejected { get; private init; }

    public double[] Input { get; private set; } = [];

    public double[] Weight { get; private set; } = [];

    public double[]? Bias { get; private set; }

    /// <summary>Empty in the forward pass.</summary>
    public double[] GradOutput { get; private set; } = [];

    /// <summary>Whether no order of summation can round.</summary>
    public bool IsExact { get; private set; }

    /// <summary>The sizes; null where meanings are not asked, as of illegal or large problems.</summary>
    public Sizes? Sizes { get; private set; }

    /// <summary>The shape of what the blamed side answered; where it is unbatched, with a batch of 1.</summary>
    public long[] ActualShape { get; private set; } = [];

    /// <summary>What it answered; empty where it did not complete, or with too many values for a row.</summary>
    public double[] Actual { get; private set; } = [];

    /// <summary>Whether the values of an answer are at hand.</summary>
    public bool HasActual => Actual.Length > 0;

    /// <summary>Takes what a row says.</summary>
    public static Evidence Of(Problem problem, ResultRow row, FailureKind? failure)
    {
        var evidence = new Evidence(problem, failure) { IsRejected = row.CandidateAnswer.Kind == OutcomeKind.Rejected };
        if (row.ActualShape is not { } actualShape || problem.DType is not (DType.Float32 or DType.Float64 or DType.Float16 or DType.BFloat16)
            || ProblemSize.MultiplyAdds(problem) > MostMultiplyAdds || Failures.Sizes.Of(problem) is not { } sizes)
        {
            return evidence;
        }

        var shape = actualShape.ToArray();
        var elements = shape.Aggregate(1L, (a, b) => a * b);
        var output = ExpectedOutput.Parse(row.Actual, problem.DType, elements);
        if (output.Kind != ExpectedKind.Values)
        {
            return evidence;
        }

        using var tensors = new TensorSet();
        DataFiller.Fill(problem, tensors);
        evidence.Sizes = sizes;
        evidence.Input = Values(tensors.Input);
        evidence.Weight = Values(tensors.Weight);
        evidence.Bias = tensors.Bias is { } bias ? Values(bias) : null;
        evidence.GradOutput = tensors.GradOutput is { } gradOutput ? Values(gradOutput) : [];
        evidence.IsExact = tensors.IsExact;
        evidence.ActualShape = shape.Length == 2 ? [1, .. shape] : shape;
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
