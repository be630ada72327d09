namespace ParityHarness.Generation;

/// <summary>Bits of a data seed above the 32 that are drawn. Without them a seed means what it meant when answers to it were recorded.</summary>
internal static class SeedBits
{
    /// <summary>Zeros stand opposite to NaN and infinity.</summary>
    public const ulong ZerosOpposite = 1UL << 32;

    /// <summary>Weights are denormal in place of inputs.</summary>
    public const ulong DenormalWeights = 1UL << 33;
}
