using ParityHarness.Problems;

namespace ParityHarness.Failures;

/// <summary>A condition on the parameters of a problem.</summary>
/// <param name="Words">The condition as a noun phrase after "with", e.g. <c>stride &gt; 1</c>.</param>
/// <param name="Holds">Whether a problem meets it.</param>
internal sealed record Condition(string Words, Func<Problem, bool> Holds)
{
    /// <summary>The condition that all of several are met; null for none.</summary>
    public static Condition? All(IReadOnlyList<Condition> conditions) => conditions.Count switch
    {
        0 => null,
        1 => conditions[0],
        _ => new Condition(
            string.Join(", ", conditions.Take(conditions.Count - 1).Select(c => c.Words)) + " and " + conditions[^1].Words,
            problem => conditions.All(c => c.Holds(problem))),
    };
}
