using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

/// <summary>One forward pass of <see cref="ColumnForward{T, TLanes}"/>, shared out by parts of the outputs of all groups of all batch items. Tensors are pinned by the caller for as long as it runs.</summary>
internal sealed unsafe class ColumnWork<T> : PartedWork
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Below this the second thread starts too late to help.
    private const double LeastOperationsPerThread = 1e6;
    private const int PartsPerThread = 4;

    [ThreadStatic]
    private static ColumnWork<T>?[]? kept;

    private ConvTranspose1dShape shape;
    private SimdLevel level;
    private long units;
    private int parts;
    private T* x;
    private T* w;
    private T* bias;
    private T* y;

    /// <summary>Computes all outputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(in ConvTranspose1dShape shape, SimdLevel level, int threads, T* x, T* w, T* bias, T* y)
    {
        double operations = 2.0 * shape.InputElements * (shape.OutputChannels / shape.Groups) * shape.KernelSize;
        long all = shape.Batch * shape.Groups * Parts(shape, level);
        threads = threads == 1 ? 1 : (int)Math.Clamp(Math.Min(operations / LeastOperationsPerThread, all), 1, threads);
        if (threads == 1)
        {
            RunRange(shape, level, 0, all, x, w, bias, y);
            return;
        }

        var work = TakeIdle(ref kept);
        work.shape = shape;
        work.level = level;
        work.units = all;
        work.parts = (int)Math.Min(all, threads * PartsPerThread);
        work.x = x;
        work.w = w;
        work.bias = bias;
        work.y = y;
        work.Run(work.parts, threads);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Parts(in ConvTranspose1dShape shape, SimdLevel level) => level switch
    {
        SimdLevel.Vector128 => ColumnForward<T, Lanes128<T>>.Parts(shape),
        SimdLevel.Vector256 => ColumnForward<T, Lanes256<T>>.Parts(shape),
        _ => ColumnForward<T, Lanes512<T>>.Parts(shape),
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void RunPart(int part) => RunRange(shape, level, units * part / parts, units * (part + 1) / parts, x, w, bias, y);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunRange(in ConvTranspose1dShape shape, SimdLevel level, long first, long end, T* x, T* w, T* bias, T* y)
    {
        switch (level)
        {
            case SimdLevel.Vector128: ColumnForward<T, Lanes128<T>>.Run(shape, first, end, x, w, bias, y); break;
            case SimdLevel.Vector256: ColumnForward<T, Lanes256<T>>.Run(shape, first, end, x, w, bias, y); break;
            default: ColumnForward<T, Lanes512<T>>.Run(shape, first, end, x, w, bias, y); break;
        }
    }
}
