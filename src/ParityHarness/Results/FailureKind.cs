using ParityHarness.Judging;

namespace ParityHarness.Results;

/// <summary>
/// In which way a problem failed: the kind of mismatch, the side, and how each side ended. Neither numbers, which depend on the
/// problem, nor messages belong to it.
/// </summary>
/// <param name="Kind">In what the sides differ.</param>
/// <param name="Side">Which is wrong.</param>
/// <param name="Reference">How the reference ended; without its words.</param>
/// <param name="Candidate">How the candidate ended; without its words.</param>
internal sealed record FailureKind(MismatchKind Kind, Side Side, Answer Reference, Answer Candidate)
{
    /// <summary>The kind of a row's failure; null where the problem did not fail.</summary>
    public static FailureKind? Of(ResultRow row) => row.Verdict == Verdict.Failed
        ? new FailureKind(row.Kind, row.Side, row.ReferenceAnswer with { Message = "" }, row.CandidateAnswer with { Message = "" })
        : null;

    /// <summary>For example <c>value candidate, reference completed, candidate completed</c>.</summary>
    public override string ToString() => $"{Words.Of(Kind)} {Words.Of(Side)}, reference {Reference.Ending}, candidate {Candidate.Ending}";
}
