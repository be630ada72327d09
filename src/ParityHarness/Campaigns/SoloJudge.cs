using ParityHarness.Judging;
using ParityHarness.Problems;
using ParityHarness.Runners;
using ParityHarness.Tensors;

namespace ParityHarness.Campaigns;

/// <summary>Judges answers without a reference, by PyTorch's rules and the oracle.</summary>
internal sealed class SoloJudge : IDisposable
{
    private const string Candidate = "candidate ";

    private readonly Comparer _comparer = new(Tolerance.Bound);
    private readonly Outcome _nobody = new();

    /// <summary>A judge.</summary>
    public SoloJudge() => _nobody.Unsupport("there is no reference");

    /// <summary>Judges one answer.</summary>
    /// <param name="problem">What was asked.</param>
    /// <param name="tensors">The numbers.</param>
    /// <param name="outcome">The answer.</param>
    /// <param name="died">Whether its process died over it.</param>
    /// <param name="detail">What is wrong; empty where nothing is.</param>
    public SoloVerdict Judge(Problem problem, TensorSet tensors, Outcome outcome, bool died, out string detail)
    {
        detail = outcome.Message;
        if (died)
        {
            return SoloVerdict.Died;
        }

        if (outcome.Kind == OutcomeKind.Unsupported)
        {
            return SoloVerdict.NotOffered;
        }

        var judgement = _comparer.Compare(problem, tensors, _nobody, outcome);
        // There is no other side.
        detail = judgement.Detail.StartsWith(Candidate, StringComparison.Ordinal) ? judgement.Detail[Candidate.Length..] : judgement.Detail;
        return judgement.Verdict switch
        {
            Verdict.Failed => SoloVerdict.Wrong,
            Verdict.Mistrusted => SoloVerdict.NotJudged,
            Verdict.Unsupported when judgement.UnsupportedBy.HasFlag(Side.Candidate) => SoloVerdict.NotJudged,
            _ => judgement.Elements > 0 && judgement.Unjudged >= judgement.Elements ? SoloVerdict.NotJudged : SoloVerdict.Right,
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _nobody.Dispose();
}
