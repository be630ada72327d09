using ParityHarness.Fixtures;
using ParityHarness.Problems;
using ParityHarness.Runners;
using ParityHarness.Tensors;

namespace ParityHarness.Judging;

/// <summary>
/// Judges the answers of two runners to one problem: asks the judges in turn, and the first that finds something decides.
/// Each side is judged by PyTorch's rules and the oracle, so that it is known which side is wrong; then the sides are
/// compared with each other for accuracy, and with a recorded answer where there is one.
/// </summary>
internal sealed class Comparer
{
    /// <summary>By how much one side's rms error may exceed the larger of the other's and u times the typical partial sum.</summary>
    public const double AccuracyFactor = AccuracyJudge.Factor;

    private readonly RejectionJudge _rejections;
    private readonly OutcomeJudge _outcomes;
    private readonly ValueJudge _values;
    private readonly ExpectedJudge _expected;

    /// <summary>A comparer that decides by <paramref name="tolerance"/>.</summary>
    public Comparer(Tolerance tolerance, bool strictReasons = false)
    {
        _rejections = new RejectionJudge(strictReasons);
        _values = new ValueJudge(tolerance);
        _outcomes = new OutcomeJudge(_values);
        _expected = new ExpectedJudge(tolerance, strictReasons);
    }

    /// <summary>Time spent in the oracle so far, in ticks of Stopwatch.</summary>
    public long OracleTicks => _values.OracleTicks;

    /// <summary>Judges a problem.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="tensors">The numbers both sides were given.</param>
    /// <param name="reference">The reference's answer.</param>
    /// <param name="candidate">The candidate's answer.</param>
    /// <param name="known">The sides of which a named divergence covers the problem.</param>
    /// <param name="expected">A recorded answer, with which each side is compared too; null where the live reference decides alone.</param>
    public Judgement Compare(Problem problem, TensorSet tensors, Outcome reference, Outcome candidate, Side known = Side.None, FixtureRow? expected = null)
    {
        var asked = new Case(problem, tensors, reference, candidate);
        var result = new Judgement { RejectedByBoth = reference.Kind == OutcomeKind.Rejected && candidate.Kind == OutcomeKind.Rejected };
        result.Take(
            SupportJudge.JudgeCandidate(asked)
            ?? _rejections.Judge(asked)
            ?? _outcomes.Judge(asked, result)
            ?? _values.Judge(asked, result)
            ?? SupportJudge.JudgeReference(asked));
        if (expected?.Outcome is not null)
        {
            result.Take(_expected.Judge(asked, expected, result.Verdict, known));
        }

        if (result is { Verdict: Verdict.Failed, IsProved: true } && (result.Side & ~known) == Side.None)
        {
            result.Verdict = Verdict.KnownDivergence;
        }

        return result;
    }
}
