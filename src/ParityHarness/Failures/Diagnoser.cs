using ParityHarness.Fixtures;
using ParityHarness.Judging;
using ParityHarness.Problems;
using ParityHarness.Results;

namespace ParityHarness.Failures;

/// <summary>
/// Says what is wrong with a side: which mistake predicts its answers, else where they are wrong and on which problems. A cause is
/// said only after problems that would have refuted it were run.
/// </summary>
internal sealed class Diagnoser
{
    /// <summary>What the shrinker has tried tells little after so many; what is run for the diagnosis always counts.</summary>
    private const int MostOfShrinker = 300;
    private const int FewestPassed = 3;
    private const int MostPairs = 500;
    private const int MostOfRun = 2000;

    private readonly Experiments _experiments;
    private readonly FaultDiagnosis _faults;

    /// <summary>A diagnoser of one failure.</summary>
    /// <param name="run">Runs a problem once; the blamed side is the candidate of the row. Null where its tensors cannot be made.</param>
    /// <param name="runWithChecks">Runs it with all the ways of asking again.</param>
    /// <param name="budget">How long experiments may take.</param>
    public Diagnoser(Func<Problem, ResultRow?> run, Func<Problem, ResultRow?> runWithChecks, TimeSpan budget)
    {
        _experiments = new Experiments(run, budget);
        _faults = new FaultDiagnosis(_experiments, runWithChecks);
    }

    /// <summary>Adds what came of a problem that the shrinker has tried.</summary>
    public void AddTried(Problem problem, ResultRow row)
    {
        if (_experiments.All.Count < MostOfShrinker)
        {
            _experiments.Add(problem, row);
        }
    }

    /// <summary>Why a problem fails.</summary>
    /// <param name="problem">The failing problem, as small as it could be made.</param>
    /// <param name="row">What came of it.</param>
    /// <param name="failing">Problems of a run that failed in the same way.</param>
    /// <param name="passing">Problems of a run that did not fail, and were asked in the same way.</param>
    public Cause Explain(Problem problem, ResultRow row, IReadOnlyList<Problem> failing, IReadOnlyList<Problem> passing)
    {
        var found = _experiments.Add(problem, row);
        switch (row.Kind)
        {
            case MismatchKind.Environment:
                return new Cause("it changes the floating-point environment");
            case MismatchKind.Relation:
                return Cause.Unknown; // by value nothing is wrong, or it would have failed so
            case MismatchKind.Repetition or MismatchKind.Fault:
                return OfFault(problem, row, failing, passing);
        }

        IReadOnlyList<IDefectHypothesis> hypotheses = problem.IsBackward ? [.. GradientHypotheses.Wrong] : [.. ForwardHypotheses.Wrong];
        if (found.Sizes is not null && new HypothesisSearch(_experiments, hypotheses).Find(problem, found, failing, does => ConditionOf(problem, failing, [], does)) is { } cause)
        {
            return cause;
        }

        return row.Kind == MismatchKind.Outcome && row.CandidateAnswer.Kind == OutcomeKind.Completed
            ? new Cause($"accepts what PyTorch rejects: {WordsOf(problem, row.ReferenceAnswer)}")
            : row.Kind == MismatchKind.Outcome ? Conditional("rejects legal problems", ConditionOf(problem, failing, passing, e => e.HasFailed))
            : OfValues(problem, row, failing);
    }

    private Cause OfFault(Problem problem, ResultRow row, IReadOnlyList<Problem> failing, IReadOnlyList<Problem> passing)
    {
        var words = _faults.Describe(problem, row);
        if (words.Length == 0 || row.Check is RepetitionCheck.Threads or RepetitionCheck.Again)
        {
            return new Cause(words);
        }

        // A problem that was asked once only does not tell what comes of it when it is asked again.
        var condition = row.Check == RepetitionCheck.None ? ConditionOf(problem, failing, passing, e => e.HasFailed, evenWithoutTime: true) : null;
        return Conditional(words, condition, isEnough: true);
    }

