using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

/// <summary>How many terms are chained before they are added to the total: see <see cref="Definition{T, TInteger}"/>.</summary>
internal static class SummationBlock
{
    /// <summary>Terms of a block at most. Blocks this long keep the error at or below that of a matrix product's order of summation.</summary>
    public const int Terms = 128;

    /// <summary>More terms than this are never one chain: a matrix product does not chain the taps, and rounds less for it.</summary>
    public const int LongestAlone = 7;

    // Up to here two or three blocks round no more than a matrix product; from there on blocks of 128 terms do.
    private const int LongestOfTwo = 128;
    private const int LongestOfThree = 384;

    private const int LeastChained = 32;
    private const int SmallProducts = 1_000_000;
    private const int LongestOfRuns = 512;

    /// <summary>Channels of a block where a phase has <paramref name="taps"/> taps in each of <paramref name="channels"/>.</summary>
    public static int Channels(int taps, int channels)
    {
        long all = (long)taps * channels;
        return all > LongestOfTwo ? InBlocks(taps, channels) : (int)Math.Max(1, (all <= LongestAlone ? all : (all + 1) / 2) / taps);
    }

    /// <summary>Output channels of a block of grad_input, of <paramref name="taps"/> terms each. A matrix product chains channels and taps alike, but few of them.</summary>
    public static int GradInputChannels(int taps, int channels)
    {
        long all = (long)taps * channels;
        return all switch
        {
            <= LongestAlone => channels,
            < LeastChained => (int)Math.Max(1, (all + 3) / 4 / taps),
            <= LongestOfTwo => channels,
            _ => InBlocks(taps, channels),
        };
    }

    // Blocks of about one length.
    private static int InBlocks(int taps, int channels)
    {
        long all = (long)taps * channels;
        long blocks = all <= LongestOfThree ? 3 : ((all - 1) / Terms) + 1;
        return (int)Math.Clamp(((channels - 1) / blocks) + 1, 1, Math.Max(1, Terms / taps));
    }

    /// <summary>
    /// Positions of a block of grad_weight, for so many of its elements in a group, and blocks of a run: <paramref name="length"/> in the fewest blocks of
    /// about one length, each a run by itself. Where there is little to multiply, a matrix product has a chain in each lane, and rounds less for
    /// it: there blocks and runs are short.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (int Positions, int Run) Positions(int length, long elements)
    {
        if (length * elements <= SmallProducts)
        {
            // As long as there are many, or, of runs too, as long as there are many in a run.
            return length > LongestOfRuns
                ? (Math.Min(Terms, (int)Math.Ceiling(Math.Sqrt(length))), 1)
                : (Math.Max(1, (int)Math.Ceiling(Math.Cbrt(length))), Math.Max(1, (int)Math.Ceiling(Math.Cbrt(length))));
        }

        int blocks = ((length - 1) / Terms) + 1;
        return (((length - 1) / blocks) + 1, 1);
    }
}
