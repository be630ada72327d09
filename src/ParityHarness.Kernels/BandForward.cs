using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

// Rows: a row is a (channel, phase) of one class of a band; its elements are positions m, so output m*stride + q.
// Tiles: 8 rows, or what is left of them, by a panel of up to 3 vectors of positions; lanes are positions. A band's tiles, class by class, leave their
//     totals in L1, from where they are interleaved by stride, given the bias and stored once. A q without a phase has a row of zeros.
// Panels: a copy of the input around a panel's positions, [channel][positions + reach + spread], zero outside of the input, so that kernels need no
//     edges. Panels of all batch items stand in one row; some of them make a chunk that stays in L2. Over a chunk the bands are the outer loop, so a
//     band's weights stay near; meanwhile the next chunk's input is asked for. Where each input is used a few times only, panels that lie inside of
//     the input are not copied: their rows are then as far apart as the input's channels.
// Weights: packed as BandWeights says, beforehand, or each band's while the one before is computed.
// Parts: a range of panels or of bands of one group, computed alone, so threads may share them out without a change in any bit.
// Order of summation: Definition's. A block's terms are those of the offset tables, in order.
// A zero of the padding times a weight that is not finite is a NaN that PyTorch does not have: the caller looks for NaN at the ends.

/// <summary>The vectorised forward pass of one problem that <see cref="BandPlan"/> fits.</summary>
internal unsafe struct BandForward<T, TLanes>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    private const int PanelVectors = 3;
    private const int ChunkBytes = 320 * 1024;
    private const int ChunkBytesInPlace = 48 * 1024;

    // Up to here all panels are one chunk, and the weights read once.
    private const int OneChunkBytes = 640 * 1024;
    private const int AlignedPanelBytes = 128 * 1024;
    private const int StackBytes = 16 * 1024;
    private const int Alignment = 64;
    private const int PageBytes = 4096;

    // Multiplications of an input up to which copying it would take longer than it gains.
    private const int FewUses = 64;

    // Outputs that leave L2 before they are written again.
    private const int LargeOutputBytes = 1 << 19;

    private readonly BandPlan plan;
    private readonly int pitch;
    private readonly int itemPanels;
    private readonly int vectors;
    private readonly bool inPlace;
    private T* totals;
    private T* spare;
    private T* panelData;
    private T* packedBands;
    private BandPacking<T>* packing;
    private nint* offsets;
    private nint* offsetsShorter;
    private nint* offsetsInPlace;
    private nint* offsetsInPlaceShorter;
    private nint* rowOffsets;
    private nint* rowSteps;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private BandForward(in BandPlan plan)
    {
        this.plan = plan;
        vectors = ((plan.Positions - 1) / TLanes.Count) + 1;
        itemPanels = ((vectors - 1) / PanelVectors) + 1;
        pitch = (Math.Min(vectors, PanelVectors) * TLanes.Count) + plan.Reach + plan.Spread;
        int alignedPitch = (pitch + TLanes.Count - 1) / TLanes.Count * TLanes.Count;
        if ((long)alignedPitch * plan.Channels * sizeof(T) <= AlignedPanelBytes)
        {
            pitch = alignedPitch;
        }

        inPlace = (long)plan.OutputChannels * plan.KernelSize <= FewUses && (plan.Channels <= CacheWays || RowsSpread(plan.Length));
    }

    private static int PanelWidth => PanelVectors * TLanes.Count;

    // Rows that a cache can hold of one address modulo a page.
    private static int CacheWays => 8;

    /// <summary>Panels of a whole batch: what a part may have a range of.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static long Panels(in BandPlan plan, long batch) => batch * ((((plan.Positions - 1) / TLanes.Count) / PanelVectors) + 1L);

    /// <summary>How many of so many panels make a chunk.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static long ChunkPanels(in BandPlan plan, long panels) => new BandForward<T, TLanes>(plan).ChunkPanels(panels);

    /// <summary>Computes the outputs of some panels and bands of a group.</summary>
    /// <param name="plan">The problem.</param>
    /// <param name="group">The group.</param>
    /// <param name="firstPanel">The first panel, of all batch items in a row.</param>
    /// <param name="endPanel">The panel after the last.</param>
    /// <param name="firstBand">The first band of the group.</param>
    /// <param name="endBand">The band after the last.</param>
    /// <param name="x">[N, Cin, L].</param>
    /// <param name="w">[Cin, Cout/groups, K].</param>
    /// <param name="packed">The packed weights of all groups, or null: then each band's are packed in time.</param>
    /// <param name="scratch">With packed null, where all groups' packed weights may be put, to be used again by further chunks; or null.</param>
    /// <param name="bias">[Cout], or null.</param>
    /// <param name="y">[N, Cout, Lout].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(in BandPlan plan, int group, long firstPanel, long endPanel, int firstBand, int endBand, T* x, T* w, T* packed, T* scratch, T* bias, T* y)
        => new BandForward<T, TLanes>(plan).RunPart(group, firstPanel, endPanel, firstBand, endBand, x, w, packed, scratch, bias, y);

    // Whether rows so far apart do not crowd into a few sets of the caches, which are chosen by the address modulo a page.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool RowsSpread(int length)
    {
        int lines = (int)((long)length * sizeof(T) % PageBytes / Alignment);
        return lines % 8 != 0;
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunPart(int group, long firstPanel, long endPanel, int firstBand, int endBand, T* x, T* w, T* packed, T* scratch, T* bias, T* y)
    {
        nint panelElements = (nint)pitch * plan.Channels;
        long chunkPanels = ChunkPanels(endPanel - firstPanel);
        nint tableBytes = (nint)Math.Min((long)plan.Channels * plan.MostTaps, SummationBlock.Terms + plan.MostTaps) * sizeof(nint);
        nint totalBytes = (((nint)plan.Tiles(plan.BandChannels) * BandPlan.TileRows) + 1) * PanelWidth * sizeof(T);
        nint spareBytes = (nint)plan.Stride * TLanes.Count * sizeof(T);
        nint bandElements = (nint)plan.PackedElementsOf(plan.BandChannels);
        nint bandBytes = packed is null && scratch is null ? 2 * bandElements * sizeof(T) : 0;
        nint panelBytes = ((panelElements * (nint)chunkPanels) + PanelWidth) * sizeof(T);
        nint bytes = (4 * tableBytes) + totalBytes + spareBytes + bandBytes + (2 * plan.Stride * sizeof(nint)) + panelBytes + (10 * Alignment);
        byte[]? rented = bytes > StackBytes ? ArrayPool<byte>.Shared.Rent(checked((int)bytes)) : null;
        byte* stack = stackalloc byte[rented is null ? (int)bytes : 0];
        fixed (byte* heap = rented)
        {
            byte* next = rented is null ? stack : heap;
            totals = (T*)Take(ref next, totalBytes);
            spare = (T*)Take(ref next, spareBytes);
            offsets = (nint*)Take(ref next, tableBytes);
            offsetsShorter = (nint*)Take(ref next, tableBytes);
            offsetsInPlace = (nint*)Take(ref next, tableBytes);
            offsetsInPlaceShorter = (nint*)Take(ref next, tableBytes);
            rowOffsets = (nint*)Take(ref next, plan.Stride * sizeof(nint));
            rowSteps = (nint*)Take(ref next, plan.Stride * sizeof(nint));
            packedBands = (T*)Take(ref next, bandBytes);
            panelData = (T*)Take(ref next, 0);
            FillTables();

            T* groupBias = bias is null ? null : bias + ((nint)group * plan.OutputChannels);
            w += (nint)group * plan.Channels * plan.OutputChannels * plan.KernelSize;
            T* all = packed is null ? scratch : packed;
            all = all is null ? null : all + (group * plan.PackedElementsOfGroup);
            var state = default(BandPacking<T>);
            packing = &state;
            int rowChannels = 0;
            for (long chunk = firstPanel; chunk < endPanel; chunk += chunkPanels)
            {
                long chunkEnd = Math.Min(endPanel, chunk + chunkPanels);
                FillChunk(x, group, chunk, chunkEnd);
                var ahead = Ahead(x, group, chunkEnd, Math.Min(endPanel, chunkEnd + chunkPanels), (endBand - firstBand) * (chunkEnd - chunk));
                bool packs = packed is null && (scratch is null || chunk == firstPanel);
                if (packs)
                {
                    state.Start(plan, firstBand, w, WeightsOf(firstBand, all, bandElements), 1);
                    state.Finish(plan);
                }

                for (int band = firstBand; band < endBand; band++)
                {
                    T* weights = WeightsOf(band, all, bandElements);
                    if (packs && band + 1 < endBand)
                    {
                        state.Start(plan, band + 1, w, WeightsOf(band + 1, all, bandElements), Blocks(plan.ChannelsOf(band)) * (chunkEnd - chunk));
                    }

                    int channels = plan.ChannelsOf(band);
                    if (channels != rowChannels)
                    {
                        FillRows(channels);
                        rowChannels = channels;
                    }

                    ComputeChunk(x, weights, group, band, channels, chunk, chunkEnd, groupBias, y, ref ahead);
                    state.Finish(plan);
                }
            }
        }

        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    // Without room for all bands' weights two take turns.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly T* WeightsOf(int band, T* all, nint bandElements) => all is null ? packedBands + ((band & 1) * bandElements) : all + (band * bandElements);

    // Blocks of terms that a band's tiles have at one panel.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly long Blocks(int channels)
    {
        long blocks = 0;
        for (int i = 0; i < plan.ClassCount; i++)
        {
            int blockChannels = SummationBlock.Channels(plan.Class(i).Taps, plan.Channels);
            blocks += (long)plan.Class(i).Tiles(channels) * ((plan.Channels + blockChannels - 1) / blockChannels);
        }

        return blocks;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly long ChunkPanels(long panels)
    {
        long bytes = (long)pitch * plan.Channels * sizeof(T);
        return panels * bytes <= OneChunkBytes && !inPlace ? panels : Math.Clamp((inPlace ? ChunkBytesInPlace : ChunkBytes) / bytes, 1, panels);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte* Take(ref byte* next, nint bytes)
    {
        byte* start = (byte*)(((nint)next + Alignment - 1) & -Alignment);
        next = start + bytes;
        return start;
    }

    // The panels of one batch item are 3 vectors wide; of a last 4 vectors each has 2, since 1 alone does not fill the multipliers' latency.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Locate(int index, out int start, out int panelVectors)
    {
        int first = index * PanelVectors;
        panelVectors = Math.Min(PanelVectors, vectors - first);
        if (index >= itemPanels - 2 && vectors % PanelVectors == 1 && vectors > 1)
        {
            panelVectors = 2;
            first -= index == itemPanels - 1 ? 1 : 0;
        }

        start = first * TLanes.Count;
    }

    // The first input that a panel reads.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly long Origin(int start) => (long)start + plan.LeastShift - plan.Reach;

    // Whether a panel, taken as 3 vectors wide, can be read where it is.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly bool IsInPlace(long origin) => inPlace && origin >= 0 && origin + PanelWidth + plan.Reach + plan.Spread <= plan.Length;

    // Where a block's terms, by channel and tap, stand after what the first channel's panel row begins with, for a class of the least shift.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void FillTables()
    {
        FillTable(offsets, plan.MostTaps, pitch);
        FillTable(offsetsShorter, plan.MostTaps - 1, pitch);
        if (inPlace)
        {
            FillTable(offsetsInPlace, plan.MostTaps, plan.Length);
            FillTable(offsetsInPlaceShorter, plan.MostTaps - 1, plan.Length);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void FillTable(nint* table, int taps, nint rowPitch)
    {
        int channels = taps == 0 ? 0 : SummationBlock.Channels(taps, plan.Channels);
        nint step = plan.Step;
        nint first = plan.Reach;
        for (int c = 0; c < channels; c++)
        {
            nint offset = first;
            for (int i = 0; i < taps; i++)
            {
                *table++ = offset;
                offset -= step;
            }

            first += rowPitch;
        }
    }

    // Where the totals of the first channel's phase at each q stand, and how much farther the next channel's.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void FillRows(int channels)
    {
        nint zeros = (nint)plan.Tiles(plan.BandChannels) * BandPlan.TileRows * PanelWidth;
        new Span<T>(totals + zeros, PanelWidth).Clear();
        new Span<nint>(rowOffsets, plan.Stride).Fill(zeros);
        new Span<nint>(rowSteps, plan.Stride).Clear();
        int before = 0;
        for (int i = 0; i < plan.ClassCount; i++)
        {
            var phases = plan.Class(i);
            int q = plan.Residue(phases.FirstPhase);
            for (int phase = 0; phase < phases.Phases; phase++)
            {
                rowOffsets[q] = ((before * (nint)BandPlan.TileRows) + phase) * PanelWidth;
                rowSteps[q] = phases.Phases * (nint)PanelWidth;
                q += plan.Dilation; // the shift is the same, so this stays below the stride
            }

            before += phases.Tiles(channels);
        }
    }

    // The input of some panels as far as they are of one batch item, to be asked for in so many steps.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly RowsAhead Ahead(T* x, int group, long firstPanel, long endPanel, long steps)
    {
        if (firstPanel >= endPanel)
        {
            return new RowsAhead(null, 0, 0, 0, steps);
        }

        (long item, long index) = Math.DivRem(firstPanel, itemPanels);
        int count = (int)Math.Min(endPanel - firstPanel, itemPanels - index);
        Locate((int)index, out int start, out _);
        long from = Math.Clamp(Origin(start), 0, plan.Length);
        long end = Math.Clamp(Origin(start) + ((long)count * PanelWidth) + plan.Reach + plan.Spread, from, plan.Length);
        T* row = x + (((item * plan.Groups) + group) * plan.Channels * plan.Length) + from;
        return new RowsAhead((byte*)row, (nint)(end - from) * sizeof(T), (nint)plan.Length * sizeof(T), end > from ? plan.Channels : 0, steps);
    }

    // Each panel's positions and all that their taps read, zero outside of the input.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private readonly void FillChunk(T* x, int group, long firstPanel, long endPanel)
    {
        nint panelElements = (nint)pitch * plan.Channels;
        T* panel = panelData;
        (long item, long index) = Math.DivRem(firstPanel, itemPanels);
        for (long left = endPanel - firstPanel; left > 0; left--)
        {
            Locate((int)index, out int start, out int panelVectors);
            if (!IsInPlace(Origin(start)))
            {
                T* channel = x + (((item * plan.Groups) + group) * plan.Channels * plan.Length);
                FillPanel(channel, Origin(start), (panelVectors * TLanes.Count) + plan.Reach + plan.Spread, panel);
            }

            panel += panelElements;
            if (++index == itemPanels)
            {
                index = 0;
                item++;
            }
        }
    }

    // count is one vector at least.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void FillPanel(T* channel, long from, int count, T* target)
    {
        nint rowPitch = pitch;
        nint length = plan.Length;
        if (from < 0 || from + count > length)
        {
            int before = (int)Math.Clamp(-from, 0, count);
            int inside = (int)Math.Clamp(length - (from + before), 0, count - before);
            for (int c = 0; c < plan.Channels; c++)
            {
                new Span<T>(target, before).Clear();
                new Span<T>(channel + from + before, inside).CopyTo(new Span<T>(target + before, inside));
                new Span<T>(target + before + inside, count - before - inside).Clear();
                target += rowPitch;
                channel += length;
            }

            return;
        }

        channel += from;
        nint last = count - TLanes.Count;
        for (int c = plan.Channels; c > 0; c--)
        {
            for (nint i = 0; i < last; i += TLanes.Count)
            {
                TLanes.Store(TLanes.Load(channel + i), target + i);
            }

            TLanes.Store(TLanes.Load(channel + last), target + last);
            target += rowPitch;
            channel += length;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void ComputeChunk(T* x, T* weights, int group, int band, int channels, long firstPanel, long endPanel, T* groupBias, T* y, ref RowsAhead ahead)
    {
        bool isLarge = (long)plan.OutputLength * plan.OutputChannels * sizeof(T) >= LargeOutputBytes;
        int firstChannel = band * plan.BandChannels;
        int stride = plan.Stride;
        nint panelElements = (nint)pitch * plan.Channels;
        T* panel = panelData;
        (long item, long index) = Math.DivRem(firstPanel, itemPanels);
        for (long left = endPanel - firstPanel; left > 0; left--)
        {
            ahead.Step();
            Locate((int)index, out int start, out int panelVectors);
            long firstOutput = (long)start * stride;
            int outputs = (int)Math.Min((long)panelVectors * TLanes.Count * stride, plan.OutputLength - firstOutput);
            T* row = y + (((((item * plan.Groups) + group) * plan.OutputChannels) + firstChannel) * plan.OutputLength) + firstOutput;
            for (int c = 0; c < channels && isLarge; c++)
            {
                Prefetch.Range(row + ((nint)c * plan.OutputLength), (nint)outputs * sizeof(T));
            }

            long origin = Origin(start);
            T* source = IsInPlace(origin) ? x + (((item * plan.Groups) + group) * plan.Channels * plan.Length) + origin : panel;
            Compute(source, source != panel, weights, channels, panelVectors);
            for (int c = 0; c < channels; c++)
            {
                T value = groupBias is null ? T.Zero : T.Zero + groupBias[firstChannel + c];
                Interleave<T, TLanes>.Store(totals, rowOffsets, stride, outputs, value, spare, row);
                row += plan.OutputLength;
                for (int q = 0; q < stride; q++)
                {
                    rowOffsets[q] += rowSteps[q];
                }
            }

            for (int q = 0; q < stride; q++)
            {
                rowOffsets[q] -= channels * rowSteps[q];
            }

            panel += panelElements;
            if (++index == itemPanels)
            {
                index = 0;
                item++;
            }
        }
    }

    // The totals of a band's tiles at one panel.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Compute(T* source, bool isInPlace, T* w, int channels, int panelVectors)
    {
        T* target = totals;
        for (int i = 0; i < plan.ClassCount; i++)
        {
            var phases = plan.Class(i);
            bool isLonger = phases.Taps == plan.MostTaps;
            nint* table = isInPlace ? (isLonger ? offsetsInPlace : offsetsInPlaceShorter) : isLonger ? offsets : offsetsShorter;
            nint rowPitch = isInPlace ? plan.Length : pitch;
            T* x = source + (phases.Shift - plan.LeastShift);
            for (int rows = channels * phases.Phases; rows > 0; rows -= BandPlan.TileRows)
            {
                int tileRows = Math.Min(rows, BandPlan.TileRows);
                nint weightPitch = BandClass.PackedRowsOf(tileRows);
                if (TLanes.HasManyRegisters || tileRows <= 4)
                {
                    ComputeTile(phases.Taps, table, x, rowPitch, w, weightPitch, tileRows, panelVectors, target);
                }
                else
                {
                    ComputeTile(phases.Taps, table, x, rowPitch, w, weightPitch, 4, panelVectors, target);
                    ComputeTile(phases.Taps, table, x, rowPitch, w + 4, weightPitch, tileRows - 4, panelVectors, target + (4 * PanelWidth));
                }

                w += plan.Channels * phases.Taps * weightPitch;
                target += BandPlan.TileRows * PanelWidth;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void ComputeTile(int taps, nint* table, T* x, nint rowPitch, T* w, nint weightPitch, int rows, int panelVectors, T* target)
    {
        int blockChannels = SummationBlock.Channels(taps, plan.Channels);
        int done = 0;
        if (rows == 1 && blockChannels * taps <= SummationBlock.Terms)
        {
            for (; done + (4 * blockChannels) <= plan.Channels; done += 4 * blockChannels)
            {
                TileFew<T, TLanes>.OneOfFour(x, blockChannels * rowPitch, table, blockChannels * taps, w, weightPitch, target, done == 0);
                w += 4 * blockChannels * taps * weightPitch;
                x += 4 * blockChannels * rowPitch;
            }
        }

        for (int c = done; c < plan.Channels; c += blockChannels)
        {
            int blockTerms = Math.Min(blockChannels, plan.Channels - c) * taps;
            for (int run = 0; run < blockTerms; run += SummationBlock.Terms)
            {
                int terms = Math.Min(SummationBlock.Terms, blockTerms - run);
                bool first = c + run == 0;
                if (rows > 4)
                {
                    switch (panelVectors)
                    {
                        case 1: Tile8<T, TLanes>.By1(x, table + run, terms, w, target, PanelWidth, first); break;
                        case 2: Tile8<T, TLanes>.By2(x, table + run, terms, w, target, PanelWidth, first); break;
                        default: Tile8<T, TLanes>.By3(x, table + run, terms, w, target, PanelWidth, first); break;
                    }
                }
                else if (rows > 2)
                {
                    switch (panelVectors)
                    {
                        case 1: Tile4Packed<T, TLanes>.By1(x, table + run, terms, w, target, PanelWidth, first); break;
                        case 2: Tile4Packed<T, TLanes>.By2(x, table + run, terms, w, target, PanelWidth, first); break;
                        default: Tile4Packed<T, TLanes>.By3(x, table + run, terms, w, target, PanelWidth, first); break;
                    }
                }
                else if (rows == 2)
                {
                    TileFew<T, TLanes>.Two(x, table + run, terms, w, weightPitch, target, PanelWidth, first);
                }
                else
                {
                    TileFew<T, TLanes>.One(x, table + run, terms, w, weightPitch, target, first);
                }

                w += terms * weightPitch;
            }

            x += blockChannels * rowPitch;
            packing->Step(plan);
        }
    }
}
