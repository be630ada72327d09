using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

// Rows: a row is a (channel, phase) of one class of a band; its elements are positions m, so output m*stride + q.
// Tiles: 8 rows, or what is left of them, by a panel of up to 3 vectors of positions; lanes are positions. A band's tiles, class by class, leave their
//     totals in L1, from where BandOutputs interleaves them by stride, adds the bias and stores them once.
// Loops: over a chunk of panels (BandPanels) the bands are the outer loop, so a band's weights stay near.
// Weights: packed as BandWeights says, all beforehand, or each band's before it is computed.
// Ahead: the outputs of the next band, and the input of the next chunk, are asked for by the tiles, a line at a turn.
// Parts: a range of panels or of bands of one group, computed alone, so threads may share them out without a change in any bit.
// Order of summation: Definition's. A block's terms are those of the offset tables, in order.
// A zero of the padding times a weight that is not finite is a NaN that PyTorch does not have: NaN at the ends is told to the caller.

/// <summary>The vectorised forward pass of one problem that <see cref="BandPlan"/> fits.</summary>
internal unsafe struct BandForward<T, TLanes>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    private const int StackBytes = 16 * 1024;

    // Outputs that leave L2 before they are written again are asked for before they are stored.
    private static readonly long LargeOutputBytes = Caches.Second / 2;

    private const int WeightBytesAhead = 4096;

    private readonly BandPlan plan;
    private BandPanels<T, TLanes> panels;
    private BandOutputs<T, TLanes> outputs;
    private RowsAhead ahead;
    private bool isDoubtful;
    private nint* offsets;
    private nint* offsetsShorter;
    private nint* offsetsInPlace;
    private nint* offsetsInPlaceShorter;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private BandForward(in BandPlan plan)
    {
        this.plan = plan;
        panels = new BandPanels<T, TLanes>(plan);
    }

    /// <summary>Panels of a whole batch: what a part may have a range of.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static long Panels(in BandPlan plan, long batch) => BandPanels<T, TLanes>.Count(plan, batch);

    /// <summary>How many of so many panels make a chunk.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static long ChunkPanels(in BandPlan plan, long count) => new BandPanels<T, TLanes>(plan).ChunkPanels(count);

    /// <summary>Computes the outputs of some panels and bands of a group.</summary>
    /// <param name="plan">The problem.</param>
    /// <param name="group">The group.</param>
    /// <param name="firstPanel">The first panel, of all batch items in a row.</param>
    /// <param name="endPanel">The panel after the last.</param>
    /// <param name="firstBand">The first band of the group.</param>
    /// <param name="endBand">The band after the last.</param>
    /// <param name="x">[N, Cin, L].</param>
    /// <param name="w">[Cin, Cout/groups, K].</param>
    /// <param name="packed">The packed weights of all groups, or null: then each band's are packed before it is computed.</param>
    /// <param name="scratch">With packed null, where all groups' packed weights may be put, to be used again by further chunks; or null.</param>
    /// <param name="bias">[Cout], or null.</param>
    /// <param name="y">[N, Cout, Lout].</param>
    /// <returns>Whether an output that has taps beyond the input is NaN: then it may be wrong.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool Run(in BandPlan plan, int group, long firstPanel, long endPanel, int firstBand, int endBand, T* x, T* w, T* packed, T* scratch, T* bias, T* y)
        => new BandForward<T, TLanes>(plan).RunPart(group, firstPanel, endPanel, firstBand, endBand, x, w, packed, scratch, bias, y);

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool RunPart(int group, long firstPanel, long endPanel, int firstBand, int endBand, T* x, T* w, T* packed, T* scratch, T* bias, T* y)
    {
        long chunkPanels = panels.ChunkPanels(endPanel - firstPanel);
        nint tableBytes = (nint)Math.Min((long)plan.Channels * plan.MostTaps, SummationBlock.Terms + plan.MostTaps) * sizeof(nint);
        nint totalBytes = BandOutputs<T, TLanes>.Elements(plan) * sizeof(T);
        nint spareBytes = (nint)plan.Stride * TLanes.Count * sizeof(T);
        nint bandElements = (nint)plan.PackedElementsOf(plan.BandChannels);
        nint bandBytes = packed is null && scratch is null ? bandElements * sizeof(T) : 0;
        nint panelBytes = panels.Buffer(endPanel - firstPanel) * sizeof(T);
        nint bytes = (4 * tableBytes) + totalBytes + spareBytes + bandBytes + (2 * plan.Stride * sizeof(nint)) + panelBytes + (9 * PooledBytes.Alignment);
        byte[]? rented = bytes > StackBytes ? ArrayPool<byte>.Shared.Rent(checked((int)bytes)) : null;
        byte* stack = stackalloc byte[rented is null ? (int)bytes : 0];
        fixed (byte* heap = rented)
        {
            byte* next = rented is null ? stack : heap;
            T* totals = (T*)PooledBytes.Take(ref next, totalBytes);
            T* spare = (T*)PooledBytes.Take(ref next, spareBytes);
            offsets = (nint*)PooledBytes.Take(ref next, tableBytes);
            offsetsShorter = (nint*)PooledBytes.Take(ref next, tableBytes);
            offsetsInPlace = (nint*)PooledBytes.Take(ref next, tableBytes);
            offsetsInPlaceShorter = (nint*)PooledBytes.Take(ref next, tableBytes);
            outputs = new BandOutputs<T, TLanes>(plan, totals, spare, (nint*)PooledBytes.Take(ref next, 2 * plan.Stride * sizeof(nint)));
            T* packedBand = (T*)PooledBytes.Take(ref next, bandBytes);
            panels.Start(x + ((nint)group * plan.Channels * plan.Length), (T*)PooledBytes.Take(ref next, 0));
            FillTables();

            bias = bias is null ? null : bias + ((nint)group * plan.OutputChannels);
            y += (nint)group * plan.OutputChannels * plan.OutputLength;
            w += (nint)group * plan.Channels * plan.OutputChannels * plan.KernelSize;
            T* all = packed is null ? scratch : packed;
            all = all is null ? null : all + (group * plan.PackedElementsOfGroup);
            bool isLarge = Math.Max((endPanel - firstPanel) * BandPanels<T, TLanes>.Width, plan.Positions) * plan.Stride * plan.OutputChannels * sizeof(T) >= LargeOutputBytes;
            int laidChannels = 0;
            panels.Begin(firstPanel, Math.Min(endPanel, firstPanel + chunkPanels));
            panels.Copy();
            for (long chunk = firstPanel; chunk < endPanel; chunk += chunkPanels)
            {
                long chunkEnd = Math.Min(endPanel, chunk + chunkPanels);
                panels.Begin(chunkEnd, Math.Min(endPanel, chunkEnd + chunkPanels));
                bool packs = packed is null && (scratch is null || chunk == firstPanel);
                for (int band = firstBand; band < endBand; band++)
                {
                    T* weights = all is null ? packedBand : all + (band * bandElements);
                    int channels = plan.ChannelsOf(band);
                    if (channels != laidChannels)
                    {
                        outputs.Lay(plan, channels);
                        laidChannels = channels;
                    }

                    if (packs)
                    {
                        BandWeights.Pack(plan, band, band > firstBand, w, weights);
                    }

                    ahead = !isLarge ? default
                        : band + 1 < endBand ? OutputsOf(band + 1, chunk, chunkEnd, y)
                        : OutputsOf(firstBand, chunkEnd, Math.Min(endPanel, chunkEnd + chunkPanels), y);
                    ComputeChunk(weights, band, channels, chunk, chunkEnd, bias, y);
                }

                panels.Copy();
            }
        }

        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return isDoubtful;
    }

    // Where a block's terms, by channel and tap, stand after what the first channel's panel row begins with, for a class of the least shift.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void FillTables()
    {
        FillTable(offsets, plan.MostTaps, panels.Pitch);
        FillTable(offsetsShorter, plan.MostTaps - 1, panels.Pitch);
        if (panels.AreSomeInPlace)
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

    // The outputs of a band at the panels of a chunk, as far as they are of one batch item.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly RowsAhead OutputsOf(int band, long firstPanel, long endPanel, T* y)
    {
        (long item, long index) = panels.Place(firstPanel);
        long first = (long)panels.Locate(index, out _) * plan.Stride;
        long count = Math.Min((endPanel - firstPanel) * BandPanels<T, TLanes>.Width * plan.Stride, plan.OutputLength - first);
        T* row = y + (((item * plan.Groups * plan.OutputChannels) + ((long)band * plan.BandChannels)) * plan.OutputLength) + first;
        return new RowsAhead(row, (nint)count * sizeof(T), (nint)plan.OutputLength * sizeof(T), plan.ChannelsOf(band));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ComputeChunk(T* weights, int band, int channels, long firstPanel, long endPanel, T* bias, T* y)
    {
        int firstChannel = band * plan.BandChannels;
        bias = bias is null ? null : bias + firstChannel;
        T* panel = panels.First;
        (long item, long index) = panels.Place(firstPanel);
        for (long left = endPanel - firstPanel; left > 0; left--)
        {
            int start = panels.Locate(index, out int panelVectors);
            long firstOutput = (long)start * plan.Stride;
            int count = (int)Math.Min((long)panelVectors * TLanes.Count * plan.Stride, plan.OutputLength - firstOutput);
            T* row = y + (((item * plan.Groups * plan.OutputChannels) + firstChannel) * plan.OutputLength) + firstOutput;
            T* source = panels.InPlace(item, start);
            Compute(source is null ? panel : source, source is not null, weights, channels, panelVectors);
            outputs.Store(channels, count, bias, row);
            long end = firstOutput + count;
            if (firstOutput < plan.Head || end > plan.Tail)
            {
                isDoubtful |= HasNaN(row, channels, 0, Math.Min(plan.Head, end) - firstOutput) || HasNaN(row, channels, Math.Max(0, plan.Tail - firstOutput), count);
            }

            panel += panels.Elements;
            panels.Next(ref item, ref index);
        }
    }

    // Whether outputs from..end - 1 of a row of one of the channels are NaN.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private readonly bool HasNaN(T* row, int channels, long from, long end)
    {
        for (; channels > 0 && from < end; channels--)
        {
            if (ForwardPass<T>.HasNaN(new ReadOnlySpan<T>(row + from, (int)(end - from))))
            {
                return true;
            }

            row += plan.OutputLength;
        }

        return false;
    }

    // The totals of a band's tiles at one panel.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Compute(T* source, bool isInPlace, T* w, int channels, int panelVectors)
    {
        T* target = outputs.Totals;
        for (int i = 0; i < plan.ClassCount; i++)
        {
            var phases = plan.Class(i);
            bool isLonger = phases.Taps == plan.MostTaps;
            nint* table = isInPlace ? (isLonger ? offsetsInPlace : offsetsInPlaceShorter) : isLonger ? offsets : offsetsShorter;
            nint rowPitch = isInPlace ? plan.Length : panels.Pitch;
            T* x = source + (phases.Shift - plan.LeastShift);
            for (int rows = channels * phases.Phases; rows > 0; rows -= BandPlan.TileRows)
            {
                int tileRows = Math.Min(rows, BandPlan.TileRows);
                nint weightPitch = BandClass.PackedRowsOf(tileRows);
                ComputeTile(phases, table, x, rowPitch, w, weightPitch, tileRows, panelVectors, target);
                w += plan.Channels * phases.Taps * weightPitch;
                target += BandPlan.TileRows * BandPanels<T, TLanes>.Width;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ComputeTile(in BandClass phases, nint* table, T* x, nint rowPitch, T* w, nint weightPitch, int rows, int panelVectors, T* target)
    {
        int blockChannels = phases.BlockChannels;
        nint width = BandPanels<T, TLanes>.Width;
        var tile = new Tile<T, TLanes> { X = x, W = w, TermPitch = weightPitch, RowPitch = 1, AddendPitch = width, Target = target, TargetPitch = width, WeightsAhead = WeightBytesAhead / sizeof(T) };
        for (int c = 0; c < plan.Channels; c += blockChannels)
        {
            int blockTerms = Math.Min(blockChannels, plan.Channels - c) * phases.Taps;
            for (int run = 0; run < blockTerms; run += SummationBlock.Terms)
            {
                tile.Terms = Math.Min(SummationBlock.Terms, blockTerms - run);
                tile.Offsets = table + run;
                tile.Ahead = ahead.Take(tile.Terms / 2);
                if (tile.Ahead.End == 0)
                {
                    tile.Ahead = panels.Ahead(tile.Terms / 2);
                }

                Tile<T, TLanes>.Run(tile, rows, panelVectors);
                tile.Addend = target;
                tile.W += tile.Terms * weightPitch;
            }

            tile.X += blockChannels * rowPitch;
        }
    }
}
