using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

/// <summary>The greatest common divisor, by Euclid.</summary>
internal static class CommonDivisor
{
    /// <summary>Of two numbers above 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static long Of(long a, long b)
    {
        while (b != 0)
        {
            (a, b) = (b, a % b);
        }

        return a;
    }
}
