using ParityHarness.Problems;

namespace ParityHarness.Judging;

/// <summary>Judges a problem that both sides reject: that is parity; with strict reasons, only where the reasons agree.</summary>
internal sealed class RejectionJudge(bool strictReasons)
{
    public Finding? Judge(Case asked)
    {
        var (reference, candidate) = (asked.Reference, asked.Candidate);
        if (reference.Kind != OutcomeKind.Rejected || candidate.Kind != OutcomeKind.Rejected)
        {
            return null;
        }

        if (reference.Reason == candidate.Reason || reference.Reason == RejectionReason.Unspecified || candidate.Reason == RejectionReason.Unspecified)
        {
            return new Finding(Verdict.Passed, MismatchKind.None, Side.None, "");
        }

        return new Finding(
            strictReasons ? Verdict.Failed : Verdict.Passed,
            MismatchKind.Reason,
            strictReasons ? Side.Candidate : Side.None,
            $"candidate rejects for {candidate.Reason} ({candidate.Message}), reference for {reference.Reason} ({reference.Message})");
    }
}
