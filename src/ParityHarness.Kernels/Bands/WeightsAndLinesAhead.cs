using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

/// <summary>A tile's own weights, and a list of lines.</summary>
internal readonly unsafe struct WeightsAndLinesAhead : IAhead
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Ask(void* w, byte** lines, nint t)
    {
        WeightsAhead.Ask(w, lines, t);
        Prefetch.Near(lines[t]);
    }
}
