using Xunit;

namespace ParityHarness.Tests;

/// <summary>A test that needs something; see <see cref="Requirement"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RequiresFactAttribute : FactAttribute
{
    /// <param name="what">A name of <see cref="Requirement"/>, or a program.</param>
    public RequiresFactAttribute(string what)
    {
        What = what;
        Skip = Requirement.WhySkipped(what);
    }

    /// <summary>What it needs.</summary>
    public string What { get; }
}
