using ParityHarness.Problems;

namespace ParityHarness.Failures;

/// <summary>
/// Finds the mistake that predicts every wrong answer, by experiment: a hypothesis that a failing problem contradicts is dropped, and
/// one that a passing problem contradicts holds under a condition at most, which must be found.
/// </summary>
internal sealed class HypothesisSearch(Experiments experiments, IReadOnlyList<IDefectHypothesis> hypotheses)
{
    private const int MostNeighbours = 90;
    private const int MostOthers = 60;
    private const int MostOfRun = 16;

    /// <summary>The cause, or null where none fits, or more than one.</summary>
    /// <param name="problem">The failing problem, as small as it could be made.</param>
    /// <param name="found">What came of it.</param>
    /// <param name="failing">Problems of a run that failed in the same way.</param>
    /// <param name="conditionOf">Finds the condition for what is asked of a problem; empty where there is none, null where none fits.</param>
    public Cause? Find(Problem problem, Evidence found, IReadOnlyList<Problem> failing, Func<Func<Evidence, bool?>, FoundCondition?> conditionOf)
    {
        var left = hypotheses.Where(h => Fits.Of(h, found) == Fit.Explains).ToList();
        if (left.Count == 0)
        {
            return null;
        }

        var ofRun = failing.Where(p => ProblemSize.MultiplyAdds(p) < 200_000).Take(MostOfRun);
        var isSpecial = problem.Regime is Regime.Special || !IsFinite(problem) || found.Row.Kind == Judging.MismatchKind.Special;
        foreach (var next in experiments.WithOtherNumbers(problem)
            .Concat(Experiments.Plain(problem) is var plain ? [plain with { Regime = Regime.Random, DataSeed = 2 }, plain with { Regime = Regime.Wide, DataSeed = 3, Length = plain.Length + 3 }] : [])
            .Concat(isSpecial ? Variations.WithSpecials(problem) : [])
            .Concat(ofRun)
            .Concat(Variations.One(Experiments.Plain(problem)).Take(MostNeighbours))
            .Concat(Every(Variations.InWhichAllMatters(problem), MostOthers)))
        {
            if (experiments.Run(next) is not { Failure: not null } evidence)
            {
                continue;
            }

            // One that none of them explains is another failure, or none of them is the cause.
            var rest = left.Where(h => Fits.Of(h, evidence) != Fit.Contradicts).ToList();
            if (rest.Count == 0 && !failing.Contains(next))
            {
                return null;
            }

            left = rest.Count == 0 ? left : rest;
        }

        return experiments.IsOver ? null : Chosen(left, problem.Pass, conditionOf) is { } cause ? cause with { Words = InGradients(problem, cause) } : null;
    }

    /// <summary>Of gradients it is said in which.</summary>
    private string InGradients(Problem problem, Cause cause)
    {
        if (!problem.IsBackward)
        {
            return cause.Words;
        }

        bool IsWrong(Pass gradient) => Variations.InWhichAllMatters(problem with { Pass = gradient, HasBias = problem.HasBias }).Take(10)
            .Any(p => experiments.Run(p) is { Failure: not null } evidence && Fits.Of(cause.Hypothesis!, evidence) == Fit.Explains);
        if (cause.Words.StartsWith("grad_", StringComparison.Ordinal))
        {
            return cause.Words;
        }

        var gradients = Passes.Gradients.Where(gradient => problem.Pass == gradient || IsWrong(gradient)).Select(gradient => gradient.Name());
        return $"{string.Join(" and ", gradients)}: {cause.Words}";
    }

    private Cause? Chosen(List<IDefectHypothesis> left, Pass pass, Func<Func<Evidence, bool?>, FoundCondition?> conditionOf)
    {
        bool IsContradicted(IDefectHypothesis hypothesis) => experiments.All.Any(e => e.Failure is null && e.Problem.Pass == pass && Fits.Of(hypothesis, e) == Fit.Contradicts);

        var causes = left.GroupBy(h => h.Cause, StringComparer.Ordinal).Select(same => same.FirstOrDefault(h => !IsContradicted(h)) ?? same.First()).ToList();
        var always = causes.Where(h => !IsContradicted(h)).ToList();
        if (always.Count > 0)
        {
            return always.Count == 1 ? new Cause(always[0].Cause) { Hypothesis = always[0] } : null;
        }

        var conditional = new List<Cause>();
        foreach (var hypothesis in causes.Take(6))
        {
            if (conditionOf(e => Acts(hypothesis, e)) is { All: { } condition } found)
            {
                conditional.Add(new Cause($"{hypothesis.Cause}, only {found.Words}") { Hypothesis = hypothesis, Condition = condition });
            }
        }

        return conditional.Count == 1 ? conditional[0]
            : conditional.Count == 0 && causes.Count == 1 && !experiments.IsOver ? new Cause($"{causes[0].Cause}, on some problems") { Hypothesis = causes[0] }
            : null;
    }

    /// <summary>Whether a side did what a hypothesis says; null where it would make no difference.</summary>
    private static bool? Acts(IDefectHypothesis hypothesis, Evidence evidence) => Fits.Of(hypothesis, evidence) switch
    {
        Fit.Explains => true,
        Fit.Contradicts when evidence.Failure is null => false,
        _ => null,
    };

    private static IEnumerable<Problem> Every(IEnumerable<Problem> problems, int most)
    {
        Problem[] all = [.. problems];
        var step = Math.Max(1, all.Length / most);
        return all.Where((_, i) => i < 10 || i % step == 0);
    }

    private static bool IsFinite(Problem problem) =>
        new[] { problem.InputValues, problem.WeightValues, problem.BiasValues, problem.GradOutputValues }.All(values => values is not { } v || v.All(x => double.IsFinite(x) && (x == 0 || Math.Abs(x) >= 1e-37)));
}
