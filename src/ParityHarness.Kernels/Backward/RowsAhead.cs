using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

/// <summary>Rows of the input that will be copied soon, asked for little by little while others are computed: the processor does not look so far ahead.</summary>
internal unsafe struct RowsAhead(byte* first, nint bytes, nint pitch, int rows, long steps)
{
    private byte* row = first;
    private int asked;
    private long step;

    /// <summary>One of the steps is done.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step()
    {
        step++;
        for (int target = (int)(rows * step / steps); asked < target; asked++)
        {
            Prefetch.Range(row, bytes);
            row += pitch;
        }
    }
}
