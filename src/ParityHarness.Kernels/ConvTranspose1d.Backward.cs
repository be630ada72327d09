namespace ParityHarness.Kernels;

/// <content>The gradients, as torch.autograd gives them for torch.nn.functional.conv_transpose1d.</content>
public static partial class ConvTranspose1d
{
    /// <summary>
    /// Computes those of the three gradients that are asked for, as PyTorch's output mask: an empty span is not asked for.
    /// Every SIMD level gives bitwise the same result (a NaN's sign and payload aside). Allocates nothing that is kept; concurrent calls are safe.
    /// </summary>
    /// <param name="shape">The forward problem.</param>
    /// <param name="gradOutput">[N, Cout, Lout]: the gradient of the loss with respect to the output.</param>
    /// <param name="input">[N, Cin, L]; needed for <paramref name="gradWeight"/> alone, otherwise it may be empty.</param>
    /// <param name="weight">[Cin, Cout/groups, K]; needed for <paramref name="gradInput"/> alone, otherwise it may be empty.</param>
    /// <param name="gradInput">[N, Cin, L], or empty; overwritten. Must not overlap the other tensors.</param>
    /// <param name="gradWeight">[Cin, Cout/groups, K], or empty; overwritten. Must not overlap the other tensors.</param>
    /// <param name="gradBias">[Cout], or empty, as it must be without a bias; overwritten. Must not overlap the other tensors.</param>
    /// <param name="level">The SIMD level, or null for the best that there is.</param>
    /// <param name="maxDegreeOfParallelism">Threads at most, or -1 for all processors; small problems use fewer. The result does not depend on it.</param>
    /// <exception cref="ArgumentException">A span's length is not what <paramref name="shape"/> says.</exception>
    /// <exception cref="NotSupportedException">A tensor is beyond 2^31-1 elements.</exception>
    /// <exception cref="PlatformNotSupportedException"><paramref name="level"/> cannot run here.</exception>
    public static void Backward(
        in ConvTranspose1dShape shape, ReadOnlySpan<float> gradOutput, ReadOnlySpan<float> input, ReadOnlySpan<float> weight,
        Span<float> gradInput, Span<float> gradWeight, Span<float> gradBias, SimdLevel? level = null, int maxDegreeOfParallelism = 1)
        => BackwardPass<float>.Run(shape, gradOutput, input, weight, gradInput, gradWeight, gradBias, level, maxDegreeOfParallelism);

    /// <inheritdoc cref="Backward(in ConvTranspose1dShape, ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, Span{float}, Span{float}, SimdLevel?, int)"/>
    public static void Backward(
        in ConvTranspose1dShape shape, ReadOnlySpan<double> gradOutput, ReadOnlySpan<double> input, ReadOnlySpan<double> weight,
        Span<double> gradInput, Span<double> gradWeight, Span<double> gradBias, SimdLevel? level = null, int maxDegreeOfParallelism = 1)
        => BackwardPass<double>.Run(shape, gradOutput, input, weight, gradInput, gradWeight, gradBias, level, maxDegreeOfParallelism);
}
