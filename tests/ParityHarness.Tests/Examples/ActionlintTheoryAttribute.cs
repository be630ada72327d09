using Xunit;

namespace ParityHarness.Tests.Examples;

/// <summary>As <see cref="ActionlintFactAttribute"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ActionlintTheoryAttribute : TheoryAttribute
{
    public ActionlintTheoryAttribute() => Skip = ActionlintFactAttribute.Missing;
}
