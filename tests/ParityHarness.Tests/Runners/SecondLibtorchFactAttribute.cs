using ParityHarness.Runners;

using Xunit;

namespace ParityHarness.Tests.Runners;

/// <summary>A test that needs libtorch@2.6; skipped, and counted so, where scripts/libtorch-2.6 has not brought it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SecondLibtorchFactAttribute : FactAttribute
{
    public const string Name = "libtorch@2.6";

    public SecondLibtorchFactAttribute() => Skip = LibtorchRoots.WhyNot(Name);
}
