using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

/// <summary>One forward pass of <see cref="DirectForward{T, TLanes}"/>, shared out by the groups of all batch items.</summary>
internal sealed unsafe class DirectWork<T> : UnitWork<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [ThreadStatic]
    private static DirectWork<T>?[]? kept;

    private DirectPlan plan;

    /// <summary>Computes all outputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(in DirectPlan plan, long batch, SimdLevel level, int threads, T* x, T* w, T* bias, T* y)
    {
        double products = (double)batch * plan.Groups * plan.Channels * plan.Length * plan.OutputChannels * plan.KernelSize;
        long units = batch * plan.Groups;
        threads = Worth(products, units, threads);
        if (threads == 1)
        {
            Compute(plan, batch, level, x, w, bias, y);
            return;
        }

        var work = TakeIdle(ref kept);
        work.plan = plan;
        work.Share(units, level, threads, x, w, bias, y);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void RunUnits(long first, long end)
    {
        for (long at = first; at < end;)
        {
            int group = (int)(at % plan.Groups);
            int count = (int)Math.Min(end - at, plan.Groups - group);
            nint channels = (nint)group * plan.OutputChannels;
            Compute(
                plan.OfGroups(count), 1, Level, X + ((nint)at * plan.Channels * plan.Length), W + (channels * plan.Channels * plan.KernelSize),
                Bias is null ? null : Bias + channels, Y + ((nint)at * plan.OutputChannels * plan.OutputLength));
            at += count;
        }
    }

    // The widest vectors, or, of 512 bits, half of them where fewer halves hold all places at once. Narrower ones gain less than compiling them takes.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Compute(in DirectPlan plan, long batch, SimdLevel level, T* x, T* w, T* bias, T* y)
    {
        const int MostAtOnce = 3;
        if (level == SimdLevel.Vector512)
        {
            int half = 256 / 8 / sizeof(T);
            int halves = (plan.Positions + half - 1) / half;
            level = halves > MostAtOnce || halves % 2 == 0 ? level : SimdLevel.Vector256;
        }

        LevelKernels<T>.Of(level).Direct(plan, batch, x, w, bias, y);
    }
}
