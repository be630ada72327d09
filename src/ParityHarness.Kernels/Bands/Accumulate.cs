using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

/// <summary>How a tile's block joins the totals in memory.</summary>
internal static class Accumulate
{
    /// <summary>total + block. The first block of a total is stored as it is: a -0 that this leaves is removed where the bias is added.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Into<T, TLanes>(T* total, TLanes block)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLanes : struct, ILanes<TLanes, T>
        => TLanes.Store(TLanes.Add(TLanes.Load(total), block), total);
}
