using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

/// <summary>A forward pass in units, numbered in the order of the output, of which each part is a range. Tensors are pinned by the caller for as long as it runs.</summary>
internal abstract unsafe class UnitWork<T> : PartedWork
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private long units;
    private int parts;

    protected SimdLevel Level { get; private set; }

    protected T* X { get; private set; }

    protected T* W { get; private set; }

    protected T* Bias { get; private set; }

    protected T* Y { get; private set; }

    /// <summary>How many threads are worth it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static int Worth(double products, long units, int threads)
        => threads == 1 ? 1 : (int)Math.Clamp(Math.Min(products / LeastProductsPerThread, units), 1, threads);

    /// <summary>Computes all units.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected void Share(long count, SimdLevel level, int threads, T* x, T* w, T* bias, T* y)
    {
        (units, parts) = (count, (int)Math.Min(count, threads * PartsPerThread));
        Level = level;
        X = x;
        W = w;
        Bias = bias;
        Y = y;
        Run(parts, threads);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected sealed override void RunPart(int part) => RunUnits(units * part / parts, units * (part + 1) / parts);

    /// <summary>Computes units first..end - 1.</summary>
    protected abstract void RunUnits(long first, long end);
}
