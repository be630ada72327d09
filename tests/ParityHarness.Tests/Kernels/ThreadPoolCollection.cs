using Xunit;

namespace ParityHarness.Tests.Kernels;

/// <summary>Tests that need threads of the pool to be free: they run beside no other.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ThreadPoolCollection
{
    public const string Name = "thread pool";
}
