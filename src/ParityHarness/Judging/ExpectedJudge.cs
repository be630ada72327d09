using ParityHarness.Fixtures;
using ParityHarness.Oracle;
using ParityHarness.Problems;
using ParityHarness.Runners;

namespace ParityHarness.Judging;

/// <summary>
/// Compares each side with a recorded answer. The candidate fails against it as against a live reference; a live reference
/// that differs has drifted since, but for one whose known divergence covers the problem. Where both sides differ from it, though
/// both are right by PyTorch's rules and the oracle, it is the recorded answer that is wrong.
/// </summary>
/// <param name="tolerance">How near values must be to the recorded ones, where the row does not say it.</param>
/// <param name="strictReasons">Whether another reason for a rejection is a difference.</param>
internal sealed class ExpectedJudge(Tolerance tolerance, bool strictReasons)
{
    private readonly OracleEvaluator _oracle = new();

    /// <param name="asked">The case.</param>
    /// <param name="expected">The recorded answer.</param>
    /// <param name="verdict">What the other judges decided: a failure stays as it is.</param>
    /// <param name="known">The sides of which a named divergence covers the problem.</param>
    public Finding? Judge(Case asked, FixtureRow expected, Verdict verdict, Side known)
    {
        if (verdict == Verdict.Failed)
        {
            return null;
        }

        var (candidateKind, candidateDetail, candidateIsExact) = Difference(asked, expected, asked.Candidate);
        var (referenceKind, referenceDetail, referenceIsExact) = known.HasFlag(Side.Reference) ? (MismatchKind.None, "", false) : Difference(asked, expected, asked.Reference);
        return (candidateKind, referenceKind) switch
        {
            (not MismatchKind.None, not MismatchKind.None) when verdict == Verdict.Passed && candidateIsExact && referenceIsExact =>
                Finding.Fail(candidateKind, Side.None, $"the recorded answer is wrong ({expected.RecordedBy}): candidate, reference and oracle agree, and the candidate {candidateDetail}"),
            (MismatchKind.Value, _) when asked.Reference.Kind == OutcomeKind.Unsupported && candidateIsExact && expected.Expected!.Kind != ExpectedKind.Hash =>
                Finding.Fail(candidateKind, Side.None, $"the recorded answer is wrong ({expected.RecordedBy}): candidate and oracle agree, and the candidate {candidateDetail}"),
            (MismatchKind.None, MismatchKind.None) => verdict == Verdict.Unsupported && StandsInForReference(asked)
                ? new Finding(Verdict.Passed, MismatchKind.None, Side.None, "")
                : null,
            (MismatchKind.None, _) => Finding.Fail(MismatchKind.Drift, Side.Reference, $"reference {referenceDetail} ({expected.RecordedBy})"),
            (_, MismatchKind.None) => Finding.Fail(candidateKind, Side.Candidate, $"candidate {candidateDetail} ({expected.RecordedBy})"),
            _ => Finding.Fail(candidateKind, Side.Both, $"candidate {candidateDetail}; reference {referenceDetail} ({expected.RecordedBy})"),
        };
    }

    /// <summary>Whether the candidate was compared with the recorded answer where the reference does not do the problem.</summary>
    private static bool StandsInForReference(Case asked) => asked.Reference.Kind == OutcomeKind.Unsupported
        && (asked.Candidate.Kind == OutcomeKind.Rejected
            || (asked.Candidate.Kind == OutcomeKind.Completed && (asked.Candidate.Output.Count == 0 || asked.Problem.IsJudged)));

    /// <summary>
    /// In what an outcome differs from a recorded answer; a runner that does not do the problem differs in nothing. IsExact is
    /// false where the value that differs is not within the oracle's bound.
    /// </summary>
    private (MismatchKind Kind, string Detail, bool IsExact) Difference(Case asked, FixtureRow expected, Outcome outcome)
    {
        if (outcome.Kind == OutcomeKind.Unsupported)
        {
            return (MismatchKind.None, "", true);
        }

        if (outcome.Kind != expected.Outcome)
        {
            var recorded = expected.Outcome.ToString()!.ToLowerInvariant();
            return (MismatchKind.Outcome, $"{outcome.Kind.ToString().ToLowerInvariant()} where {recorded} was recorded{(outcome.Message.Length > 0 ? $": {outcome.Message}" : "")}", true);
        }

        if (outcome.Kind == OutcomeKind.Rejected)
        {
            return !strictReasons || expected.Reason == RejectionReason.Unspecified || outcome.Reason == expected.Reason
                ? (MismatchKind.None, "", true)
                : (MismatchKind.Reason, $"rejected for {outcome.Reason} where {expected.Reason} was recorded", true);
        }

        if (expected.OutputShape is { } shape && !shape.AsSpan().SequenceEqual(outcome.Output.Shape))
        {
            return (MismatchKind.Shape, $"has shape [{string.Join(", ", outcome.Output.Shape)}] where [{string.Join(", ", shape)}] was recorded", true);
        }

        return expected.Expected is { } values && outcome.Output.Count > 0 && asked.Problem.IsJudged && DifferenceOfValues(asked, expected.Tolerance ?? tolerance, values, outcome) is var (detail, isExact)
            ? (MismatchKind.Value, detail, isExact)
            : (MismatchKind.None, "", true);
    }

    private (string Detail, bool IsExact)? DifferenceOfValues(Case asked, Tolerance by, ExpectedOutput expected, Outcome outcome)
    {
        if (expected.Kind == ExpectedKind.Hash)
        {
            return ExpectedOutput.HashOf(outcome.Output) == expected.Hash ? null : ("has other values than were recorded (their hash differs)", true);
        }

        var dtype = asked.Problem.DType;
        _oracle.Evaluate(asked.Problem, asked.Tensors, asked.OutputLength, all: true);
        for (var i = 0; i < expected.Values.Length; i++)
        {
            var index = expected.Kind == ExpectedKind.Sample ? expected.Indices[i] : i;
            var (value, recorded) = (outcome.Output.At(index), expected.Values[i]);
            if (by.IsBound ? !IsNear(asked, (int)index, value, recorded) : !by.Agree(value, recorded, dtype))
            {
                var detail = $"gives {NumberText.Format(value, dtype)} at output {index} where {NumberText.Format(recorded, dtype)} was recorded";
                return (by.IsBound ? detail : $"{detail}, beyond {by.Text}", IsExact((int)index, value));
            }
        }

        return null;
    }

    /// <summary>
    /// Both a recorded value and a present one lie within the bound of the exact one, so they are at most two bounds
    /// apart. Where the sum may overflow on the way, either may be anything.
    /// </summary>
    private bool IsNear(Case asked, int index, double value, double recorded)
    {
        if (value == recorded || value.Equals(recorded) || !_oracle.IsDefined(index))
        {
            return true;
        }

        if (!double.IsFinite(value) || !double.IsFinite(recorded))
        {
            var dtype = asked.Problem.DType;
            return !_oracle.IsExact && (double.IsFinite(_oracle.Magnitude[index])
                ? _oracle.Magnitude[index] >= Precision.Of(dtype).Largest
                : dtype.IsComplex() || Measure.AreFinite(asked.Problem.Pass, asked.Tensors));
        }

        return Math.Abs(value - recorded) <= 2 * _oracle.Bound[index];
    }

    private bool IsExact(int index, double value) =>
        value.Equals(_oracle.Exact[index]) || (double.IsFinite(value) && Math.Abs(value - _oracle.Exact[index]) <= _oracle.Bound[index]);
}
