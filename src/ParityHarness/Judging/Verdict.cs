namespace ParityHarness.Judging;

/// <summary>What came of one problem.</summary>
internal enum Verdict
{
    /// <summary>Parity holds.</summary>
    Passed,

    /// <summary>Parity does not hold.</summary>
    Failed,

    /// <summary>Nothing was really compared: fewer non-zero outputs than parameters and data imply.</summary>
    Mistrusted,

    /// <summary>A side is wrong in a way that fixtures/divergences.csv names; the other is right by the oracle, or wrong in a way named too.</summary>
    KnownDivergence,

    /// <summary>One side does not do such problems; the other is right by the oracle.</summary>
    Unsupported,
}
