using ParityHarness.Oracle;

namespace ParityHarness.Judging;

/// <summary>Takes back a pass in which too little was compared.</summary>
internal static class MistrustJudge
{
    /// <param name="oracle">Has evaluated the problem.</param>
    /// <param name="nonZero">Evaluated outputs whose exact value is not zero.</param>
    /// <param name="judged">Outputs that could be judged.</param>
    public static Finding? Judge(OracleEvaluator oracle, long nonZero, long judged) => oracle.Fed switch
    {
        0 => null,
        var fed when nonZero == 0 => Finding.Mistrust($"none of {fed} outputs into which products enter is other than zero"),
        >= 8 and var fed when nonZero < fed / 4 => Finding.Mistrust($"only {nonZero} of {fed} outputs into which products enter are other than zero"),
        _ when judged == 0 => Finding.Mistrust("no output could be judged: whether they overflow depends on the order of summation, or of a gradient on zeros beyond its edges"),
        _ => null,
    };
}
