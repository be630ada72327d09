using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

/// <summary>The rows of the next chunk of panels, put on the list of lines little by little while others are computed: the processor does not look so far ahead.</summary>
internal unsafe struct ChunkAhead(byte* first, nint bytes, nint pitch, int rows, long steps)
{
    private readonly int rowLines = (int)((bytes - 1) / LinesAhead.Line) + 2;
    private byte* row = first;
    private int inRow;
    private long asked;
    private long step;

    /// <summary>One of the steps begins.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step(ref LinesAhead lines)
    {
        if (rows == 0)
        {
            return;
        }

        step++;
        for (long due = ((long)rows * rowLines * step / steps) - asked; due > 0;)
        {
            int added = lines.AddLines(row + ((nint)inRow * LinesAhead.Line), Math.Min(due, rowLines - inRow));
            if (added == 0)
            {
                return;
            }

            asked += added;
            due -= added;
            inRow += added;
            if (inRow == rowLines)
            {
                inRow = 0;
                row += pitch;
            }
        }
    }
}
