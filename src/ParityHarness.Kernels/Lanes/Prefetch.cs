using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace ParityHarness.Kernels;

/// <summary>Asks for memory ahead of its use. Any address is allowed; none is read. Does nothing where the processor has no such instruction.</summary>
internal static unsafe class Prefetch
{
    /// <summary>Of a line of the caches.</summary>
    public const int LineBytes = 64;

    /// <summary>One line, into L1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Near(void* address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(address);
        }
    }

    /// <summary>One line, into L2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Line(void* address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch1(address);
        }
    }

    /// <summary>All lines of a range, into L2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Range(void* start, nint bytes)
    {
        if (Sse.IsSupported)
        {
            byte* end = (byte*)start + bytes;
            for (byte* line = (byte*)((nint)start & -LineBytes); line < end; line += LineBytes)
            {
                Sse.Prefetch1(line);
            }
        }
    }
}
