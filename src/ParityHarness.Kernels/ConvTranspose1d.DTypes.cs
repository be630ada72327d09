namespace ParityHarness.Kernels;

/// <content>The element types beside float and double.</content>
public static partial class ConvTranspose1d
{
    /// <summary>
    /// Computes the output of <paramref name="shape"/> for any element type of PyTorch's: float, double, <see cref="Half"/> and
    /// <see cref="BFloat16"/> (summed in float32, rounded once), long (modulo 2^64), <see cref="Complex64"/> and
    /// <see cref="System.Numerics.Complex"/>.
    /// </summary>
    /// <typeparam name="T">The element type.</typeparam>
    /// <param name="shape">The problem.</param>
    /// <param name="input">[N, Cin, L].</param>
    /// <param name="weight">[Cin, Cout/groups, K].</param>
    /// <param name="bias">[Cout], or empty without a bias.</param>
    /// <param name="output">[N, Cout, Lout]; overwritten. Must not overlap the other tensors.</param>
    /// <param name="level">The SIMD level, or null for the best that there is.</param>
    /// <param name="maxDegreeOfParallelism">Threads at most, or -1 for all processors; small problems use fewer, and int64 one. The result does not depend on it.</param>
    /// <exception cref="ConvTranspose1dException">T is another type.</exception>
    /// <exception cref="ArgumentException">A span's length is not what <paramref name="shape"/> says.</exception>
    /// <exception cref="NotSupportedException">A tensor is beyond 2^31-1 elements, complex ones beyond half of it.</exception>
    /// <exception cref="PlatformNotSupportedException"><paramref name="level"/> cannot run here.</exception>
    public static void Forward<T>(
        in ConvTranspose1dShape shape, ReadOnlySpan<T> input, ReadOnlySpan<T> weight, ReadOnlySpan<T> bias, Span<T> output, SimdLevel? level = null, int maxDegreeOfParallelism = 1)
        where T : unmanaged
        => TypedForward.Run(shape, input, weight, bias, output, level, maxDegreeOfParallelism);
}
