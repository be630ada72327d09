using ParityHarness.Comparison;
using ParityHarness.Data;
using ParityHarness.Problems;

namespace ParityHarness.Runners;

/// <summary>The oracle as a runner: the definition in higher precision, rounded once. Never passed off as libtorch.</summary>
public sealed class OracleRunner : IRunner
{
    private readonly Oracle _oracle = new();

    /// <inheritdoc/>
    public string Name => "oracle";

    /// <inheritdoc/>
    public string Version => typeof(OracleRunner).Assembly.GetName().Version?.ToString(3) ?? "";

    /// <inheritdoc/>
    public string Details => "by the definition, in higher precision";

    /// <summary>It keeps its arrays from call to call.</summary>
    public bool IsConcurrent => false;

    /// <inheritdoc/>
    public void Run(Problem problem, TensorSet tensors, Outcome outcome)
    {
        if (ProblemRules.Check(problem, out var outputLength) is { } reason)
        {
            outcome.Reject(reason, $"illegal by PyTorch's rules: {reason}");
            return;
        }

        var shape = ProblemRules.OutputShape(problem, outputLength);
        if (!problem.DType.IsJudged())
        {
            outcome.Unsupport($"the oracle has float32 and float64, not {problem.DType.Name()}");
            return;
        }

        if (Tensor.CountOf(shape) is null or > int.MaxValue)
        {
            outcome.Unsupport($"an output of shape [{string.Join(", ", shape)}] is beyond 2^31 - 1 elements");
            return;
        }

        try
        {
            outcome.Output.Reshape(problem.DType, shape);
        }
        catch (ProblemDataException e)
        {
            outcome.Fault(e.Message);
            return;
        }

        outcome.Complete();
        if (outcome.Output.Count == 0)
        {
            return;
        }

        _oracle.Evaluate(problem, tensors, outputLength, all: true);
        var exact = _oracle.Exact;
        if (problem.DType == DType.Float32)
        {
            var output = outcome.Output.Span<float>();
            for (var i = 0; i < output.Length; i++)
            {
                output[i] = (float)exact[i];
            }
        }
        else
        {
            var output = outcome.Output.Span<double>();
            for (var i = 0; i < output.Length; i++)
            {
                output[i] = exact[i] + _oracle.Low[i];
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
