namespace ParityHarness.Kernels;

/// <summary>How many terms are chained before they are added to the total: see <see cref="Definition{T, TInteger}"/>.</summary>
internal static class SummationBlock
{
    /// <summary>Blocks this long keep the error at or below that of a matrix product's order of summation.</summary>
    public const int Terms = 128;

    /// <summary>Channels of a block where a phase has <paramref name="taps"/> taps.</summary>
    public static int Channels(int taps) => Math.Max(1, Terms / taps);
}
