using ParityHarness.Runners;

namespace ParityHarness.Campaigns.Workers;

/// <summary>What a worker says: first whom it has loaded, or why not; then for each order what came of it, or why it cannot be run.</summary>
internal sealed record WorkerAnswer
{
    /// <summary>Whom it has loaded.</summary>
    public WorkerRunners? Ready { get; init; }

    /// <summary>What came of an order.</summary>
    public RangeResult? Result { get; init; }

    /// <summary>Why the runners could not be loaded, or the tensors of a case not be made.</summary>
    public string? Refusal { get; init; }
}
