using ParityHarness.Problems;
using ParityHarness.Tensors;

namespace ParityHarness.Runners;

/// <summary>How the harness calls a runner.</summary>
internal static class RunnerCall
{
    /// <summary>Asks a runner. One that throws has failed at this problem, as a native one that faults has.</summary>
    internal static void Ask(IRunner runner, Problem problem, TensorSet tensors, Outcome outcome)
    {
        try
        {
            runner.Run(problem, tensors, outcome);
        }
        catch (Exception e)
        {
            outcome.Fault($"threw {e.GetType().Name}: {e.Message}", FaultCause.Exception);
        }
    }
}