    private Cause OfValues(Problem problem, ResultRow row, IReadOnlyList<Problem> failing)
    {
        if (row.Kind == MismatchKind.Shape && OfShapes() is { } shape)
        {
            return new Cause(shape);
        }

        // Problems with many outputs, so that a place shows, and narrow ones.
        foreach (var larger in Variations.One(Experiments.Plain(problem)).Concat(Variations.InWhichAllMatters(problem)).Take(120))
        {
            _experiments.Run(larger);
        }

        var completed = _experiments.All.Where(e => e.HasActual).ToArray();
        if (NarrowOutputs.Describe(completed) is { } narrow)
        {
            return new Cause(narrow);
        }

        var wrong = _experiments.All.Where(e => e.Failure is not null && e.HasActual).ToArray();
        var place = Locations.Find(wrong);
        // Problems without an output at that place do not tell when it is wrong there.
        var condition = ConditionOf(problem, failing, [], e => e.Failure is null && place?.Concerns(e) == false ? null : e.HasFailed);
        if (wrong.Length > 0 && wrong.All(IsLeftAsItWas))
        {
            return Conditional($"outputs are not written, or added to what stood there before{(place is null ? "" : ", only " + place.Words)}", condition, isEnough: true);
        }

        return place is null ? Conditional("wrong", condition) : Conditional($"wrong only {place.Words}", condition, isEnough: true);
    }

    /// <summary>What is said where a condition was found; alone it says enough, or nothing.</summary>
    private static Cause Conditional(string words, FoundCondition? found, bool isEnough = false) =>
        found is { All: { } all } ? new Cause($"{words}{(isEnough ? ", and only" : " only")} {found.Words}") { Condition = all }
        : isEnough ? new Cause(words)
        : Cause.Unknown;

    /// <summary>The condition under which a problem does something: empty where it always does, null where none fits or it was not tested.</summary>
    private FoundCondition? ConditionOf(Problem problem, IReadOnlyList<Problem> failing, IReadOnlyList<Problem> passing, Func<Evidence, bool?> does, bool evenWithoutTime = false)
    {
        var plain = Experiments.Plain(problem);
        bool? Does(Problem p) => evenWithoutTime ? _experiments.Run(Experiments.Plain(p)) is { } once ? does(once) : null : _experiments.Any(p, does);
        if (Does(plain) != true)
        {
            return null;
        }

        var limits = evenWithoutTime ? [] : new Thresholds(p => _experiments.Any(p, e => e.HasFailed)).Find(plain);
        var pool = Pool(plain, evenWithoutTime).ToList();
        var search = new ConditionSearch([.. limits, .. Conditions.MetBy(plain)], Does, () => !evenWithoutTime && _experiments.IsOver);
        var known = failing.Take(MostOfRun).ToList();
        // Of a rejection of both, or of what the side may not do at all, nothing is learnt.
        Problem[] others = [.. passing.Where(p => p.DType == plain.DType && p.Pass == plain.Pass && ProblemRules.Check(p, out _) is null).Take(MostOfRun)];
        return others.Length is > 0 and < FewestPassed ? null
            : search.Find([plain, .. known], others, pool)
            ?? (known.Count > 0 ? search.Find([plain], others, pool) : null);
    }

    private static IEnumerable<Problem> Pool(Problem plain, bool isCostly)
    {
        var one = Variations.One(plain);
        if (isCostly)
        {
            return one.Concat(Variations.InWhichAllMatters(plain).Take(10));
        }

        var two = Variations.Two(plain).ToArray();
        var step = Math.Max(1, two.Length / MostPairs);
        return one.Concat(two.Where((_, i) => i % step == 0)).Concat(Variations.InWhichAllMatters(plain));
    }

    /// <summary>Outputs are NaN before a call; where nothing that goes in is, nothing that comes out can be.</summary>
    private static bool IsLeftAsItWas(Evidence e) =>
        e.Actual.Any(double.IsNaN) && e.Input.Concat(e.Weight).Concat(e.Bias ?? []).Concat(e.GradOutput).All(double.IsFinite);

    /// <summary>The length is wrong by the same number everywhere.</summary>
    private string? OfShapes()
    {
        var wrong = _experiments.All.Where(e => e.Failure is not null && e.HasShape && !e.Problem.IsBackward && e.Sizes is { Rejection: null }).ToArray();
        var first = wrong.Length < FewestPassed ? null : Excess(wrong[0]);
        return first is null or 0 || wrong.Any(e => Excess(e) != first)
            ? null
            : $"the output is {Math.Abs(first.Value)} element{(first is 1 or -1 ? "" : "s")} too {(first > 0 ? "long" : "short")}";

        static long? Excess(Evidence e) =>
            e.ActualShape is [var n, var c, var length] && n == e.Sizes!.Value.Batch && c == e.Sizes.Value.OutChannels ? length - e.Sizes.Value.OutputLength : null;
    }

    /// <summary>The reason in words; where the reference is wrong too, the one that PyTorch's rules give.</summary>
    private static string WordsOf(Problem problem, Answer reference)
    {
        var reason = reference.Kind == OutcomeKind.Rejected ? ReasonText.Format(reference.Reason)
            : ProblemRules.Check(problem, out _) is { } broken ? ReasonText.Format(broken)
            : reference.ToString();
        return reason.Replace('_', ' ');
    }
}
