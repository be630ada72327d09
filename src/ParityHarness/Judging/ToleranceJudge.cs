using ParityHarness.Oracle;
using ParityHarness.Problems;

namespace ParityHarness.Judging;

/// <summary>Judges the difference of the sides by a tolerance that the user chose; the oracle only says which side is wrong.</summary>
internal static class ToleranceJudge
{
    public static Finding? Judge(Tolerance tolerance, OracleEvaluator oracle, Problem problem, in Measure measure, ReadOnlySpan<double> actual, ReadOnlySpan<double> expected)
    {
        var wrong = 0L;
        var first = -1;
        for (var i = 0; i < actual.Length; i++)
        {
            if (!tolerance.Agree(actual[i], expected[i], problem.DType))
            {
                first = first < 0 ? i : first;
                wrong++;
            }
        }

        if (wrong == 0)
        {
            return null;
        }

        var blamed = measure.WrongSide;
        return new Finding(
            Verdict.Failed,
            MismatchKind.Value,
            blamed == Side.None ? Side.Candidate : blamed,
            $"{wrong} of {actual.Length} outputs differ beyond {tolerance.Text}: actual {NumberText.Format(actual[first], problem.DType)}, expected {NumberText.Format(expected[first], problem.DType)}, exact {NumberText.Format(oracle.Exact[first], problem.DType)}",
            IsProved: blamed != Side.None,
            wrong,
            oracle.FlatIndex(first) / problem.DType.Parts());
    }

    /// <summary>The smallest rtol with assert_close's atol, and the smallest atol with its rtol, that accept the candidate.</summary>
    public static (double Rtol, double Atol) PassingTolerances(Problem problem, ReadOnlySpan<double> actual, ReadOnlySpan<double> expected)
    {
        var (rtol, atol) = Tolerance.TorchDefaults(problem.DType);
        var (passingRtol, passingAtol) = (0.0, 0.0);
        for (var i = 0; i < actual.Length; i++)
        {
            var difference = Math.Abs(actual[i] - expected[i]);
            if (actual[i].Equals(expected[i]) || difference == 0)
            {
                continue;
            }

            if (!double.IsFinite(difference))
            {
                return (double.PositiveInfinity, double.PositiveInfinity);
            }

            var magnitude = Math.Abs(expected[i]);
            passingAtol = Math.Max(passingAtol, difference - rtol * magnitude);
            passingRtol = Math.Max(passingRtol, difference <= atol ? 0 : (difference - atol) / magnitude);
        }

        return (passingRtol, passingAtol);
    }
}
