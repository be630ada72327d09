using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using ParityHarness.Kernels;
using ParityHarness.Problems;
using ParityHarness.Tensors;

namespace ParityHarness.Runners.Kernel;

/// <summary>The kernel's gradients as its users ask for them: with parameters that are checked anew each time.</summary>
/// <typeparam name="T">float or double.</typeparam>
internal sealed class KernelGradients<T>(Problem problem, TensorSet tensors, Tensor output, SimdLevel level, int threads) : IPreparedCall
    where T : unmanaged
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public double Run(long repetitions)
    {
        var (input, weight) = (tensors.Input, tensors.Weight);
        long biasLength = tensors.Bias?.Count ?? 0;
        Split(problem, output, out var gradInput, out var gradWeight, out var gradBias);
        var start = Stopwatch.GetTimestamp();
        for (var i = 0L; i < repetitions; i++)
        {
            var shape = ConvTranspose1dShape.Create(
                input.Shape, weight.Shape, [biasLength], problem.HasBias, [problem.Stride], [problem.Padding], [problem.OutputPadding], problem.Groups, [problem.Dilation]);
            Compute(shape, tensors, gradInput, gradWeight, gradBias, level, threads);
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    /// <summary>The places of the gradients in the answer; those that are not asked for are empty.</summary>
    internal static void Split(Problem problem, Tensor output, out Span<T> gradInput, out Span<T> gradWeight, out Span<T> gradBias)
    {
        var (ofInput, ofWeight) = (Elements(Pass.GradInput), Elements(Pass.GradWeight));
        var all = output.Span<T>();
        gradInput = all[..ofInput];
        gradWeight = all.Slice(ofInput, ofWeight);
        gradBias = all[(ofInput + ofWeight)..];

        int Elements(Pass gradient) => problem.Pass.HasFlag(gradient) ? (int)ProblemRules.GradientElements(problem, gradient) : 0;
    }

    /// <summary>Computes those that are not empty.</summary>
    internal static void Compute(in ConvTranspose1dShape shape, TensorSet tensors, Span<T> gradInput, Span<T> gradWeight, Span<T> gradBias, SimdLevel level, int threads)
    {
        var (gradOutput, input, weight) = (tensors.GradOutput!, tensors.Input, tensors.Weight);
        if (typeof(T) == typeof(float))
        {
            ConvTranspose1d.Backward(
                shape, gradOutput.Span<float>(), input.Span<float>(), weight.Span<float>(), Cast<float>(gradInput), Cast<float>(gradWeight), Cast<float>(gradBias), level, threads);
        }
        else
        {
            ConvTranspose1d.Backward(
                shape, gradOutput.Span<double>(), input.Span<double>(), weight.Span<double>(), Cast<double>(gradInput), Cast<double>(gradWeight), Cast<double>(gradBias), level, threads);
        }
    }

    private static Span<TTo> Cast<TTo>(Span<T> span)
        where TTo : unmanaged
        => MemoryMarshal.Cast<T, TTo>(span);
}
