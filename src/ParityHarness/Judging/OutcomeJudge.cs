using ParityHarness.Problems;
using ParityHarness.Runners;

namespace ParityHarness.Judging;

/// <summary>
/// Judges how each call ended, its dtype and its shape by PyTorch's rules. Beside a side that is wrong in one of them, the
/// other is still judged by its values, so that a known divergence hides nothing.
/// </summary>
internal sealed class OutcomeJudge(ValueJudge values)
{
    /// <param name="asked">The case.</param>
    /// <param name="numbers">Takes the distances that are measured on the way.</param>
    public Finding? Judge(Case asked, Judgement numbers)
    {
        var (candidateKind, candidateDetail) = FindFault(asked, asked.Candidate);
        var (referenceKind, referenceDetail) = FindFault(asked, asked.Reference);
        if (candidateKind != MismatchKind.None && referenceKind != MismatchKind.None)
        {
            return Finding.Prove(candidateKind, Side.Both, $"candidate {candidateDetail}; reference {referenceDetail}");
        }

        if (referenceKind != MismatchKind.None)
        {
            return values.JudgeAlone(asked, asked.Candidate, numbers) is { Verdict: Verdict.Failed } wrong
                ? wrong with { Side = Side.Both, IsProved = true }
                : Finding.Prove(referenceKind, Side.Reference, $"reference {referenceDetail}");
        }

        if (candidateKind != MismatchKind.None)
        {
            var ofReference = new Judgement();
            return values.JudgeAlone(asked, asked.Reference, ofReference) is { Verdict: Verdict.Failed } wrong
                ? Finding.Prove(candidateKind, Side.Both, $"candidate {candidateDetail}; reference is wrong in {wrong.WrongElements} of {ofReference.Elements} outputs")
                : Finding.Prove(candidateKind, Side.Candidate, $"candidate {candidateDetail}");
        }

        return null;
    }

    /// <summary>In what an outcome breaks PyTorch's rules; a runner that does not do the problem breaks none.</summary>
    public static (MismatchKind Kind, string Detail) FindFault(Case asked, Outcome outcome)
    {
        switch (outcome.Kind)
        {
            case OutcomeKind.Faulted:
                return (outcome.ChangedEnvironment ? MismatchKind.Environment : MismatchKind.Fault, $"faulted: {outcome.Message}");
            case OutcomeKind.Rejected when asked.Reason is null:
                return (MismatchKind.Outcome, $"rejected a legal problem: {outcome.Message}");
            case OutcomeKind.Completed when asked.Reason is { } reason:
                return (MismatchKind.Outcome, $"completed with shape [{string.Join(", ", outcome.Output.Shape)}] where PyTorch rejects for {reason}");
            case OutcomeKind.Completed:
                break;
            default:
                return (MismatchKind.None, "");
        }

        if (outcome.Output.DType != asked.Problem.DType)
        {
            return (MismatchKind.DType, $"gives {outcome.Output.DType.Name()}, expected {asked.Problem.DType.Name()}");
        }

        var shape = ProblemRules.OutputShape(asked.Problem, asked.OutputLength);
        return outcome.Output.Shape.AsSpan().SequenceEqual(shape)
            ? (MismatchKind.None, "")
            : (MismatchKind.Shape, $"gives shape [{string.Join(", ", outcome.Output.Shape)}], expected [{string.Join(", ", shape)}]");
    }
}
