using System.Diagnostics;
using System.Runtime.CompilerServices;

using ParityHarness.Kernels;
using ParityHarness.Problems;
using ParityHarness.Tensors;

namespace ParityHarness.Runners.Kernel;

/// <summary>
/// The kernel as its users call it: in the functional form with parameters that are checked anew each time, in the module
/// form with a module that is there.
/// </summary>
/// <typeparam name="T">The element type.</typeparam>
internal sealed class KernelPrepared<T>(Problem problem, TensorSet tensors, Tensor output, ConvTranspose1dModule<T>? module, SimdLevel level, int threads) : IPreparedCall
    where T : unmanaged
{
    /// <inheritdoc/>
    public double Run(long repetitions)
    {
        var start = Stopwatch.GetTimestamp();
        if (module is not null)
        {
            RunModule(module, repetitions);
        }
        else
        {
            RunFunction(repetitions);
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void RunModule(ConvTranspose1dModule<T> made, long repetitions)
    {
        var x = tensors.Input.Span<T>();
        var y = output.Span<T>();
        var shape = tensors.Input.Shape;
        long? outputSize = problem.OutputSize?[^1];
        for (var i = 0L; i < repetitions; i++)
        {
            made.Forward(made.Shape(shape, outputSize), x, y, level, threads);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void RunFunction(long repetitions)
    {
        var x = tensors.Input.Span<T>();
        var w = tensors.Weight.Span<T>();
        var y = output.Span<T>();
        var b = tensors.Bias is { } bias ? bias.Span<T>() : [];
        long biasLength = b.Length;
        for (var i = 0L; i < repetitions; i++)
        {
            var shape = ConvTranspose1dShape.Create(
                tensors.Input.Shape, tensors.Weight.Shape, [biasLength], problem.HasBias, [problem.Stride], [problem.Padding], [problem.OutputPadding], problem.Groups, [problem.Dilation]);
            if (typeof(T) == typeof(float))
            {
                ConvTranspose1d.Forward(shape, Cast<float>(x), Cast<float>(w), Cast<float>(b), Cast<float>(y), level, threads);
            }
            else if (typeof(T) == typeof(double))
            {
                ConvTranspose1d.Forward(shape, Cast<double>(x), Cast<double>(w), Cast<double>(b), Cast<double>(y), level, threads);
            }
            else
            {
                ConvTranspose1d.Forward<T>(shape, x, w, b, y, level, threads);
            }
        }
    }

    private static Span<TTo> Cast<TTo>(Span<T> span)
        where TTo : unmanaged
        => System.Runtime.InteropServices.MemoryMarshal.Cast<T, TTo>(span);
}
