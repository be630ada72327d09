using ParityHarness.Judging;
using ParityHarness.Problems;

namespace ParityHarness.Failures;

/// <summary>Compares what a hypothesis predicts with what came of a problem.</summary>
internal static class Fits
{
    /// <summary>How it stands.</summary>
    public static Fit Of(IDefectHypothesis hypothesis, Evidence evidence)
    {
        if (evidence.Sizes is not { } sizes || !evidence.IsJudged)
        {
            return Fit.SaysNothing;
        }

        var hasFailed = evidence.Failure is not null;
        var (fits, others) = hasFailed ? (Fit.Explains, Fit.Contradicts) : (Fit.SaysNothing, Fit.Contradicts);
        if (!hypothesis.IsAnother(sizes, evidence.Problem.Pass))
        {
            return hasFailed ? Fit.Contradicts : Fit.SaysNothing;
        }

        var shape = hypothesis.Shape(sizes, evidence.Problem.Pass);
        if (evidence.Outcome == OutcomeKind.Rejected && sizes.Rejection is not null)
        {
            return Fit.SaysNothing; // who computes otherwise may still look first for what is illegal
        }

        if (evidence.Outcome == OutcomeKind.Rejected || shape is null)
        {
            return evidence.Outcome == OutcomeKind.Rejected && shape is null ? fits : evidence.Outcome is OutcomeKind.Rejected or OutcomeKind.Completed ? others : Fit.SaysNothing;
        }

        if (!evidence.HasShape)
        {
            return hasFailed ? Fit.Contradicts : Fit.SaysNothing;
        }

        if (!evidence.ActualShape.AsSpan().SequenceEqual(shape))
        {
            return others;
        }

        if (!evidence.HasActual)
        {
            // A wrong shape is explained by its prediction; of wrong values that are not at hand nothing is known.
            return hasFailed && evidence.Row.Kind is MismatchKind.Shape or MismatchKind.Outcome ? fits : Fit.SaysNothing;
        }

        try
        {
            return hypothesis.Predict(sizes, evidence) is not { } prediction
                ? hasFailed && evidence.Row.Kind is MismatchKind.Value or MismatchKind.Special or MismatchKind.Accuracy ? others : fits
                : Enumerable.Range(0, evidence.Actual.Length).All(i => prediction.Fits(i, evidence.Actual[i], evidence.Problem.DType)) ? fits : others;
        }
        catch (IndexOutOfRangeException)
        {
            // Read so, the tensors end too early: no implementation could have done it.
            return others;
        }
    }
}
