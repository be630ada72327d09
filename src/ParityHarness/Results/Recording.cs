using ParityHarness.Problems;

namespace ParityHarness.Results;

/// <summary>Makes regressions of mismatches.</summary>
public static class Recording
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
        var rows = ResultFile.ReadRows(mismatches)
            .Where(r => r.Result["verdict"] == "failed" && r.Result["side"] == "candidate" && r.Row.Outcome is not null)
            .GroupBy(r => r.Result["kind"], StringComparer.Ordinal)
            .SelectMany(kind => kind
                .GroupBy(r => ProblemClasses.Of(r.Row.Problem) & WithoutSize)
                .Select(same => same.MinBy(r => ProblemSize.MultiplyAdds(r.Row.Problem)))
                .OrderBy(r => ProblemSize.MultiplyAdds(r.Row.Problem))
                .Take(MostPerKind)
                .Select(r => r.Row with { Name = $"{kind.Key} {NameOf(r.Row.Problem)}", Note = r.Result["detail"] }));
        return RegressionFile.Append(regressions, rows);
    }

    private static string NameOf(Problem problem) =>
        ProblemText.Format(problem with { InputValues = null, WeightValues = null, BiasValues = null });
}
