namespace ParityHarness.Judging;

/// <summary>What a judge found, which ends the judging. A judge that leaves the problem to the next one gives null.</summary>
/// <param name="Verdict">The verdict on the problem.</param>
/// <param name="Kind">In what the sides differ.</param>
/// <param name="Side">Which side is wrong, or, where unsupported, which side does not do such a problem.</param>
/// <param name="Detail">One sentence for people.</param>
/// <param name="IsProved">Whether PyTorch's rules or the oracle show that the side is wrong.</param>
/// <param name="WrongElements">Outputs that are wrong.</param>
/// <param name="FirstWrong">Flat index of the first of them, or -1.</param>
internal sealed record Finding(
    Verdict Verdict, MismatchKind Kind, Side Side, string Detail, bool IsProved = false, long WrongElements = 0, long FirstWrong = -1)
{
    /// <summary>A failure.</summary>
    public static Finding Fail(MismatchKind kind, Side side, string detail) => new(Verdict.Failed, kind, side, detail);

    /// <summary>A failure that PyTorch's rules or the oracle show.</summary>
    public static Finding Prove(MismatchKind kind, Side side, string detail, long wrongElements = 0, long firstWrong = -1) =>
        new(Verdict.Failed, kind, side, detail, IsProved: true, wrongElements, firstWrong);

    /// <summary>A side does not do such a problem, or nobody judges its values.</summary>
    public static Finding Unsupported(Side side, string detail) => new(Verdict.Unsupported, MismatchKind.None, side, detail);

    /// <summary>A pass in which too little was compared.</summary>
    public static Finding Mistrust(string detail) => new(Verdict.Mistrusted, MismatchKind.None, Side.None, detail);
}
