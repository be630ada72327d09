using System.Numerics;

namespace ParityHarness.Kernels;

/// <summary>
/// torch.nn.functional.conv_transpose1d, forward.
/// Every SIMD level gives bitwise the same result (a NaN's sign and payload aside). One thread unless more are asked for; concurrent calls are safe.
/// See https://pytorch.org/docs/stable/generated/torch.nn.functional.conv_transpose1d.html.
/// </summary>
public static partial class ConvTranspose1d
{
    /// <summary>Computes the output of <paramref name="shape"/>. Allocates nothing that is kept.</summary>
    /// <param name="shape">The problem.</param>
    /// <param name="input">[N, Cin, L].</param>
    /// <param name="weight">[Cin, Cout/groups, K].</param>
    /// <param name="bias">[Cout], or empty without a bias.</param>
    /// <param name="output">[N, Cout, Lout]; overwritten. Must not overlap the other tensors.</param>
    /// <param name="level">The SIMD level, or null for the best that there is.</param>
    /// <param name="maxDegreeOfParallelism">Threads at most, or -1 for all processors; small problems use fewer. The result does not depend on it.</param>
    /// <exception cref="ArgumentException">A span's length is not what <paramref name="shape"/> says.</exception>
    /// <exception cref="NotSupportedException">A tensor is beyond 2^31-1 elements.</exception>
    /// <exception cref="PlatformNotSupportedException"><paramref name="level"/> cannot run here.</exception>
    public static void Forward(
        in ConvTranspose1dShape shape, ReadOnlySpan<float> input, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> output, SimdLevel? level = null, int maxDegreeOfParallelism = 1)
        => ForwardPass<float>.Run(shape, input, weight, bias, output, level, maxDegreeOfParallelism);

    /// <inheritdoc cref="Forward(in ConvTranspose1dShape, ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, SimdLevel?, int)"/>
    public static void Forward(
        in ConvTranspose1dShape shape, ReadOnlySpan<double> input, ReadOnlySpan<double> weight, ReadOnlySpan<double> bias, Span<double> output, SimdLevel? level = null, int maxDegreeOfParallelism = 1)
        => ForwardPass<double>.Run(shape, input, weight, bias, output, level, maxDegreeOfParallelism);

    /// <summary>Checks the problem, computes it and returns [N, Cout, Lout] (or [Cout, Lout]) row-major. Parameters stand in PyTorch's order.</summary>
    /// <param name="input">The input's elements.</param>
    /// <param name="inputShape">[N, Cin, L] or [Cin, L].</param>
    /// <param name="weight">The weight's elements.</param>
    /// <param name="weightShape">[Cin, Cout/groups, K].</param>
    /// <param name="bias">[Cout], or null.</param>
    /// <param name="stride">Positive.</param>
    /// <param name="padding">Not negative.</param>
    /// <param name="outputPadding">Not negative, smaller than stride or dilation.</param>
    /// <param name="groups">Positive; divides the channels.</param>
    /// <param name="dilation">Positive.</param>
    /// <param name="maxDegreeOfParallelism">Threads at most, or -1 for all processors; small problems use fewer. The result does not depend on it.</param>
    /// <exception cref="ConvTranspose1dException">PyTorch rejects the problem.</exception>
    /// <exception cref="ArgumentException">A span's length is not what its shape says.</exception>
    /// <exception cref="NotSupportedException">A tensor is beyond 2^31-1 elements.</exception>
    public static float[] Forward(
        ReadOnlySpan<float> input, ReadOnlySpan<long> inputShape, ReadOnlySpan<float> weight, ReadOnlySpan<long> weightShape, float[]? bias = null,
        long stride = 1, long padding = 0, long outputPadding = 0, long groups = 1, long dilation = 1, int maxDegreeOfParallelism = 1)
        => Forward<float>(input, inputShape, weight, weightShape, bias, stride, padding, outputPadding, groups, dilation, maxDegreeOfParallelism);

    /// <inheritdoc cref="Forward(ReadOnlySpan{float}, ReadOnlySpan{long}, ReadOnlySpan{float}, ReadOnlySpan{long}, float[], long, long, long, long, long, int)"/>
    public static double[] Forward(
        ReadOnlySpan<double> input, ReadOnlySpan<long> inputShape, ReadOnlySpan<double> weight, ReadOnlySpan<long> weightShape, double[]? bias = null,
        long stride = 1, long padding = 0, long outputPadding = 0, long groups = 1, long dilation = 1, int maxDegreeOfParallelism = 1)
        => Forward<double>(input, inputShape, weight, weightShape, bias, stride, padding, outputPadding, groups, dilation, maxDegreeOfParallelism);

    private static T[] Forward<T>(
        ReadOnlySpan<T> input, ReadOnlySpan<long> inputShape, ReadOnlySpan<T> weight, ReadOnlySpan<long> weightShape, T[]? bias,
        long stride, long padding, long outputPadding, long groups, long dilation, int maxDegreeOfParallelism)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var shape = ConvTranspose1dShape.Create(inputShape, weightShape, [bias?.Length ?? 0], bias is not null, [stride], [padding], [outputPadding], groups, [dilation]);
        ForwardPass<T>.RequireIndexable(shape.OutputElements, "output");
        var output = new T[shape.OutputElements];
        ForwardPass<T>.Run(shape, input, weight, bias, output, level: null, maxDegreeOfParallelism);
        return output;
    }
}
