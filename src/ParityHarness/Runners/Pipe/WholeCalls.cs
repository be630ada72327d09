using System.Diagnostics;

using ParityHarness.Problems;
using ParityHarness.Tensors;

namespace ParityHarness.Runners.Pipe;

/// <summary>The calls of a runner that can prepare nothing.</summary>
internal sealed class WholeCalls(IRunner runner, Problem problem, TensorSet tensors, Outcome outcome) : IPreparedCall
{
    /// <inheritdoc/>
    public double Run(long repetitions)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0L; i < repetitions; i++)
        {
            runner.Run(problem, tensors, outcome);
        }

        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return outcome.Kind == OutcomeKind.Completed ? seconds : throw new InvalidOperationException(outcome.Message);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
