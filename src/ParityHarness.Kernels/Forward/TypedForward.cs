using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;

namespace ParityHarness.Kernels;

// float16 and bfloat16: input, weight and bias become float32, the float32 kernel computes, and its outputs are rounded once.

/// <summary>The forward pass by element type.</summary>
internal static class TypedForward
{
    /// <summary>Whether there is a kernel for the type.</summary>
    public static bool Has<T>()
        => typeof(T) == typeof(float) || typeof(T) == typeof(double) || typeof(T) == typeof(Half) || typeof(T) == typeof(BFloat16)
            || typeof(T) == typeof(long) || typeof(T) == typeof(Complex64) || typeof(T) == typeof(Complex);

    /// <summary>Computes all outputs.</summary>
    public static void Run<T>(in ConvTranspose1dShape shape, ReadOnlySpan<T> input, ReadOnlySpan<T> weight, ReadOnlySpan<T> bias, Span<T> output, SimdLevel? level, int threads)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            ForwardPass<float>.Run(shape, To<T, float>(input), To<T, float>(weight), To<T, float>(bias), To<T, float>(output), level, threads);
            return;
        }

        if (typeof(T) == typeof(double))
        {
            ForwardPass<double>.Run(shape, To<T, double>(input), To<T, double>(weight), To<T, double>(bias), To<T, double>(output), level, threads);
            return;
        }

        if (!Has<T>())
        {
            throw new ConvTranspose1dException(RejectionReason.DType, $"conv_transpose1d is not implemented for '{typeof(T).Name}'");
        }

        var chosen = Require(shape, input.Length, weight.Length, bias.Length, output.Length, level);
        if (output.IsEmpty)
        {
            return;
        }

        if (typeof(T) == typeof(long))
        {
            Int64Forward.Run(shape, To<T, long>(input), To<T, long>(weight), To<T, long>(bias), To<T, long>(output), chosen);
        }
        else if (typeof(T) == typeof(Complex64))
        {
            ComplexForward.Run(shape, To<T, float>(input), To<T, float>(weight), To<T, float>(bias), To<T, float>(output), level, threads);
        }
        else if (typeof(T) == typeof(Complex))
        {
            ComplexForward.Run(shape, To<T, double>(input), To<T, double>(weight), To<T, double>(bias), To<T, double>(output), level, threads);
        }
        else
        {
            float[] wide = ArrayPool<float>.Shared.Rent(weight.Length);
            Widen(weight, wide.AsSpan(0, weight.Length), chosen);
            RunNarrow(shape, input, wide.AsSpan(0, weight.Length), packed: null, bias, output, chosen, threads);
            ArrayPool<float>.Shared.Return(wide);
        }
    }

    /// <summary>float16 or bfloat16 with weights in float32, or packed.</summary>
    public static void RunNarrow<T>(
        in ConvTranspose1dShape shape, ReadOnlySpan<T> input, ReadOnlySpan<float> weight, ModuleWeight<float>? packed, ReadOnlySpan<T> bias, Span<T> output, SimdLevel level, int threads)
        where T : unmanaged
    {
        float[] x = ArrayPool<float>.Shared.Rent(input.Length);
        float[] b = ArrayPool<float>.Shared.Rent(bias.Length);
        float[] y = ArrayPool<float>.Shared.Rent(output.Length);
        Widen(input, x.AsSpan(0, input.Length), level);
        Widen(bias, b.AsSpan(0, bias.Length), level);
        if (packed is null)
        {
            ForwardPass<float>.Run(shape, x.AsSpan(0, input.Length), weight, b.AsSpan(0, bias.Length), y.AsSpan(0, output.Length), level, threads);
        }
        else
        {
            packed.Forward(shape, x.AsSpan(0, input.Length), b.AsSpan(0, bias.Length), y.AsSpan(0, output.Length), level, threads);
        }

        if (typeof(T) == typeof(Half))
        {
            NarrowFloats.Narrow(y.AsSpan(0, output.Length), To<T, Half>(output), level);
        }
        else
        {
            NarrowFloats.Narrow(y.AsSpan(0, output.Length), To<T, BFloat16>(output), level);
        }

        ArrayPool<float>.Shared.Return(x);
        ArrayPool<float>.Shared.Return(b);
        ArrayPool<float>.Shared.Return(y);
    }

    /// <summary>float16 or bfloat16 to float32.</summary>
    public static void Widen<T>(ReadOnlySpan<T> source, Span<float> target, SimdLevel level)
        where T : unmanaged
    {
        if (typeof(T) == typeof(Half))
        {
            NarrowFloats.Widen(To<T, Half>(source), target, level);
        }
        else
        {
            NarrowFloats.Widen(To<T, BFloat16>(source), target, level);
        }
    }

    /// <summary>Checks sizes and level.</summary>
    public static SimdLevel Require(in ConvTranspose1dShape shape, int input, int weight, int bias, int output, SimdLevel? level)
    {
        long biasLength = shape.HasBias ? shape.OutputChannels : 0;
        if (shape.InputElements != input || shape.WeightElements != weight || biasLength != bias || shape.OutputElements != output)
        {
            RequireLengths(shape, input, weight, bias, output);
        }

        return SimdLevels.Require(level);
    }

    /// <summary>The same memory as another type.</summary>
    public static ReadOnlySpan<TTo> To<TFrom, TTo>(ReadOnlySpan<TFrom> span)
        where TFrom : unmanaged
        where TTo : unmanaged
        => MemoryMarshal.Cast<TFrom, TTo>(span);

    /// <inheritdoc cref="To{TFrom, TTo}(ReadOnlySpan{TFrom})"/>
    public static Span<TTo> To<TFrom, TTo>(Span<TFrom> span)
        where TFrom : unmanaged
        where TTo : unmanaged
        => MemoryMarshal.Cast<TFrom, TTo>(span);

    private static void RequireLengths(in ConvTranspose1dShape shape, int input, int weight, int bias, int output)
    {
        ForwardPass<float>.RequireIndexable(shape.InputElements, nameof(input));
        ForwardPass<float>.RequireIndexable(shape.WeightElements, nameof(weight));
        ForwardPass<float>.RequireIndexable(shape.OutputElements, nameof(output));
        ForwardPass<float>.RequireLength(shape.InputElements, input, nameof(input));
        ForwardPass<float>.RequireLength(shape.WeightElements, weight, nameof(weight));
        ForwardPass<float>.RequireLength(shape.HasBias ? shape.OutputChannels : 0, bias, nameof(bias));
        ForwardPass<float>.RequireLength(shape.OutputElements, output, nameof(output));
    }
}
