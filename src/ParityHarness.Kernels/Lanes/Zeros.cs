using System.Runtime.InteropServices;

namespace ParityHarness.Kernels;

/// <summary>Zeros that the first sums of a tile are added to, kept for the life of the process.</summary>
internal static unsafe class Zeros
{
    /// <summary>A row of a tile: 3 vectors of at most 64 bytes.</summary>
    public static readonly nint Row = (nint)Clear(NativeMemory.AlignedAlloc(3 * 64, 64));

    private static void* Clear(void* row)
    {
        NativeMemory.Clear(row, 3 * 64);
        return row;
    }
}
