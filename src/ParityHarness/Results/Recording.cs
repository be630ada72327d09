using ParityHarness.Judging;
using ParityHarness.Problems;

namespace ParityHarness.Results;

/// <summary>Makes regressions of mismatches.</summary>
internal static class Recording
{
    /// <summary>The file in the fixtures folder.</summary>
    public const string FileName = "regressions.csv";

    private const ProblemClass WithoutSize = ~(ProblemClass.Float32 | ProblemClass.Float64 | ProblemClasses.Optional | ProblemClass.Integer | ProblemClass.Random
        | ProblemClass.Wide | ProblemClass.Cancelling | ProblemClass.Special);

    private const int MostPerKind = 8;

    /// <summary>
    /// Appends what the candidate alone did wrong: of each kind of failure the smallest problem of each combination of
    /// classes, at most eight. The reference's answer becomes the expected one.
    /// </summary>
    /// <returns>How many rows were new.</returns>
    public static int Append(string mismatches, string regressions)
    {
        var rows = ResultFile.Read(mismatches)
            .Where(r => r.Verdict == Verdict.Failed && r.Side == Side.Candidate && r.Fixture.Outcome is not null)
            .GroupBy(r => r.Kind)
            .SelectMany(kind => kind
                .GroupBy(r => ProblemClasses.Of(r.Fixture.Problem) & WithoutSize)
                .Select(same => same.MinBy(r => ProblemSize.MultiplyAdds(r.Fixture.Problem))!)
                .OrderBy(r => ProblemSize.MultiplyAdds(r.Fixture.Problem))
                .Take(MostPerKind)
                .Select(r => r.Fixture with { Name = $"{Words.Of(kind.Key)} {NameOf(r.Fixture.Problem)}", Note = r.Detail }));
        return RegressionFile.Append(regressions, rows);
    }

    private static string NameOf(Problem problem) =>
        ProblemText.Format(problem with { InputValues = null, WeightValues = null, BiasValues = null });
}
