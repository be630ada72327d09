using ParityHarness.Fixtures;
using ParityHarness.Oracle;
using ParityHarness.Problems;
using ParityHarness.Runners;

namespace ParityHarness.Judging;

/// <summary>
/// Compares each side with a recorded answer. The candidate fails against it as against a live reference; a live reference
/// that differs has drifted since, but for one whose known divergence covers the problem.
/// </summary>
internal sealed class ExpectedJudge(bool strictReasons)
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

        var (candidateKind, candidateDetail) = Difference(asked, expected, asked.Candidate);
        var (referenceKind, referenceDetail) = known.HasFlag(Side.Reference) ? (MismatchKind.None, "") : Difference(asked, expected, asked.Reference);
        return (candidateKind, referenceKind) switch
        {
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

    /// <summary>In what an outcome differs from a recorded answer; a runner that does not do the problem differs in nothing.</summary>
    private (MismatchKind Kind, string Detail) Difference(Case asked, FixtureRow expected, Outcome outcome)
    {
        if (outcome.Kind == OutcomeKind.Unsupported)
        {
            return (MismatchKind.None, "");
        }

        if (outcome.Kind != expected.Outcome)
        {
            var recorded = expected.Outcome.ToString()!.ToLowerInvariant();
            return (MismatchKind.Outcome, $"{outcome.Kind.ToString().ToLowerInvariant()} where {recorded} was recorded{(outcome.Message.Length > 0 ? $": {outcome.Message}" : "")}");
        }

        if (outcome.Kind == OutcomeKind.Rejected)
        {
            return !strictReasons || expected.Reason == RejectionReason.Unspecified || outcome.Reason == expected.Reason
                ? (MismatchKind.None, "")
                : (MismatchKind.Reason, $"rejected for {outcome.Reason} where {expected.Reason} was recorded");
        }

        if (expected.OutputShape is { } shape && !shape.AsSpan().SequenceEqual(outcome.Output.Shape))
        {
            return (MismatchKind.Shape, $"has shape [{string.Join(", ", outcome.Output.Shape)}] where [{string.Join(", ", shape)}] was recorded");
        }

        return expected.Expected is { } values && outcome.Output.Count > 0 && asked.Problem.IsJudged && DifferenceOfValues(asked, values, outcome) is { } detail
            ? (MismatchKind.Value, detail)
            : (MismatchKind.None, "");
    }

    private string? DifferenceOfValues(Case asked, ExpectedOutput expected, Outcome outcome)
    {
        if (expected.Kind == ExpectedKind.Hash)
        {
            return ExpectedOutput.HashOf(outcome.Output) == expected.Hash ? null : "has other values than were recorded (their hash differs)";
        }

        var dtype = asked.Problem.DType;
        _oracle.Evaluate(asked.Problem, asked.Tensors, asked.OutputLength, all: true);
        for (var i = 0; i < expected.Values.Length; i++)
        {
            var index = expected.Kind == ExpectedKind.Sample ? expected.Indices[i] : i;
            var (value, recorded) = (outcome.Output.At(index), expected.Values[i]);
            if (!IsNear(asked, (int)index, value, recorded))
            {
                return $"gives {NumberText.Format(value, dtype)} at output {index} where {NumberText.Format(recorded, dtype)} was recorded";
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
}
