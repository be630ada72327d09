using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

/// <summary>
/// Rows of memory that will be used later. Tiles ask for them a line at a turn, while they multiply: the processor does not look so far ahead by itself,
/// and many lines at once would hold up what the tile reads.
/// </summary>
internal unsafe struct RowsAhead(void* first, nint bytes, nint pitch, int rows)
{
    private byte* row = (byte*)first;
    private int left = bytes > 0 ? rows : 0;
    private nint at;

    /// <summary>Where the lines begin that come next, neighbours and at most so many, and where they end; twice null where none are left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (nint Start, nint End) Take(int lines)
    {
        if (left == 0)
        {
            return default;
        }

        nint start = (nint)row + at;
        at += (nint)lines * Prefetch.LineBytes;
        nint end = (nint)row + Math.Min(at, bytes);
        if (at >= bytes)
        {
            at = 0;
            row += pitch;
            left--;
        }

        return (start, end);
    }
}
