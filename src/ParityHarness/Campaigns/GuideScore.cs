using ParityHarness.Judging;
using ParityHarness.Problems;
using ParityHarness.Results;

namespace ParityHarness.Campaigns;

/// <summary>How near to failing a problem came that passed; 0 for any other, which is found already or cannot fail so.</summary>
/// <param name="Size">Products of an output, as a power of 2: errors grow with them otherwise than bounds do.</param>
/// <param name="Error">The candidate's largest error over the bound.</param>
/// <param name="Accuracy">The candidate's rms error over what it is compared with.</param>
internal readonly record struct GuideScore(int Size, double Error, double Accuracy)
{
    /// <summary>One for each size of sums towards the largest error, and then one for each towards the largest rms error.</summary>
    public const int Niches = 2 * ErrorCounts.Sizes;

    /// <summary>The score of a problem. The rounding to 16 bits alone reaches the bound, so that there is nothing to climb to.</summary>
    public static GuideScore Of(Problem problem, Judgement judgement) => judgement is { Verdict: Verdict.Passed, RoundedProducts: > 0 }
        ? new GuideScore(Math.Clamp(Math.ILogB(judgement.RoundedProducts), 0, ErrorCounts.Sizes - 1), problem.DType is DType.Float16 or DType.BFloat16 ? 0 : judgement.CandidateErrorOverBound, judgement.CandidateAccuracy ?? 0)
        : default;

    /// <summary>The ratio in each of the two niches of the problem.</summary>
    public ReadOnlySpan<(int Niche, double Ratio)> Ratios => new[] { (Size, Error), (ErrorCounts.Sizes + Size, Accuracy) };
}
