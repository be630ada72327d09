using ParityHarness.Judging;
using ParityHarness.Problems;

namespace ParityHarness.Results;

/// <summary>
/// In which way a problem failed: the kind of mismatch, the side, and how each side ended. Neither numbers, which depend on the
/// problem, nor messages belong to it.
/// </summary>
/// <param name="Kind">In what the sides differ.</param>
/// <param name="Side">Which is wrong.</param>
/// <param name="Reference">How the reference ended; without its words.</param>
/// <param name="Candidate">How the candidate ended; without its words.</param>
/// <param name="Check">In which way the side was asked again, where it is wrong only then.</param>
/// <param name="Fault">Why the side that was asked again failed.</param>
internal sealed record FailureKind(MismatchKind Kind, Side Side, Answer Reference, Answer Candidate, RepetitionCheck Check = RepetitionCheck.None, FaultCause Fault = FaultCause.None)
{
    /// <summary>The kind of a row's failure; null where the problem did not fail.</summary>
    public static FailureKind? Of(ResultRow row) => row.Verdict == Verdict.Failed
        ? new FailureKind(row.Kind, row.Side, row.ReferenceAnswer with { Message = "" }, row.CandidateAnswer with { Message = "" }, row.Check, row.Fault)
        : null;

    /// <summary>Whether the process of a side ended, or was ended for taking too long.</summary>
    public bool EndsProcess => EndsProcessBy(Candidate.Fault) || EndsProcessBy(Reference.Fault) || EndsProcessBy(Fault);

    private static bool EndsProcessBy(FaultCause cause) => cause is FaultCause.Timeout or FaultCause.InvalidAccess or FaultCause.Abort or FaultCause.DivisionByZero
        or FaultCause.IllegalInstruction or FaultCause.Signal or FaultCause.Exit or FaultCause.CorruptedProcess or FaultCause.BeyondEnd or FaultCause.BeforeStart;

    /// <summary>For example <c>value candidate, reference completed, candidate completed</c>.</summary>
    public override string ToString() => $"{Words.Of(Kind)} {Words.Of(Side)}, reference {Reference.Ending}, candidate {Candidate.Ending}{(Check == RepetitionCheck.None ? "" : $", asked again ({Words.Of(Check)})")}";
}
