using ParityHarness.Problems;

namespace ParityHarness.Judging;

/// <summary>Says which side does not do a problem. The other side is still judged.</summary>
internal static class SupportJudge
{
    /// <summary>Finds a candidate that does not do the problem; the reference may be wrong in how it ended even so.</summary>
    public static Finding? JudgeCandidate(Case asked)
    {
        if (asked.Candidate.Kind != OutcomeKind.Unsupported)
        {
            return null;
        }

        var (kind, detail) = OutcomeJudge.FindFault(asked, asked.Reference);
        return kind != MismatchKind.None
            ? Finding.Prove(kind, Side.Reference, $"reference {detail}")
            : Finding.Unsupported(
                asked.Reference.Kind == OutcomeKind.Unsupported ? Side.Both : Side.Candidate, $"the candidate does not do it: {asked.Candidate.Message}");
    }

    /// <summary>Finds a reference that does not do the problem, beside a candidate to which nobody objects.</summary>
    public static Finding? JudgeReference(Case asked) => asked.Reference.Kind == OutcomeKind.Unsupported
        ? Finding.Unsupported(Side.Reference, $"the reference does not do it ({asked.Reference.Message}); the candidate agrees with the oracle")
        : null;
}
