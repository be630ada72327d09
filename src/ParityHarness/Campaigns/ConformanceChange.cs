namespace ParityHarness.Campaigns;

/// <summary>A cell that is not as it was.</summary>
/// <param name="Column">Who, now.</param>
/// <param name="Earlier">Who, then.</param>
/// <param name="Class">The row.</param>
/// <param name="Before">The cell then.</param>
/// <param name="Now">The cell now.</param>
internal sealed record ConformanceChange(ConformanceColumn Column, ConformanceColumn Earlier, string Class, ConformanceCell Before, ConformanceCell Now)
{
    /// <summary>Whether it does less than before, or more of it wrong.</summary>
    public bool IsWorse => Now.State != Before.State ? Now.State > Before.State : Now.Wrong + Now.Died > Before.Wrong + Before.Died;
}
