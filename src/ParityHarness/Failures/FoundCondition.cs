namespace ParityHarness.Failures;

/// <summary>What a search has found.</summary>
/// <param name="Conditions">All of them are met by what fails, and what meets them fails; none where every problem fails.</param>
internal sealed record FoundCondition(IReadOnlyList<Condition> Conditions)
{
    /// <summary>The conditions as one; null where every problem fails.</summary>
    public Condition? All => Condition.All(Conditions);

    /// <summary>"with stride > 1 and dilation > 1".</summary>
    public string Words => $"with {All?.Words}";
}
