using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

/// <summary>One forward pass of <see cref="ColumnForward{T, TLanes}"/>, shared out by parts of the outputs of all groups of all batch items.</summary>
internal sealed unsafe class ColumnWork<T> : UnitWork<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [ThreadStatic]
    private static ColumnWork<T>?[]? kept;

    private ConvTranspose1dShape shape;

    /// <summary>Computes all outputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(in ConvTranspose1dShape shape, SimdLevel level, int threads, T* x, T* w, T* bias, T* y)
    {
        double products = (double)shape.InputElements * (shape.OutputChannels / shape.Groups) * shape.KernelSize;
        long all = shape.Batch * shape.Groups * LevelKernels<T>.Of(level).ColumnParts(shape);
        threads = Worth(products, all, threads);
        if (threads == 1)
        {
            LevelKernels<T>.Of(level).Columns(shape, 0, all, x, w, bias, y);
            return;
        }

        var work = TakeIdle(ref kept);
        work.shape = shape;
        work.Share(all, level, threads, x, w, bias, y);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void RunUnits(long first, long end) => LevelKernels<T>.Of(Level).Columns(shape, first, end, X, W, Bias, Y);
}
