namespace ParityHarness.Problems;

/// <summary>The module's padding_mode; only zeros is legal. The numbers are those of parity_runner.h.</summary>
public enum PaddingMode
{
    /// <summary>Zeros, the default.</summary>
    Zeros = 0,

    /// <summary>Rejected.</summary>
    Reflect = 1,

    /// <summary>Rejected.</summary>
    Replicate = 2,

    /// <summary>Rejected.</summary>
    Circular = 3,
}
