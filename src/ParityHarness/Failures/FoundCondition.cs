namespace ParityHarness.Failures;

/// <summary>What a search has found.</summary>
/// <param name="Conditions">All of them are met by what fails; none where every problem fails.</param>
/// <param name="IsEnough">Whether what meets them fails.</param>
internal sealed record FoundCondition(IReadOnlyList<Condition> Conditions, bool IsEnough)
{
    /// <summary>The conditions as one; null where every problem fails.</summary>
    public Condition? All => Condition.All(Conditions);

    /// <summary>"with stride > 1 and dilation > 1".</summary>
    public string Words => $"with {All?.Words}{(IsEnough ? "" : ", though not always")}";
}
