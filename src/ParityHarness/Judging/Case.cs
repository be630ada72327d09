using ParityHarness.Problems;
using ParityHarness.Runners;
using ParityHarness.Tensors;

namespace ParityHarness.Judging;

/// <summary>A problem with both answers: what the judges judge.</summary>
internal sealed class Case
{
    /// <summary>A case; PyTorch's rules are asked once for all judges.</summary>
    public Case(Problem problem, TensorSet tensors, Outcome reference, Outcome candidate)
    {
        (Problem, Tensors, Reference, Candidate) = (problem, tensors, reference, candidate);
        Reason = ProblemRules.Check(problem, out var outputLength);
        OutputLength = outputLength;
    }

    public Problem Problem { get; }

    /// <summary>The numbers both sides were given.</summary>
    public TensorSet Tensors { get; }

    public Outcome Reference { get; }

    public Outcome Candidate { get; }

    /// <summary>Why PyTorch rejects the problem; null for a legal one.</summary>
    public RejectionReason? Reason { get; }

    /// <summary>Lout of a legal problem.</summary>
    public long OutputLength { get; }

    /// <summary>A side as the beginning of a sentence; one answer that is given for both sides is judged by itself.</summary>
    public string Subject(Side side) =>
        ReferenceEquals(Reference, Candidate) ? "it is" : side == Side.Both ? "both are" : side == Side.Candidate ? "candidate is" : "reference is";
}
