namespace ParityHarness.Problems;

/// <summary>What kind of numbers the tensors hold.</summary>
public enum Regime
{
    /// <summary>Integers so small that no partial sum can round: results are compared bitwise.</summary>
    Integer,

    /// <summary>Near-normal values with full mantissas.</summary>
    Random,

    /// <summary>Random values with exponents spread over 2^-30 to 2^30.</summary>
    Wide,

    /// <summary>Random values whose products nearly cancel.</summary>
    Cancelling,

    /// <summary>Random values among which NaN, infinities, signed zeros, denormals or values near overflow stand.</summary>
    Special,
}
