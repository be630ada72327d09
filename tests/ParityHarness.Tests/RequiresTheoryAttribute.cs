using Xunit;

namespace ParityHarness.Tests;

/// <summary>A test with data that needs something; see <see cref="Requirement"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RequiresTheoryAttribute : TheoryAttribute
{
    /// <param name="what">A name of <see cref="Requirement"/>, or a program.</param>
    public RequiresTheoryAttribute(string what)
    {
        What = what;
        Skip = Requirement.WhySkipped(what);
    }

    /// <summary>What it needs.</summary>
    public string What { get; }
}
