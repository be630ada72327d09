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
        long all = shape.Batch * shape.Groups * Parts(shape, level);
        threads = Worth(products, all, threads);
        if (threads == 1)
        {
            RunRange(shape, level, 0, all, x, w, bias, y);
            return;
        }

        var work = TakeIdle(ref kept);
        work.shape = shape;
        work.Share(all, level, threads, x, w, bias, y);
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
    protected override void RunUnits(long first, long end) => RunRange(shape, Level, first, end, X, W, Bias, Y);

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
