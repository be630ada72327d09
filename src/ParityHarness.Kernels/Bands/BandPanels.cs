using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

// Memory: a panel is [channel][pitch]: the input around its positions, 3 vectors of them, what the taps reach before and after, zero outside of the
// input. The panels of all batch items stand in one row; some of them make a chunk, which stays in L2.
// While one chunk is computed the next one's input is asked for, row by row across the chunk's panels, so that few pages are visited.
// Where each input is used a few times only, panels that lie inside of the input are read where they are, not copied.

/// <summary>The input of a group as <see cref="BandForward{T, TLanes}"/> reads it.</summary>
internal unsafe struct BandPanels<T, TLanes>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    /// <summary>Vectors of a panel.</summary>
    public const int Vectors = 3;

    private const int ChunkBytesInPlace = 48 * 1024;
    private const int AlignedPanelBytes = 128 * 1024;
    private const int PageBytes = 4096;

    // Multiplications of an input up to which copying it would take longer than it gains.
    private const int FewUses = 400;

    // Rows that a cache can hold of one address modulo a page.
    private const int CacheWays = 8;

    // Beside a chunk L2 holds what is asked for of the next one.
    private static readonly long ChunkBytes = Caches.Second * 5 / 16;

    // Up to here all panels are one chunk, and the weights read once.
    private static readonly long OneChunkBytes = Caches.Second * 5 / 8;

    private readonly int channels;
    private readonly int groups;
    private readonly int length;
    private readonly int margin;
    private readonly int firstInput;
    private readonly int vectors;
    private readonly int itemPanels;
    private readonly bool inPlace;
    private T* input;
    private long firstPanel;
    private long endPanel;
    private RowsAhead ahead;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public BandPanels(in BandPlan plan)
    {
        channels = plan.Channels;
        groups = plan.Groups;
        length = plan.Length;
        margin = plan.Reach + plan.Spread;
        firstInput = plan.LeastShift - plan.Reach;
        vectors = ((plan.Positions - 1) / TLanes.Count) + 1;
        itemPanels = ((vectors - 1) / Vectors) + 1;
        Pitch = (Math.Min(vectors, Vectors) * TLanes.Count) + margin;
        int alignedPitch = (Pitch + TLanes.Count - 1) / TLanes.Count * TLanes.Count;
        if ((long)alignedPitch * channels * sizeof(T) <= AlignedPanelBytes)
        {
            Pitch = alignedPitch;
        }

        inPlace = (long)plan.OutputChannels * plan.KernelSize <= FewUses && (channels <= CacheWays || RowsSpread(length));
    }

    /// <summary>Positions of a panel.</summary>
    public static int Width => Vectors * TLanes.Count;

    /// <summary>From a channel of a panel to the next.</summary>
    public int Pitch { get; }

    /// <summary>Whether some panels are read where they are.</summary>
    public readonly bool AreSomeInPlace => inPlace;

    /// <summary>Elements of a panel.</summary>
    public readonly nint Elements => (nint)Pitch * channels;

    /// <summary>The chunk's first panel.</summary>
    public T* First { get; private set; }

    /// <summary>Panels of a whole batch: what a part may have a range of.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static long Count(in BandPlan plan, long batch) => batch * ((((plan.Positions - 1) / TLanes.Count) / Vectors) + 1L);

    /// <summary>How many of so many panels make a chunk.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly long ChunkPanels(long panels)
    {
        long bytes = Elements * sizeof(T);
        return panels * bytes <= OneChunkBytes && !inPlace ? panels : Math.Clamp((inPlace ? ChunkBytesInPlace : ChunkBytes) / bytes, 1, panels);
    }

    /// <summary>Elements that <see cref="Start"/> needs for so many panels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly nint Buffer(long panels) => (Elements * (nint)ChunkPanels(panels)) + Width;

    /// <summary>Takes the group's input and room for a chunk.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Start(T* groupInput, T* buffer)
    {
        input = groupInput;
        First = buffer;
    }

    /// <summary>Some panels, or none, are computed after those that are computed now.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Begin(long first, long end)
    {
        firstPanel = first;
        endPanel = end;
        ahead = RowsOf(first, end);
    }

    /// <summary>Lines of the next chunk's input that a block is to ask for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (nint Start, nint End) Ahead(int lines) => ahead.Take(lines);

    /// <summary>Copies the chunk.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public readonly void Copy()
    {
        T* panel = First;
        (long item, long index) = Place(firstPanel);
        for (long left = endPanel - firstPanel; left > 0; left--)
        {
            int start = Locate(index, out int panelVectors);
            if (InPlace(item, start) is null)
            {
                CopyPanel(Channel(item), (long)start + firstInput, (panelVectors * TLanes.Count) + margin, panel);
            }

            panel += Elements;
            Next(ref item, ref index);
        }
    }

    /// <summary>The batch item of a panel, and its number in it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly (long Item, long Index) Place(long panel) => Math.DivRem(panel, itemPanels);

    /// <summary>The next panel's place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Next(ref long item, ref long index)
    {
        if (++index == itemPanels)
        {
            index = 0;
            item++;
        }
    }

    /// <summary>
    /// A panel's first position. The panels of one batch item are 3 vectors wide; of a last 4 vectors each has 2, since 1 alone does not fill the
    /// multipliers' latency.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly int Locate(long index, out int panelVectors)
    {
        int first = (int)index * Vectors;
        panelVectors = Math.Min(Vectors, vectors - first);
        if (index >= itemPanels - 2 && vectors % Vectors == 1 && vectors > 1)
        {
            panelVectors = 2;
            first -= index == itemPanels - 1 ? 1 : 0;
        }

        return first * TLanes.Count;
    }

    /// <summary>Where a panel that begins at a position can be read in the input itself; null where it must be copied.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly T* InPlace(long item, int start)
    {
        long from = (long)start + firstInput;
        return inPlace && from >= 0 && from + Width + margin <= length ? Channel(item) + from : null;
    }

    // Whether rows so far apart do not crowd into a few sets of the caches, which are chosen by the address modulo a page.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool RowsSpread(int length)
    {
        int lines = (int)((long)length * sizeof(T) % PageBytes / Prefetch.LineBytes);
        return lines % 8 != 0;
    }

    // The first channel of an item.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly T* Channel(long item) => input + (item * groups * channels * length);

    // The input of some panels, as far as they are of one batch item.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly RowsAhead RowsOf(long first, long end)
    {
        if (first >= end)
        {
            return default;
        }

        (long item, long index) = Place(first);
        int start = Locate(index, out _);
        long from = Math.Clamp((long)start + firstInput, 0, length);
        long to = Math.Clamp((long)start + firstInput + (Math.Min(end - first, itemPanels - index) * Width) + margin, from, length);
        return new RowsAhead(Channel(item) + from, (nint)(to - from) * sizeof(T), (nint)length * sizeof(T), channels);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fill(TLanes value, int count, T* target)
    {
        for (nint i = 0; i < count; i += TLanes.Count)
        {
            TLanes.Store(value, target + i);
        }
    }

    // width is one vector at least.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void CopyPanel(T* channel, long from, int width, T* target)
    {
        nint pitch = Pitch;
        nint next = length;
        if (from < 0 || from + width > length)
        {
            int before = (int)Math.Clamp(-from, 0, width);
            int inside = (int)Math.Clamp(length - (from + before), 0, width - before);
            for (int left = channels - 1; left >= 0; left--)
            {
                // Whole vectors, as long as there are rows behind to read; what they write too much is then written over.
                Fill(TLanes.Zero, before, target);
                T* source = channel + from + before;
                if (left * next >= TLanes.Count)
                {
                    for (nint i = 0; i < inside; i += TLanes.Count)
                    {
                        TLanes.Store(TLanes.Load(source + i), target + before + i);
                    }
                }
                else
                {
                    new Span<T>(source, inside).CopyTo(new Span<T>(target + before, inside));
                }

                Fill(TLanes.Zero, width - before - inside, target + before + inside);
                target += pitch;
                channel += next;
            }

            return;
        }

        channel += from;
        nint last = width - TLanes.Count;
        for (int c = channels; c > 0; c--)
        {
            for (nint i = 0; i < last; i += TLanes.Count)
            {
                TLanes.Store(TLanes.Load(channel + i), target + i);
            }

            TLanes.Store(TLanes.Load(channel + last), target + last);
            target += pitch;
            channel += next;
        }
    }
}
