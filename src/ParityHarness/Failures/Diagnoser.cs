using System.Diagnostics;

using ParityHarness.Fixtures;
using ParityHarness.Judging;
using ParityHarness.Problems;
using ParityHarness.Results;

namespace ParityHarness.Failures;

/// <summary>
/// Says what is wrong with a side: which wrong meaning of ConvTranspose1d reproduces its outputs, else where they are
/// wrong and on which problems. A cause is claimed only where one fits all that was seen and no other does.
/// </summary>
/// <param name="run">Runs a problem; the blamed side is the candidate of the row. Null where its tensors cannot be made.</param>
/// <param name="budget">How long probing may take.</param>
internal sealed class Diagnoser(Func<Problem, ResultRow?> run, TimeSpan budget)
{
    /// <summary>What the shrinker has tried tells little after so many; what is run for the diagnosis always counts.</summary>
    private const int MostOfShrinker = 300;

    private readonly Stopwatch _clock = new();
    private readonly List<Evidence> _evidence = [];
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private IReadOnlyList<IMeaning> _meanings = [];
    private bool _mayProbe;

    /// <summary>Adds what came of a problem that the shrinker has tried.</summary>
    public void AddTried(Problem problem, ResultRow row)
    {
        if (_evidence.Count < MostOfShrinker)
        {
            Add(problem, row);
        }
    }

    private void Add(Problem problem, ResultRow row)
    {
        if (_seen.Add(problem.ToString()))
        {
            // Where only a relation fails, the answer to this problem is right; what is wrong is another.
            _evidence.Add(Evidence.Of(problem, row, row.Kind == MismatchKind.Relation ? null : FailureKind.Of(row)));
        }
    }

    /// <summary>One plain sentence about why <paramref name="problem"/> fails, or an empty one where nothing is sure.</summary>
    /// <param name="problem">The failing problem, as small as it could be made.</param>
    /// <param name="row">What came of it.</param>
    /// <param name="mayProbe">Whether other problems may be run to tell causes from each other.</param>
    public string Explain(Problem problem, ResultRow row, bool mayProbe = true)
    {
        Add(problem, row);
        _mayProbe = mayProbe;
        _meanings = problem.IsBackward ? [.. GradientMeanings.Wrong] : [.. Meanings.Wrong];
        switch (row.Kind)
        {
            case MismatchKind.Environment:
                return "it changes the floating-point environment";
            case MismatchKind.Relation:
                return ""; // by value nothing is wrong, or it would have failed so
            case MismatchKind.Repetition or MismatchKind.Fault:
                return OfRepetition(row) ?? OfConditions(Probe(problem, FailureKind.Of(row)!), "fails") ?? "";
            case MismatchKind.Outcome when row.CandidateAnswer.Kind == OutcomeKind.Completed:
                return $"accepts what PyTorch rejects: {WordsOf(problem, row.ReferenceAnswer)}";
            case MismatchKind.Outcome:
                return OfConditions(Probe(problem, FailureKind.Of(row)!), "rejects legal problems") ?? "";
            default:
                return OfValues(Probe(problem, FailureKind.Of(row)!));
        }
    }

    private FailureKind Probe(Problem problem, FailureKind kind)
    {
        _clock.Restart();
        foreach (var probe in Probes.Around(problem))
        {
            if (!_mayProbe || _clock.Elapsed > budget)
            {
                break;
            }

            if (run(probe) is { } row)
            {
                Add(probe, row);
            }
        }

        return kind;
    }

    private string OfValues(FailureKind kind)
    {
        var failing = _evidence.Where(e => e.Failure == kind).ToArray();
        var completed = _evidence.Where(e => e.HasActual).ToArray();
        var wrong = completed.Where(e => e.Failure is not null).ToArray();
        if (wrong.Length == 0)
        {
            return OfConditions(kind, "wrong") ?? "";
        }

        var always = CausesThatFit(completed, wrong);
        if (always.Count == 1)
        {
            return always[0].Cause;
        }

        var sometimes = always.Count > 1 ? [] : CausesThatFit(wrong, wrong);
        if (sometimes.Count == 1)
        {
            // A problem in which the wrong meaning makes no difference does not tell when it is meant.
            var others = completed.Where(e => e.Failure is null && !Fits(sometimes[0], e));
            return $"{sometimes[0].Cause}, {Conditions.Describe([.. wrong.Select(e => e.Problem)], [.. others.Select(e => e.Problem)]) ?? "on some problems"}";
        }

        if ((NarrowOutputs.Describe(completed) ?? OfShapes(wrong)) is { } found)
        {
            return found;
        }

        var conditions = Conditions.Describe([.. failing.Select(e => e.Problem)], [.. Passing.Select(e => e.Problem)]);
        var place = Locations.Describe(failing);
        if (AreLeftAsTheyWere(failing))
        {
            return $"outputs are not written, or added to what stood there before{(place is null ? "" : ", " + place["wrong ".Length..])}";
        }

        return (place, conditions) switch
        {
            (null, null) => "",
            (null, _) => $"wrong {conditions}",
            (_, null) => place,
            _ => $"{place}, {conditions}",
        };
    }

