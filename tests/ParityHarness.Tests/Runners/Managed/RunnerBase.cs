using ParityHarness.Problems;
using ParityHarness.Runners;
using ParityHarness.Tensors;

namespace ParityHarness.Tests.Runners.Managed;

/// <summary>What emitted runners derive from; abstract, so that it is itself no runner to be found.</summary>
public abstract class RunnerBase : IRunner
{
    public string Name => GetType().Name;

    public string Version => "1.0";

    public string Details => "";

    public void Run(Problem problem, TensorSet tensors, Outcome outcome) => outcome.Unsupport(Name);

    public void Dispose()
    {
    }
}
