using ParityHarness.Problems;
using ParityHarness.Results;

namespace ParityHarness.Failures;

/// <summary>What became of one failing problem that was made small.</summary>
/// <param name="Smallest">The smallest problem that fails in the same way.</param>
/// <param name="Row">What came of it.</param>
/// <param name="Tried">Problems tried.</param>
/// <param name="IsCutShort">Whether there may be a smaller one, since the time was over.</param>
/// <param name="Cause">What is wrong.</param>
internal sealed record Explanation(Problem Smallest, ResultRow Row, int Tried, bool IsCutShort, Cause Cause)
{
    /// <summary>One plain sentence about the cause; empty where nothing is sure.</summary>
    public string Diagnosis => Cause.Words;
}
