namespace ParityHarness.Problems;

/// <summary>The greatest common divisor.</summary>
internal static class CommonDivisor
{
    /// <summary>Of two numbers of which one may be zero; negative where the numbers are.</summary>
    public static long Of(long a, long b)
    {
        while (b != 0)
        {
            (a, b) = (b, a % b);
        }

        return a;
    }
}
