using ParityHarness.Judging;

namespace ParityHarness.Results;

/// <summary>How large the errors of both sides were, over the problems in which something can round and values were compared.</summary>
internal sealed class ErrorCounts
{
    /// <summary>Problems are told apart by the products of an output in powers of 2; the last holds whatever is larger.</summary>
    public const int Sizes = 25;

    private readonly long[] _problems = new long[Sizes];
    private readonly double[] _candidate = new double[Sizes];
    private readonly double[] _reference = new double[Sizes];

    /// <summary>The candidate's largest error of a problem, over the bound.</summary>
    public Histogram CandidateOverBound { get; } = new();

    /// <summary>The reference's.</summary>
    public Histogram ReferenceOverBound { get; } = new();

    /// <summary>The candidate's rms error, over what <see cref="Judgement.CandidateAccuracy"/> compares it with.</summary>
    public Histogram CandidateAccuracy { get; } = new();

    /// <summary>The reference's.</summary>
    public Histogram ReferenceAccuracy { get; } = new();

    /// <summary>Problems whose outputs have from 2^<paramref name="size"/> products on, and fewer than twice as many.</summary>
    public long Problems(int size) => _problems[size];

    /// <summary>The candidate's largest error over the bound among them.</summary>
    public double WorstCandidate(int size) => _candidate[size];

    /// <summary>The reference's.</summary>
    public double WorstReference(int size) => _reference[size];

    /// <summary>The candidate's largest finite rms error, over what it is compared with.</summary>
    public double WorstAccuracy { get; private set; }

    /// <summary>Counts a problem; one in which nothing can round, or no values were compared, does not count.</summary>
    public void Add(Judgement judgement)
    {
        if (judgement.RoundedProducts <= 0)
        {
            return;
        }

        CandidateOverBound.Add(judgement.CandidateErrorOverBound);
        if (judgement.TorchClose is not null)
        {
            ReferenceOverBound.Add(judgement.ReferenceErrorOverBound);
        }

        if (judgement.CandidateAccuracy is { } candidate && judgement.ReferenceAccuracy is { } reference)
        {
            CandidateAccuracy.Add(candidate);
            ReferenceAccuracy.Add(reference);
            AddAccuracy(candidate);
        }

        Add(Math.Clamp(Math.ILogB(judgement.RoundedProducts), 0, Sizes - 1), 1, judgement.CandidateErrorOverBound, judgement.ReferenceErrorOverBound);
    }

    /// <summary>Counts problems of a size, with the largest errors over the bound among them.</summary>
    public void Add(int size, long problems, double candidate, double reference)
    {
        _problems[size] += problems;
        _candidate[size] = Math.Max(_candidate[size], candidate);
        _reference[size] = Math.Max(_reference[size], reference);
    }

    /// <summary>Counts the candidate's largest rms error of some problems.</summary>
    public void AddAccuracy(double worst) => WorstAccuracy = double.IsFinite(worst) ? Math.Max(WorstAccuracy, worst) : WorstAccuracy;

    /// <summary>Adds other counts to these.</summary>
    public void Add(ErrorCounts other)
    {
        AddAccuracy(other.WorstAccuracy);
        foreach (var (own, others) in Histograms.Zip(other.Histograms))
        {
            own.Add(others);
        }

        for (var i = 0; i < Sizes; i++)
        {
            Add(i, other._problems[i], other._candidate[i], other._reference[i]);
        }
    }

    private Histogram[] Histograms => [CandidateOverBound, ReferenceOverBound, CandidateAccuracy, ReferenceAccuracy];
}