    /// <summary>Outputs are NaN before a call; where nothing that goes in is, nothing that comes out can be.</summary>
    private static bool AreLeftAsTheyWere(IReadOnlyList<Evidence> failing) =>
        failing.Where(e => e.HasActual).All(e => e.Actual.Any(double.IsNaN) && e.Input.Concat(e.Weight).Concat(e.Bias ?? []).Concat(e.GradOutput).All(double.IsFinite));

    /// <summary>The length is wrong by the same number everywhere.</summary>
    private static string? OfShapes(IReadOnlyList<Evidence> wrong)
    {
        var first = wrong[0].Problem.IsBackward ? null : Excess(wrong[0]);
        return first is null or 0 || wrong.Any(e => Excess(e) != first)
            ? null
            : $"the output is {Math.Abs(first.Value)} element{(first is 1 or -1 ? "" : "s")} too {(first > 0 ? "long" : "short")}";

        static long? Excess(Evidence e) =>
            e.ActualShape is [var n, var c, var length] && n == e.Sizes!.Value.Batch && c == e.Sizes.Value.OutChannels ? length - e.Sizes.Value.OutputLength : null;
    }

    private IEnumerable<Evidence> Passing => _evidence.Where(e => e.Failure is null && e.Sizes is not null);

    /// <summary>
    /// Of each cause the meaning that reproduces all of the evidence: it is wrong where the side is wrong, and where the
    /// side is right it makes no difference.
    /// </summary>
    private List<IMeaning> CausesThatFit(IReadOnlyList<Evidence> all, IReadOnlyList<Evidence> wrong) =>
        [.. _meanings
            .Where(meaning => wrong.All(e => Fits(meaning, e)) && all.All(e => e.Failure is not null || Fits(meaning, e)))
            .DistinctBy(meaning => meaning.Cause, StringComparer.Ordinal)];

    private static bool Fits(IMeaning meaning, Evidence evidence)
    {
        var sizes = evidence.Sizes!.Value;
        var pass = evidence.Problem.Pass;
        if (!meaning.IsAnother(sizes, pass))
        {
            // There it means the same as the right one.
            return evidence.Failure is null;
        }

        if (!evidence.ActualShape.AsSpan().SequenceEqual(meaning.Shape(sizes, pass)))
        {
            return false;
        }

        Prediction prediction;
        try
        {
            prediction = meaning.Predict(sizes, evidence);
        }
        catch (IndexOutOfRangeException)
        {
            // Read so, the tensors end too early: no implementation could have done it.
            return false;
        }

        for (var i = 0; i < evidence.Actual.Length; i++)
        {
            if (!prediction.Fits(i, evidence.Actual[i], evidence.Problem.DType))
            {
                return false;
            }
        }

        return true;
    }

    private string? OfConditions(FailureKind kind, string verb)
    {
        var found = Conditions.Describe([.. _evidence.Where(e => e.Failure == kind).Select(e => e.Problem)], [.. Passing.Select(e => e.Problem)]);
        return found is null ? null : $"{verb} {found}";
    }

    private static string? OfRepetition(ResultRow row) => (row.Fault == FaultCause.None ? row.CandidateAnswer.Fault : row.Fault, row.Check) switch
    {
        (FaultCause.BeyondEnd, _) => "it reads or writes beyond the end of a tensor",
        (FaultCause.BeforeStart, _) => "it reads or writes before the start of a tensor",
        (FaultCause.ModifiedInput, _) => "it modifies its input",
        (FaultCause.ModifiedWeight, _) => "it modifies its weight",
        (_, RepetitionCheck.Threads) => "calls at the same time disturb each other: it is not safe to call from several threads",
        (_, RepetitionCheck.OddOffset) => "the result depends on how the tensors are aligned",
        (_, RepetitionCheck.Again) => "the result depends on earlier calls: it keeps state between them",
        (_, RepetitionCheck.Strided or RepetitionCheck.Expanded) => "strides are not honoured",
        _ => null,
    };

    /// <summary>The reason in words; where the reference is wrong too, the one that PyTorch's rules give.</summary>
    private static string WordsOf(Problem problem, Answer reference)
    {
        var reason = reference.Kind == OutcomeKind.Rejected ? ReasonText.Format(reference.Reason)
            : ProblemRules.Check(problem, out _) is { } broken ? ReasonText.Format(broken)
            : reference.ToString();
        return reason.Replace('_', ' ');
    }
}
