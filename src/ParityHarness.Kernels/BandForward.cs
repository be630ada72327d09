using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

// Rows: a row is a (channel, phase) of one class of a band; its elements are positions m, so output m*stride + q.
// Tiles: 8 rows by a panel of up to 3 vectors of positions; lanes are positions. A band's tiles, class by class, leave their totals in L1, from
//     where they are interleaved by stride, given the bias and stored once.
// Panels: a copy of the input around a panel's positions, [channel][positions + reach + spread], zero outside of the input, so that kernels need no
//     edges. Panels of all batch items stand in one row; as many as fit into half of L2 make a chunk. Over a chunk the bands are the outer loop, so a
//     band's weights stay near.
// Weights: packed as BandWeights says, beforehand or band by band.
// Parts: a range of panels or of bands of one group, computed alone, so threads may share them out without a change in any bit.
// Order of summation: Definition's. A block's terms are those of the offset tables, in order.
// A zero of the padding times a weight that is not finite is a NaN that PyTorch does not have: the caller looks for NaN at the ends.

/// <summary>The vectorised forward pass of one problem that <see cref="BandPlan"/> fits.</summary>
internal unsafe struct BandForward<T, TLanes>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    private const int PanelVectors = 3;
    private const int ChunkBytes = 640 * 1024;
    private const int AlignedPanelBytes = 128 * 1024;
    private const int StackBytes = 16 * 1024;
    private const int Alignment = 64;

    private readonly BandPlan plan;
    private readonly int pitch;
    private readonly int itemPanels;
    private readonly int vectors;
    private T* totals;
    private T* spare;
    private T* panelData;
    private T* packedBand;
    private nint* offsets0;
    private nint* offsets1;
    private nint* offsets2;
    private nint* rowOffsets;
    private nint* rowSteps;

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
    }

    private static int PanelWidth => PanelVectors * TLanes.Count;

    /// <summary>Panels of a whole batch: what a part may have a range of.</summary>
    public static long Panels(in BandPlan plan, long batch) => batch * new BandForward<T, TLanes>(plan).itemPanels;

    /// <summary>Panels that fit into a chunk.</summary>
    public static long ChunkPanels(in BandPlan plan)
        => Math.Max(1, ChunkBytes / ((long)new BandForward<T, TLanes>(plan).pitch * plan.Channels * sizeof(T)));

    /// <summary>Computes the outputs of some panels and bands of a group. With packed null the weights are packed band by band.</summary>
    /// <param name="plan">The problem.</param>
    /// <param name="group">The group.</param>
    /// <param name="firstPanel">The first panel, of all batch items in a row.</param>
    /// <param name="endPanel">The panel after the last.</param>
    /// <param name="firstBand">The first band of the group.</param>
    /// <param name="endBand">The band after the last.</param>
    /// <param name="x">[N, Cin, L].</param>
    /// <param name="w">[Cin, Cout/groups, K].</param>
    /// <param name="packed">The packed weights of all groups, or null.</param>
    /// <param name="bias">[Cout], or null.</param>
    /// <param name="y">[N, Cout, Lout].</param>
    public static void Run(in BandPlan plan, int group, long firstPanel, long endPanel, int firstBand, int endBand, T* x, T* w, T* packed, T* bias, T* y)
        => new BandForward<T, TLanes>(plan).RunPart(group, firstPanel, endPanel, firstBand, endBand, x, w, packed, bias, y);

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunPart(int group, long firstPanel, long endPanel, int firstBand, int endBand, T* x, T* w, T* packed, T* bias, T* y)
    {
        nint panelElements = (nint)pitch * plan.Channels;
        long chunkPanels = Math.Min(endPanel - firstPanel, ChunkPanels(plan));
        nint tableBytes = (nint)Math.Min(plan.Channels * plan.MostTaps, SummationBlock.Terms + plan.MostTaps) * sizeof(nint);
        nint totalBytes = (nint)plan.Tiles(plan.BandChannels) * TilePlan.TileRows * PanelWidth * sizeof(T);
        nint spareBytes = (nint)plan.Stride * TLanes.Count * sizeof(T);
        nint bandBytes = packed is null ? (nint)plan.PackedElementsOf(plan.BandChannels) * sizeof(T) : 0;
        nint bytes = (3 * tableBytes) + totalBytes + spareBytes + bandBytes + (2 * plan.Stride * sizeof(nint)) + (panelElements * (nint)chunkPanels * sizeof(T)) + (10 * Alignment);
        byte[]? rented = bytes > StackBytes ? ArrayPool<byte>.Shared.Rent(checked((int)bytes)) : null;
        byte* stack = stackalloc byte[rented is null ? (int)bytes : 0];
        fixed (byte* heap = rented)
        {
            byte* next = rented is null ? stack : heap;
            totals = (T*)Take(ref next, totalBytes);
            spare = (T*)Take(ref next, spareBytes);
            offsets0 = (nint*)Take(ref next, tableBytes);
            offsets1 = (nint*)Take(ref next, tableBytes);
            offsets2 = (nint*)Take(ref next, tableBytes);
            rowOffsets = (nint*)Take(ref next, plan.Stride * sizeof(nint));
            rowSteps = (nint*)Take(ref next, plan.Stride * sizeof(nint));
            packedBand = (T*)Take(ref next, bandBytes);
            panelData = (T*)Take(ref next, 0);
            FillTable(plan.Class0, offsets0);
            FillTable(plan.Class1, offsets1);
            FillTable(plan.Class2, offsets2);

            T* groupBias = bias is null ? null : bias + ((nint)group * plan.OutputChannels);
            w += (nint)group * plan.Channels * plan.OutputChannels * plan.KernelSize;
            packed = packed is null ? null : packed + (group * plan.PackedElementsOfGroup);
            for (long chunk = firstPanel; chunk < endPanel; chunk += chunkPanels)
            {
                long chunkEnd = Math.Min(endPanel, chunk + chunkPanels);
                FillChunk(x, group, chunk, chunkEnd);
                for (int band = firstBand; band < endBand; band++)
                {
                    T* weights = packedBand;
                    if (packed is null)
                    {
                        BandWeights.Pack(plan, band, w, weights);
                    }
                    else
                    {
                        weights = packed + (band * plan.PackedElementsOf(plan.BandChannels));
                    }

                    int channels = plan.ChannelsOf(band);
                    FillRows(channels);
                    for (long panel = chunk; panel < chunkEnd; panel++)
                    {
                        (long item, long index) = Math.DivRem(panel, itemPanels);
                        Locate((int)index, out int start, out int panelVectors);
                        int channel = band * plan.BandChannels;
                        long firstOutput = (long)start * plan.Stride;
                        int outputs = (int)Math.Min((long)panelVectors * TLanes.Count * plan.Stride, plan.OutputLength - firstOutput);
                        T* row = y + ((((item * plan.Groups) + group) * plan.OutputChannels) + channel) * plan.OutputLength + firstOutput;
                        for (int c = 0; c < channels; c++)
                        {
                            Prefetch.Range(row + ((nint)c * plan.OutputLength), (nint)outputs * sizeof(T));
                        }

                        T* source = panelData + ((nint)(panel - chunk) * panelElements);
                        T* target = totals;
                        T* tile = weights;
                        ComputeClass(plan.Class0, offsets0, channels, source, panelVectors, ref tile, ref target);
                        ComputeClass(plan.Class1, offsets1, channels, source, panelVectors, ref tile, ref target);
                        ComputeClass(plan.Class2, offsets2, channels, source, panelVectors, ref tile, ref target);

                        for (int c = 0; c < channels; c++)
                        {
                            T value = groupBias is null ? T.Zero : T.Zero + groupBias[channel + c];
                            Interleave<T, TLanes>.Store(totals, rowOffsets, plan.Stride, outputs, value, spare, row);
                            row += plan.OutputLength;
                            for (int q = 0; q < plan.Stride; q++)
                            {
                                rowOffsets[q] += rowSteps[q];
                            }
                        }

                        for (int q = 0; q < plan.Stride; q++)
                        {
                            rowOffsets[q] -= channels * rowSteps[q];
                        }
                    }
                }
            }
        }

        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static byte* Take(ref byte* next, nint bytes)
    {
        byte* start = (byte*)(((nint)next + Alignment - 1) & -Alignment);
        next = start + bytes;
        return start;
    }

    // The panels of one batch item are 3 vectors wide; of a last 4 vectors each has 2, since 1 alone does not fill the multipliers' latency.
    private readonly void Locate(int index, out int start, out int panelVectors)
    {
        int first = index * PanelVectors;
        panelVectors = Math.Min(PanelVectors, vectors - first);
        if (vectors % PanelVectors == 1 && vectors > 1)
        {
            if (index == itemPanels - 2)
            {
                panelVectors = 2;
            }
            else if (index == itemPanels - 1)
            {
                first--;
                panelVectors = 2;
            }
        }

        start = first * TLanes.Count;
    }

    // Where a block's terms, by channel and tap, stand after the block's first panel row.
    private readonly void FillTable(in BandClass phases, nint* offsets)
    {
        if (phases.Phases == 0)
        {
            return;
        }

        nint first = phases.Shift - plan.LeastShift + plan.Reach;
        int channels = SummationBlock.Channels(phases.Taps, plan.Channels);
        for (nint c = 0; c < channels; c++)
        {
            for (nint i = 0; i < phases.Taps; i++)
            {
                *offsets++ = (c * pitch) + first - (i * plan.Step);
            }
        }
    }

    // Where the totals of the first channel's phase for each q stand, and how much farther the next channel's.
    private readonly void FillRows(int channels)
    {
        for (int q = 0; q < plan.Stride; q++)
        {
            int k0 = (int)(((long)q + plan.Padding) % plan.Stride);
            int before = 0;
            var phases = plan.Class0;
            if (k0 >= phases.FirstPhase + phases.Phases)
            {
                before += phases.Tiles(channels);
                phases = plan.Class1;
                if (phases.Phases == 0 || k0 >= phases.FirstPhase + phases.Phases)
                {
                    before += phases.Tiles(channels);
                    phases = plan.Class2;
                }
            }

            rowOffsets[q] = ((before * (nint)TilePlan.TileRows) + k0 - phases.FirstPhase) * PanelWidth;
            rowSteps[q] = phases.Phases * (nint)PanelWidth;
        }
    }

    // Each panel's positions and all that their taps read, zero outside of the input. By channels, since a channel's panels are neighbours.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void FillChunk(T* x, int group, long firstPanel, long endPanel)
    {
        nint panelElements = (nint)pitch * plan.Channels;
        T* panel = panelData;
        for (long first = firstPanel; first < endPanel;)
        {
            (long item, long index) = Math.DivRem(first, itemPanels);
            int count = (int)Math.Min(endPanel - first, itemPanels - index);
            T* channel = x + (((item * plan.Groups) + group) * plan.Channels * plan.Length);
            for (int c = 0; c < plan.Channels; c++)
            {
                T* target = panel + ((nint)c * pitch);
                for (int i = 0; i < count; i++)
                {
                    Locate((int)index + i, out int start, out int panelVectors);
                    FillRow(channel, (long)start + plan.LeastShift - plan.Reach, (panelVectors * TLanes.Count) + plan.Reach + plan.Spread, target);
                    target += panelElements;
                }

                channel += plan.Length;
            }

            panel += count * panelElements;
            first += count;
        }
    }

    // At least one vector.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void FillRow(T* channel, long from, int count, T* target)
    {
        if (from >= 0 && from + count <= plan.Length)
        {
            T* source = channel + from;
            int last = count - TLanes.Count;
            for (int i = 0; i < last; i += TLanes.Count)
            {
                TLanes.Store(TLanes.Load(source + i), target + i);
            }

            TLanes.Store(TLanes.Load(source + last), target + last);
            return;
        }

        int before = (int)Math.Clamp(-from, 0, count);
        int inside = (int)Math.Clamp(plan.Length - (from + before), 0, count - before);
        new Span<T>(target, before).Clear();
        new Span<T>(channel + from + before, inside).CopyTo(new Span<T>(target + before, inside));
        new Span<T>(target + before + inside, count - before - inside).Clear();
    }

    private readonly void ComputeClass(in BandClass phases, nint* offsets, int channels, T* x, int panelVectors, ref T* w, ref T* target)
    {
        for (int tile = phases.Tiles(channels); tile > 0; tile--)
        {
            if (TLanes.HasManyRegisters)
            {
                ComputeWide(phases.Taps, offsets, x, w, panelVectors, target);
            }
            else
            {
                ComputeNarrow(phases.Taps, offsets, x, w, panelVectors, target);
                ComputeNarrow(phases.Taps, offsets, x, w + 4, panelVectors, target + (4 * PanelWidth));
            }

            w += (nint)plan.Channels * phases.Taps * TilePlan.TileRows;
            target += TilePlan.TileRows * PanelWidth;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void ComputeWide(int taps, nint* offsets, T* x, T* w, int panelVectors, T* target)
    {
        int blockChannels = SummationBlock.Channels(taps, plan.Channels);
        for (int c = 0; c < plan.Channels; c += blockChannels)
        {
            int blockTerms = Math.Min(blockChannels, plan.Channels - c) * taps;
            for (int run = 0; run < blockTerms; run += SummationBlock.Terms)
            {
                int terms = Math.Min(SummationBlock.Terms, blockTerms - run);
                bool first = c + run == 0;
                switch (panelVectors)
                {
                    case 1: Tile8<T, TLanes>.By1(x, offsets + run, terms, w, target, PanelWidth, first); break;
                    case 2: Tile8<T, TLanes>.By2(x, offsets + run, terms, w, target, PanelWidth, first); break;
                    default: Tile8<T, TLanes>.By3(x, offsets + run, terms, w, target, PanelWidth, first); break;
                }

                w += (nint)terms * TilePlan.TileRows;
            }

            x += (nint)blockChannels * pitch;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void ComputeNarrow(int taps, nint* offsets, T* x, T* w, int panelVectors, T* target)
    {
        int blockChannels = SummationBlock.Channels(taps, plan.Channels);
        for (int c = 0; c < plan.Channels; c += blockChannels)
        {
            int blockTerms = Math.Min(blockChannels, plan.Channels - c) * taps;
            for (int run = 0; run < blockTerms; run += SummationBlock.Terms)
            {
                int terms = Math.Min(SummationBlock.Terms, blockTerms - run);
                bool first = c + run == 0;
                switch (panelVectors)
                {
                    case 1: Tile4Packed<T, TLanes>.By1(x, offsets + run, terms, w, target, PanelWidth, first); break;
                    case 2: Tile4Packed<T, TLanes>.By2(x, offsets + run, terms, w, target, PanelWidth, first); break;
                    default: Tile4Packed<T, TLanes>.By3(x, offsets + run, terms, w, target, PanelWidth, first); break;
                }

                w += (nint)terms * TilePlan.TileRows;
            }

            x += (nint)blockChannels * pitch;
        }
    }
}
