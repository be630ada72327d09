using Xunit;

namespace ParityHarness.Tests.Readme;

/// <summary>As <see cref="FactWithAttribute"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TheoryWithAttribute : TheoryAttribute
{
    public TheoryWithAttribute(string program)
    {
        Program = program;
        Skip = new FactWithAttribute(program).Skip;
    }

    public string Program { get; }
}
