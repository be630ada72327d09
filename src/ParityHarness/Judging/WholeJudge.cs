using ParityHarness.Oracle;
using ParityHarness.Tensors;

namespace ParityHarness.Judging;

/// <summary>Judges int64, where every order of summation gives the same 64 bits.</summary>
internal static class WholeJudge
{
    /// <param name="oracle">Has evaluated the problem.</param>
    /// <param name="asked">The case.</param>
    /// <param name="candidate">The candidate's output.</param>
    /// <param name="reference">The reference's output, or null.</param>
    /// <param name="numbers">Takes the number of outputs, and whether assert_close accepts them.</param>
    public static Finding? Judge(OracleEvaluator oracle, Case asked, Tensor candidate, Tensor? reference, Judgement numbers)
    {
        var exact = oracle.Whole;
        var (ofCandidate, ofReference) = (FindWrong(oracle, candidate), reference is null ? default : FindWrong(oracle, reference));
        numbers.Elements = exact.Length;
        numbers.TorchClose = reference is null ? null : ofCandidate.Wrong + ofReference.Wrong == 0;
        if (ofCandidate.Wrong + ofReference.Wrong == 0)
        {
            return MistrustJudge.Judge(oracle, exact.Length - exact.Count(0), exact.Length);
        }

        var side = (ofCandidate.Wrong > 0 ? Side.Candidate : Side.None) | (ofReference.Wrong > 0 ? Side.Reference : Side.None);
        var ((wrong, slot), tensor) = ofCandidate.Wrong > 0 ? (ofCandidate, candidate) : (ofReference, reference!);
        var index = oracle.FlatIndex(slot);
        return Finding.Prove(
            MismatchKind.Value,
            side,
            $"{asked.Subject(side)} wrong in {wrong} of {exact.Length} outputs: {tensor.Span<long>()[(int)index]} where {exact[slot]} is exact (nothing can round here)",
            wrong,
            index);
    }

    private static (long Wrong, int First) FindWrong(OracleEvaluator oracle, Tensor answer)
    {
        var (wrong, first) = (0L, 0);
        var exact = oracle.Whole;
        var values = answer.Span<long>();
        for (var i = 0; i < exact.Length; i++)
        {
            if (values[(int)oracle.FlatIndex(i)] != exact[i])
            {
                first = wrong++ == 0 ? i : first;
            }
        }

        return (wrong, first);
    }
}
