using ParityHarness.Fixtures;
using ParityHarness.Problems;
using ParityHarness.Tensors;

namespace ParityHarness.Runners.Recorded;

/// <summary>
/// Answers from fixture files: for machines without a live reference. It knows only the problems that were recorded
/// with all their values, and computes nothing.
/// </summary>
internal sealed class RecordedRunner(RecordedAnswers answers) : IRunner
{
    /// <inheritdoc/>
    public string Name => "recorded";

    /// <summary>Who gave the answers, e.g. libtorch 1.13.1.</summary>
    public string Version { get; } = string.Join(", ", answers.RecordedBy);

    /// <inheritdoc/>
    public string Details { get; } = $"{answers.Count} answers";

    /// <inheritdoc/>
    public void Run(Problem problem, TensorSet tensors, Outcome outcome)
    {
        if (!answers.TryGet(problem, out var row))
        {
            outcome.Unsupport("no answer is recorded for this problem");
        }
        else if (row.Outcome == OutcomeKind.Rejected)
        {
            outcome.Reject(row.Reason, $"recorded from {row.RecordedBy}: rejected ({ReasonText.Format(row.Reason)})");
        }
        else if (row.Expected is { Kind: ExpectedKind.Values } expected && row.OutputShape is { } shape)
        {
            Write(outcome.Output, problem.DType, [.. shape], expected.Values.AsSpan());
            outcome.Complete();
        }
        else
        {
            outcome.Unsupport("the answer was recorded without all its values");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing is held.
    }

    private static void Write(Tensor output, DType dtype, long[] shape, ReadOnlySpan<double> values)
    {
        output.Reshape(dtype, shape);
        for (var i = 0; i < values.Length; i++)
        {
            DataFiller.Store(output, i, values[i], "");
        }
    }
}
