using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

/// <summary>Lines of memory that will be used soon. A tile asks for one at every second term: many at once would hold up what the tile itself reads.</summary>
internal unsafe struct LinesAhead(byte** list)
{
    /// <summary>So many at most.</summary>
    public const int Most = 512;

    /// <summary>Elements of the list.</summary>
    public const int ListLength = Most + (SummationBlock.Terms / 2);

    public const int Line = 64;

    private int count;
    private int taken;
    private int room;

    /// <summary>Forgets what is left of the list, and takes a line for every second term to come.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Start(long terms)
    {
        count = 0;
        taken = 0;
        room = (int)Math.Min(terms / 2, Most);
    }

    /// <summary>Adds the lines of a range, as far as there is room.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(void* start, nint bytes)
    {
        nint line = (nint)start & -Line;
        nint end = Math.Min(((nint)start + bytes - line + Line - 1) / Line, room - count);
        byte** target = list + count;
        for (nint i = 0; i < end; i++)
        {
            target[i] = (byte*)line;
            line += Line;
        }

        count += (int)end;
    }

    /// <summary>Adds neighbouring lines, as far as there is room; how many.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int AddLines(byte* first, long lines)
    {
        int added = (int)Math.Min(lines, room - count);
        byte** target = list + count;
        for (int i = 0; i < added; i++)
        {
            target[i] = first;
            first += Line;
        }

        count += added;
        return added;
    }

    /// <summary>Ends the list: a tile's terms beyond it ask for what is near.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void End()
    {
        if (count > 0)
        {
            new Span<nint>(list + count, SummationBlock.Terms / 2).Fill((nint)list);
        }
    }

    /// <summary>The addresses for the next terms, or null where all have been asked for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte** Take(int terms)
    {
        if (taken >= count)
        {
            return null;
        }

        byte** next = list + taken;
        taken += terms / 2;
        return next;
    }
}
