using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

/// <summary>A tile's own weights: the processor's own prefetching stops at each page. No address is too far for a prefetch.</summary>
internal readonly unsafe struct WeightsAhead : IAhead
{
    private const int Bytes = 4096;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Ask(void* w, byte** lines, nint t) => Prefetch.Near((byte*)w + Bytes);
}
