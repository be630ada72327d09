using ParityHarness.Oracle;
using ParityHarness.Problems;
using ParityHarness.Tensors;

namespace ParityHarness.Runners;

/// <summary>The oracle as a runner: the definition in higher precision, rounded once. Never passed off as libtorch.</summary>
internal sealed class OracleRunner : IRunner
{
    private readonly OracleEvaluator _oracle = new();

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

        if (!problem.IsJudged)
        {
            outcome.Unsupport($"the oracle has no gradients of {problem.DType.Name()}");
            return;
        }

        var shape = ProblemRules.OutputShape(problem, outputLength);
        if (!outcome.TryPrepare(problem.DType, shape))
        {
            return;
        }

        outcome.Complete();
        if (outcome.Output.Count == 0)
        {
            return;
        }

        _oracle.Evaluate(problem, tensors, outputLength, all: true);
        var exact = _oracle.Exact;
        switch (problem.DType)
        {
            case DType.Int64:
                _oracle.Whole.CopyTo(outcome.Output.Span<long>());
                break;
            case DType.Float64 or DType.Complex128:
                var output = outcome.Output.Values<double>();
                for (var i = 0; i < output.Length; i++)
                {
                    output[i] = exact[i] + _oracle.Low[i];
                }

                break;
            default:
                for (var i = 0; i < exact.Length; i++)
                {
                    DataFiller.Store(outcome.Output, i, exact[i], "");
                }

                break;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
