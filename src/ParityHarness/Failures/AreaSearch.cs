using ParityHarness.Results;

namespace ParityHarness.Failures;

/// <summary>Finds where the failures of a cause lie among all problems of a run.</summary>
internal static class AreaSearch
{
    private const int FewestFailures = 8;

    /// <summary>A condition that takes more of all problems localises nothing.</summary>
    private const double WidestShare = 0.8;

    /// <summary>Where fewer of the problems fail, the condition is beside the point.</summary>
    private const double LeastDensity = 0.1;

    /// <summary>A second condition must leave so much less, or it only describes these very failures.</summary>
    private const double Sharper = 0.7;

    /// <summary>The narrowest condition that holds for all failures of a cause; null where none says much.</summary>
    /// <param name="problems">All problems of the run.</param>
    /// <param name="kinds">The kinds of failure that are of this cause.</param>
    /// <param name="tested">The condition that experiments have found; null where they have not.</param>
    public static FailureArea? Find(IReadOnlyList<RunProblem> problems, IReadOnlySet<FailureKind> kinds, Condition? tested)
    {
        bool IsFailure(RunProblem p) => p.Failure is { } kind && kinds.Contains(kind);
        var failing = problems.Where(IsFailure).Select(p => p.Problem).ToList();
        if (failing.Count == 0)
        {
            return null;
        }

        if (tested is not null && failing.All(tested.Holds))
        {
            return Of(problems, failing.Count, tested);
        }

        if (failing.Count < FewestFailures)
        {
            return null;
        }

        var single = Conditions.Shared(failing).Select(c => (Condition: c, Among: problems.Count(p => c.Holds(p.Problem)))).Where(c => c.Among < problems.Count).OrderBy(c => c.Among).Take(12).ToArray();
        if (single.Length == 0)
        {
            return null;
        }

        var best = single[0];
        foreach (var (a, b) in from i in Enumerable.Range(0, single.Length) from j in Enumerable.Range(i + 1, single.Length - i - 1) select (single[i].Condition, single[j].Condition))
        {
            var both = Condition.All([a, b])!;
            var among = problems.Count(p => both.Holds(p.Problem));
            best = among < best.Among * Sharper ? (both, among) : best;
        }

        return best.Among <= WidestShare * problems.Count && failing.Count >= LeastDensity * best.Among ? Of(problems, failing.Count, best.Condition) : null;
    }

    private static FailureArea Of(IReadOnlyList<RunProblem> problems, int failures, Condition condition)
    {
        var among = problems.Count(p => condition.Holds(p.Problem));
        return new FailureArea(condition.Words, failures, among, problems.Count - among);
    }
}
