using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

/// <summary>A row's sums in a tile, 1 to 3 vectors wide. Where it is a local the JIT keeps its fields in registers.</summary>
internal unsafe struct Sums<T, TLanes, TVectors>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
    where TVectors : unmanaged
{
    private TLanes s0;
    private TLanes s1;
    private TLanes s2;

    /// <summary>Adds x*w.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(TLanes x0, TLanes x1, TLanes x2, T weight)
    {
        var w = TLanes.Broadcast(weight);
        TLanes.Accumulate(ref s0, x0, w);
        if (sizeof(TVectors) > 1)
        {
            TLanes.Accumulate(ref s1, x1, w);
        }

        if (sizeof(TVectors) > 2)
        {
            TLanes.Accumulate(ref s2, x2, w);
        }
    }

    /// <summary>Stores addend + sums. No sum is -0 then: the addend is not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(T* addend, T* target)
    {
        TLanes.Store(TLanes.Add(TLanes.Load(addend), s0), target);
        if (sizeof(TVectors) > 1)
        {
            TLanes.Store(TLanes.Add(TLanes.Load(addend + TLanes.Count), s1), target + TLanes.Count);
        }

        if (sizeof(TVectors) > 2)
        {
            TLanes.Store(TLanes.Add(TLanes.Load(addend + (2 * TLanes.Count)), s2), target + (2 * TLanes.Count));
        }
    }

    /// <summary>Stores (addend + sums) + bias. The bias is not -0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(T* addend, T bias, T* target)
    {
        var b = TLanes.Broadcast(bias);
        TLanes.Store(TLanes.Add(TLanes.Add(TLanes.Load(addend), s0), b), target);
        if (sizeof(TVectors) > 1)
        {
            TLanes.Store(TLanes.Add(TLanes.Add(TLanes.Load(addend + TLanes.Count), s1), b), target + TLanes.Count);
        }

        if (sizeof(TVectors) > 2)
        {
            TLanes.Store(TLanes.Add(TLanes.Add(TLanes.Load(addend + (2 * TLanes.Count)), s2), b), target + (2 * TLanes.Count));
        }
    }
}
