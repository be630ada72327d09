using ParityHarness.Oracle;
using ParityHarness.Problems;

namespace ParityHarness.Judging;

/// <summary>Judges each side by the oracle's error bound: no order of summation leaves it.</summary>
internal static class BoundJudge
{
    public static Finding? Judge(OracleEvaluator oracle, Case asked, in Measure measure, ReadOnlySpan<double> actual, ReadOnlySpan<double> expected)
    {
        var (problem, side) = (asked.Problem, measure.WrongSide);
        if (side == Side.None)
        {
            return null;
        }

        var ofCandidate = side.HasFlag(Side.Candidate);
        var special = ofCandidate ? measure.CandidateSpecial : measure.ReferenceSpecial;
        var wrong = ofCandidate ? measure.CandidateWrong : measure.ReferenceWrong;
        var slot = ofCandidate ? measure.CandidateFirst : measure.ReferenceFirst;
        var value = NumberText.Format(ofCandidate ? actual[slot] : expected[slot], problem.DType);
        var exact = NumberText.Format(oracle.Exact[slot], problem.DType);
        var bound = oracle.IsExact ? "nothing can round here" : $"the bound is {oracle.Bound[slot]:G3}";
        return Finding.Prove(
            special ? MismatchKind.Special : MismatchKind.Value,
            side,
            $"{asked.Subject(side)} wrong in {wrong} of {oracle.Count} {Place(oracle, problem, slot)}{value} where {exact} is exact ({bound})",
            wrong,
            oracle.FlatIndex(slot) / problem.DType.Parts());
    }

    private static string Place(OracleEvaluator oracle, Problem problem, int slot)
    {
        var index = oracle.FlatIndex(slot);
        if (problem.Pass.GradientCount() > 1)
        {
            return $"elements, at first in {oracle.Gradients.First(part => index < part.End).Pass.Name()}: ";
        }

        return problem.DType.IsComplex() ? $"real and imaginary parts: {(index % 2 == 0 ? "real" : "imaginary")} part " : "outputs: ";
    }
}
