using ParityHarness.Problems;
using ParityHarness.Results;

namespace ParityHarness.Failures;

/// <summary>What is wrong with a side, after it has been tested.</summary>
/// <param name="Words">One plain sentence; empty where nothing is sure.</param>
internal sealed record Cause(string Words)
{
    /// <summary>Nothing is sure.</summary>
    public static Cause Unknown { get; } = new("");

    /// <summary>The condition under which it fails; null where it always does, or nothing is known.</summary>
    internal Condition? Condition { get; init; }

    /// <summary>What the side takes a call to mean; null where that is not known.</summary>
    internal IDefectHypothesis? Hypothesis { get; init; }

    /// <summary>
    /// Whether a failure is of this cause: true where it was predicted, false where something else was; null where the cause predicts
    /// nothing of it.
    /// </summary>
    public bool? Explains(Problem problem, ResultRow row) => Explains(Evidence.Of(problem, row));

    private bool? Explains(Evidence failure) => Hypothesis is null ? null : Fits.Of(Hypothesis, failure) switch
    {
        Fit.Explains => true,
        Fit.Contradicts when failure.Sizes is not null && (failure.HasShape || failure.Outcome == OutcomeKind.Rejected) && !IsOfAnotherPass(failure.Problem) => false,
        _ => null,
    };

    /// <summary>
    /// Whether it predicts another outcome or output shape than the right one: who computes so may fail in any way, in the gradients too. False where
    /// nothing is predicted.
    /// </summary>
    internal bool PredictsOtherShape(Problem problem)
    {
        if (Hypothesis is not ForwardHypothesis hypothesis || Sizes.Of(problem) is not { } sizes || !hypothesis.IsAnother(sizes, Pass.Forward))
        {
            return false;
        }

        var (predicted, right) = (hypothesis.Shape(sizes, Pass.Forward), ForwardHypotheses.Right.Shape(sizes, Pass.Forward));
        return predicted is null || right is null ? predicted != right : !predicted.AsSpan().SequenceEqual(right);
    }

    private bool IsOfAnotherPass(Problem problem) => problem.IsBackward != Hypothesis is GradientHypothesis;
}
