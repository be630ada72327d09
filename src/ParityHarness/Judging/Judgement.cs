using ParityHarness.Problems;

namespace ParityHarness.Judging;

/// <summary>The judgement of one problem.</summary>
internal sealed class Judgement
{
    /// <summary>What came of it.</summary>
    public Verdict Verdict { get; internal set; }

    /// <summary>In what the sides differ.</summary>
    public MismatchKind Kind { get; internal set; }

    /// <summary>Which side is wrong.</summary>
    public Side Side { get; internal set; }

    /// <summary>
    /// Whether PyTorch's rules or the oracle show that <see cref="Side"/> is wrong; not so where the sides only differ from
    /// each other, or from a recorded answer.
    /// </summary>
    internal bool IsProved { get; set; }

    /// <summary>Where unsupported: the sides that do not support such a problem, or whose values nobody judges.</summary>
    public Side UnsupportedBy { get; internal set; }

    /// <summary>In which way the side was asked again, where it is wrong only then.</summary>
    public RepetitionCheck Check { get; internal set; }

    /// <summary>Why the side that was asked again failed.</summary>
    public FaultCause Cause { get; internal set; }

    /// <summary>One sentence for people; empty when passed.</summary>
    public string Detail { get; internal set; } = "";

    /// <summary>Both sides rejected the problem.</summary>
    public bool RejectedByBoth { get; internal set; }

    /// <summary>Number of outputs compared with the oracle.</summary>
    public long Elements { get; internal set; }

    /// <summary>Outputs that are wrong on the blamed side; where a tolerance decides, that disagree.</summary>
    public long WrongElements { get; internal set; }

    /// <summary>Flat index of the first of them, or -1.</summary>
    public long FirstWrong { get; internal set; } = -1;

    /// <summary>Outputs that cannot be judged, since whether they overflow depends on the order of summation.</summary>
    public long Unjudged { get; internal set; }

    /// <summary>Outputs that are +0 on one side and -0 on the other: equal, but noted.</summary>
    public long SignedZeros { get; internal set; }

    /// <summary>max |candidate - reference|, over finite outputs.</summary>
    public double GreatestAbsoluteDifference { get; internal set; }

    /// <summary>max |candidate - reference| / |reference|, over finite outputs.</summary>
    public double GreatestRelativeDifference { get; internal set; }

    /// <summary>max |candidate - exact| / bound; 0 where nothing can round.</summary>
    public double CandidateErrorOverBound { get; internal set; }

    /// <summary>max |reference - exact| / bound.</summary>
    public double ReferenceErrorOverBound { get; internal set; }

    /// <summary>rms of candidate - exact.</summary>
    public double CandidateRms { get; internal set; }

    /// <summary>rms of reference - exact.</summary>
    public double ReferenceRms { get; internal set; }

    /// <summary>
    /// The larger of rms(exact) and rms(sum|x||w|)/sqrt(products): the size that partial sums have where terms are
    /// independent, also where they cancel in the end.
    /// </summary>
    public double TypicalRms { get; internal set; }

    /// <summary>The largest number of products that enter an output, where values were compared and can round; else 0.</summary>
    public double RoundedProducts { get; internal set; }

    /// <summary>
    /// The candidate's rms error over the larger of the reference's and of one rounding of a typical sum; null where accuracy
    /// was not judged. Above <see cref="Comparer.AccuracyFactor"/> it fails.
    /// </summary>
    public double? CandidateAccuracy { get; internal set; }

    /// <summary>The same of the reference.</summary>
    public double? ReferenceAccuracy { get; internal set; }

    /// <summary>Whether torch.testing.assert_close (with equal_nan) accepts the candidate; null where no values were compared.</summary>
    public bool? TorchClose { get; internal set; }

    /// <summary>The smallest atol with which assert_close's rtol would have accepted it; null where nothing failed and the defaults accept it.</summary>
    public double? PassingAtol { get; internal set; }

    /// <summary>The smallest rtol with which assert_close's atol would have accepted it; null where nothing failed and the defaults accept it.</summary>
    public double? PassingRtol { get; internal set; }

    /// <summary>Makes it a failure.</summary>
    internal void Fail(MismatchKind kind, Side side, string detail, RepetitionCheck check = RepetitionCheck.None, FaultCause cause = FaultCause.None)
    {
        Verdict = Verdict.Failed;
        Kind = kind;
        Side = side;
        (Check, Cause) = (check, cause);
        Detail = detail;
    }

    /// <summary>Takes over what a judge found; nothing, where it found nothing.</summary>
    internal void Take(Finding? finding)
    {
        if (finding is null)
        {
            return;
        }

        (Verdict, Kind, Detail, IsProved) = (finding.Verdict, finding.Kind, finding.Detail, finding.IsProved);
        (WrongElements, FirstWrong) = (finding.WrongElements, finding.FirstWrong);
        (Side, UnsupportedBy) = finding.Verdict == Verdict.Unsupported ? (Side.None, finding.Side) : (finding.Side, Side.None);
    }
}
