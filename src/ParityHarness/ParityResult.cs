using ParityHarness.Results;

namespace ParityHarness;

/// <summary>The counts of a check, and the first problems in which parity did not hold.</summary>
public sealed record ParityResult
{
    internal ParityResult(CampaignResult campaign)
    {
        Campaign = campaign;
        Failures = [.. campaign.FirstRows.Select(row => new ParityFailure(row.ProblemLine, row.Detail))];
    }

    /// <summary>Problems that were put to the implementation.</summary>
    public long Problems => Campaign.Tally.Problems;

    /// <summary>Problems in which it agrees with PyTorch, without those that both reject.</summary>
    public long Passed => Campaign.Tally.Passed;

    /// <summary>Problems that both reject, which is parity too.</summary>
    public long RejectedByBoth => Campaign.Tally.RejectedByBoth;

    /// <summary>Problems in which parity does not hold.</summary>
    public long Failed => Campaign.Tally.Failed;

    /// <summary>Problems in which the reference is known to be wrong.</summary>
    public long KnownDivergences => Campaign.Tally.Known;

    /// <summary>Problems in which too few outputs differ from zero to compare anything.</summary>
    public long Mistrusted => Campaign.Tally.Mistrusted;

    /// <summary>Problems that one of the sides does not do.</summary>
    public long Unsupported => Campaign.Tally.Unsupported;

    /// <summary>Name and version of the reference.</summary>
    public string Reference => Campaign.Reference.Label;

    /// <summary>Name and version of the implementation.</summary>
    public string Candidate => Campaign.Candidate.Label;

    /// <summary>The first failed or mistrusted problems, at most some hundred.</summary>
    public IReadOnlyList<ParityFailure> Failures { get; }

    /// <summary>Wall time.</summary>
    public TimeSpan Elapsed => Campaign.Elapsed;

    /// <summary>The result as the command line knows it.</summary>
    internal CampaignResult Campaign { get; }

    /// <summary>The counts in one line.</summary>
    public override string ToString() => Campaign.Why;
}
