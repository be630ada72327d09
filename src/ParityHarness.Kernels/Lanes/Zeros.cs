using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ParityHarness.Kernels;

/// <summary>Zeros that the first sums of a tile are added to, kept for the life of the process.</summary>
internal static unsafe class Zeros
{
    private const int PageBytes = 4096;
    private const int RowBytes = 3 * 64;

    private static readonly nint Page = (nint)NativeMemory.AllocZeroed(PageBytes + RowBytes + 64);

    /// <summary>
    /// A row of a tile: 3 vectors of at most 64 bytes. Half a page from the target in the addresses' last 12 bits: by these alone processors guess which
    /// store a load must wait for.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Row(void* target) => ((Page + 63) & -64) + (((nint)target - Page + (PageBytes / 2)) & (PageBytes - 64));
}
