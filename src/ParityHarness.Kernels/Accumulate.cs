using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

/// <summary>How a tile's block joins the totals in memory.</summary>
internal static class Accumulate
{
    /// <summary>total = block for the first block, total + block afterwards. A -0 that the first leaves is removed where the bias is added.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Into<T, TLanes>(T* total, TLanes block, bool first)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLanes : struct, ILanes<TLanes, T>
        => TLanes.Store(first ? block : TLanes.Add(TLanes.Load(total), block), total);
}
