using System.Diagnostics;

using ParityHarness.Fixtures;
using ParityHarness.Problems;
using ParityHarness.Results;

namespace ParityHarness.Failures;

/// <summary>
/// Says what is wrong with a side: which wrong meaning of ConvTranspose1d reproduces its outputs, else where they are
/// wrong and on which problems. A cause is claimed only where one fits all that was seen and no other does.
/// </summary>
/// <param name="run">Runs a problem; the blamed side is the candidate of the row. Null where its tensors cannot be made.</param>
/// <param name="budget">How long probing may take.</param>
public sealed class Diagnoser(Func<Problem, ResultRow?> run, TimeSpan budget)
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
            _evidence.Add(Evidence.Of(problem, row, row["kind"] == "relation" ? null : FailureKind.Of(row)));
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
        switch (row["kind"])
        {
            case "environment":
                return "it changes the floating-point environment";
            case "relation":
                return ""; // by value nothing is wrong, or it would have failed so
            case "repetition" or "fault":
                return OfRepetition(row["detail"]) ?? OfConditions(Probe(problem, FailureKind.Of(row)!), "fails") ?? "";
            case "outcome" when row["candidate_outcome"] == "completed":
                return $"accepts what PyTorch rejects: {WordsOf(problem, row["reference_outcome"])}";
            case "outcome":
                return OfConditions(Probe(problem, FailureKind.Of(row)!), "rejects legal problems") ?? "";
            default:
                return OfValues(Probe(problem, FailureKind.Of(row)!));
        }
    }

    private string Probe(Problem problem, string kind)
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

    private string OfValues(string kind)
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

    private string? OfConditions(string kind, string verb)
    {
        var found = Conditions.Describe([.. _evidence.Where(e => e.Failure == kind).Select(e => e.Problem)], [.. Passing.Select(e => e.Problem)]);
        return found is null ? null : $"{verb} {found}";
    }

    private static string? OfRepetition(string detail) => detail switch
    {
        _ when detail.Contains("beyond a tensor's end", StringComparison.Ordinal) => "it reads or writes beyond the end of a tensor",
        _ when detail.Contains("before a tensor's start", StringComparison.Ordinal) => "it reads or writes before the start of a tensor",
        _ when detail.Contains("modified input", StringComparison.Ordinal) => "it modifies its input",
        _ when detail.Contains("modified weight", StringComparison.Ordinal) => "it modifies its weight",
        _ when detail.Contains("from four threads at once", StringComparison.Ordinal) => "calls at the same time disturb each other: it is not safe to call from several threads",
        _ when detail.Contains("aligned to their elements only", StringComparison.Ordinal) => "the result depends on how the tensors are aligned",
        _ when detail.Contains("asked again with the same tensors", StringComparison.Ordinal) => "the result depends on earlier calls: it keeps state between them",
        _ when detail.Contains("channels-last", StringComparison.Ordinal) || detail.Contains("expanded", StringComparison.Ordinal) => "strides are not honoured",
        _ => null,
    };

    /// <summary>The reason in words; where the reference is wrong too, the one that PyTorch's rules give.</summary>
    private static string WordsOf(Problem problem, string outcome)
    {
        var start = outcome.IndexOf('(', StringComparison.Ordinal) + 1;
        var end = outcome.IndexOf(')', StringComparison.Ordinal);
        var reason = start > 0 && end > start ? outcome[start..end] : ProblemRules.Check(problem, out _) is { } broken ? ReasonText.Format(broken) : outcome;
        return reason.Replace('_', ' ');
    }
}
