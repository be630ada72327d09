using Xunit;

namespace ParityHarness.Tests.Runners.Native;

/// <summary>As <see cref="OneDnnFactAttribute"/>, with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OneDnnTheoryAttribute : TheoryAttribute
{
    public OneDnnTheoryAttribute() => Skip = OneDnnFactAttribute.WhyNot;
}
