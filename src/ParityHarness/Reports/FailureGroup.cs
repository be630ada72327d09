using ParityHarness.Results;

namespace ParityHarness.Reports;

/// <summary>Failures of one cause.</summary>
internal sealed record FailureGroup
{
    /// <summary>What they have in common: kind of mismatch, side, and how each side ended.</summary>
    public required FailureKind? Kind { get; init; }

    /// <summary>How many there are.</summary>
    public required long Count { get; init; }

    /// <summary>The one shown: the shrunk one where there is one, else the first.</summary>
    public required ResultRow Row { get; init; }

    /// <summary>The problem line that the shrunk one was made of; empty where nothing was shrunk.</summary>
    public string Found { get; init; } = "";

    /// <summary>What is wrong, in one sentence; empty where it is not known.</summary>
    public string Diagnosis { get; init; } = "";

    /// <summary>Which problems of the run failed by this cause; null where no condition tells them from the others.</summary>
    public FailureArea? Area { get; init; }

    /// <summary>In which ways the cause showed, the most frequent first; empty where nothing was analysed.</summary>
    public IReadOnlyList<FailureShare> Kinds { get; init; } = [];

    /// <summary>The outputs of <see cref="Row"/>, or null where it has none to compare.</summary>
    public FailureValues? Values { get; init; }

    /// <summary>
    /// A failure of this kind as it was met, with enough outputs to see where the wrong ones lie; null where <see cref="Row"/> is
    /// such a one itself, or none has them.
    /// </summary>
    public ResultRow? Example { get; init; }

    /// <summary>The outputs of <see cref="Example"/>.</summary>
    public FailureValues? ExampleValues { get; init; }

    /// <summary>The failure as programs of its own; empty where its tensors are too large to be written out.</summary>
    public IReadOnlyList<Snippet> Snippets { get; init; } = [];
}
