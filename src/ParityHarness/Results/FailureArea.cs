using System.Globalization;

namespace ParityHarness.Results;

/// <summary>
/// Where the failures of one cause lie among all problems of a run: the narrowest condition on the parameters that holds
/// for every one of them.
/// </summary>
/// <param name="Condition">The condition in words, e.g. <c>output_padding &gt;= stride</c>.</param>
/// <param name="Failures">Failures of the cause: the condition holds for all of them.</param>
/// <param name="Among">Problems of the run for which the condition holds, failures included.</param>
/// <param name="Others">Problems of the run for which it does not hold: none of them failed by this cause.</param>
internal sealed record FailureArea(string Condition, long Failures, long Among, long Others)
{
    /// <summary>One sentence: <c>all 319 failures are among output_padding &gt;= stride (319 of 923); none in the other 9,077</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{(Failures == 1 ? "the failure is" : $"all {Failures:N0} failures are")} among {Condition} ({Failures:N0} of {Among:N0}); none in the other {Others:N0}");
}
