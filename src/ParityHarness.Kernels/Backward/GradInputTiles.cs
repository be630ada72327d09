using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

// Rows are input channels; lanes are input positions i; terms are (output channel, tap).
// Panels: 3 vectors of positions. Panels of all batch items stand in one row; a few of them make a chunk, in which those of one item are a run.
// Planes: grad_output around a chunk's positions, taken apart by stride: [channel][plane][positions of a run + reach, of the next run, ...], zero outside of
//     grad_output. So each term reads whole vectors, at the offset that a table gives. As many channels at a time as fit into L2.
// Weights: a row's terms are neighbours in PyTorch's layout and are read where they are. Of a last tile that is not full, rows are computed twice.
// Loops: chunk, channels, tile, block of terms, panel: a block's weights stay in L1 for all panels, and a tile's totals for all blocks of the channels.
//     Totals are [tile][panel][8 rows][panel], or those of one tile where all channels fit; the last block is added where the result belongs.
// Parts: a range of panels or of tiles of one group, computed alone.
// Order of summation: BackwardDefinition's.
// A zero of the padding times a weight that is not finite is a NaN that PyTorch does not have: the caller looks for NaN at the ends.

/// <summary>grad_input by tiles.</summary>
internal unsafe struct GradInputTiles<T, TLanes>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    private const int PlaneBytes = 256 * 1024;
    private const int MostPanels = 8;
    private const int TileRows = Tile<T, TLanes>.Rows;

    private readonly GradPlan plan;
    private readonly GradPanels panels;
    private readonly GradPlanes planes;
    private readonly int rows;
    private readonly int chunk;
    private readonly int blockChannels;
    private readonly int channelsAtOnce;
    private readonly nint channelElements;
    private T* totals;
    private T* planeData;
    private nint* offsets;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private GradInputTiles(in GradPlan plan, long panelCount)
    {
        this.plan = plan;
        panels = new GradPanels(plan.Length, TLanes.Count);
        rows = Math.Min(TileRows, plan.Channels);
        blockChannels = SummationBlock.GradInputChannels(plan.KernelSize, plan.OutputChannels);
        chunk = (int)Math.Min(panelCount, MostPanels);
        while (true)
        {
            planes = new GradPlanes(plan, chunk * panels.Width, ((chunk - 1) / panels.Count) + 2);
            channelElements = planes.Count * planes.Pitch;
            if (chunk == 1 || blockChannels * channelElements * sizeof(T) <= PlaneBytes)
            {
                break;
            }

            chunk /= 2;
        }

        long blocks = Math.Max(1, PlaneBytes / (blockChannels * channelElements * sizeof(T)));
        channelsAtOnce = (int)Math.Min(plan.OutputChannels, blocks * blockChannels);
    }

    /// <summary>Panels of a whole batch.</summary>
    public static long Panels(in GradPlan plan) => (long)plan.Batch * new GradPanels(plan.Length, TLanes.Count).Count;

    /// <summary>Computes some panels and tiles of 8 channels of a group.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(in GradPlan plan, int group, long firstPanel, long endPanel, int firstTile, int endTile, T* gradOutput, T* weight, T* gradInput)
    {
        var pass = new GradInputTiles<T, TLanes>(plan, endPanel - firstPanel);
        nint totalBytes = (pass.channelsAtOnce < plan.OutputChannels ? endTile - firstTile : 1) * (nint)pass.chunk * TileRows * pass.panels.Width * sizeof(T);
        nint planeBytes = pass.channelsAtOnce * pass.channelElements * sizeof(T);
        nint offsetBytes = (nint)pass.blockChannels * plan.KernelSize * sizeof(nint);
        var buffer = PooledBytes.Rent(totalBytes + planeBytes + offsetBytes, pieces: 4);
        fixed (byte* start = buffer.Array)
        {
            byte* next = start;
            pass.offsets = (nint*)PooledBytes.Take(ref next, offsetBytes);
            pass.planeData = (T*)PooledBytes.Take(ref next, planeBytes);
            pass.totals = (T*)PooledBytes.Take(ref next, totalBytes);
            pass.planes.FillOffsets(plan, pass.blockChannels, pass.offsets);
            for (long panel = firstPanel; panel < endPanel; panel += pass.chunk)
            {
                pass.RunChunk(group, panel, (int)Math.Min(pass.chunk, endPanel - panel), firstTile, endTile, gradOutput, weight, gradInput);
            }
        }

        buffer.Return();
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void RunChunk(int group, long firstPanel, int panelCount, int firstTile, int endTile, T* gradOutput, T* weight, T* gradInput)
    {
        Place* places = stackalloc Place[MostPanels];
        Locate(firstPanel, panelCount, places);
        nint weightPitch = (nint)plan.OutputChannels * plan.KernelSize;
        weight += group * plan.Channels * weightPitch;
        nint totalsOfTile = channelsAtOnce < plan.OutputChannels ? (nint)chunk * TileRows * panels.Width : 0;
        for (int c = 0; c < plan.OutputChannels; c += channelsAtOnce)
        {
            int count = Math.Min(channelsAtOnce, plan.OutputChannels - c);
            FillPlanes(group, panelCount, places, c, count, gradOutput);
            var ahead = Ahead(group, firstPanel, panelCount, c, gradOutput);
            for (int tile = firstTile; tile < endTile; tile++)
            {
                int row = Math.Max(0, Math.Min(tile * TileRows, plan.Channels - TileRows));
                T* w = weight + (row * weightPitch) + ((nint)c * plan.KernelSize);
                // The weights that come next: this tile's of the next channels are too late, so the next tile's.
                nint next = tile + 1 < endTile ? TileRows * weightPitch : 0;
                RunTile(group, row, c, count, panelCount, places, w, weightPitch, next, ref ahead, totals + ((tile - firstTile) * totalsOfTile), gradInput);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void RunTile(int group, int row, int firstChannel, int channels, int panelCount, Place* places, T* weight, nint pitch, nint next, ref RowsAhead rowsAhead, T* tileTotals, T* gradInput)
    {
        int width = panels.Width;
        var tile = new Tile<T, TLanes> { TermPitch = 1, RowPitch = pitch, AddendPitch = width };
        for (int c = 0; c < channels; c += blockChannels)
        {
            int blockTerms = Math.Min(blockChannels, channels - c) * plan.KernelSize;
            for (int run = 0; run < blockTerms; run += SummationBlock.Terms)
            {
                int terms = Math.Min(SummationBlock.Terms, blockTerms - run);
                bool isFirst = firstChannel + c + run == 0;
                AskForWeights(weight + (c + blockChannels < channels || run + terms < blockTerms ? run + terms : next - (c * plan.KernelSize)), terms, pitch);
                bool isLast = firstChannel + c + blockChannels >= plan.OutputChannels && run + terms == blockTerms;
                tile.Offsets = offsets + run;
                tile.Terms = terms;
                tile.W = weight + run;
                T* total = tileTotals;
                for (int p = 0; p < panelCount; p++)
                {
                    ref readonly var place = ref places[p];
                    T* to = gradInput + ((((place.Item * plan.Groups) + group) * plan.Channels) + row) * plan.Length + place.Start;
                    bool isResult = isLast && place.Start + (place.Vectors * TLanes.Count) <= plan.Length;
                    tile.X = planeData + (c * channelElements) + place.Column;
                    tile.Ahead = rowsAhead.Take(terms / 2);
                    tile.Addend = isFirst ? null : total;
                    tile.Target = isResult ? to : total;
                    tile.TargetPitch = isResult ? plan.Length : width;
                    Tile<T, TLanes>.Run(tile, rows, place.Vectors);
                    if (isLast && !isResult)
                    {
                        GradPacking<T, TLanes>.Store(total, width, rows, plan.Length - place.Start, to, plan.Length);
                    }

                    total += TileRows * width;
                }
            }

            weight += blockTerms;
        }
    }

    // The rows of the block that comes next.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void AskForWeights(T* weight, int terms, nint pitch)
    {
        for (int r = 0; r < rows; r++)
        {
            Prefetch.Range(weight + (r * pitch), terms * sizeof(T));
        }
    }

    // What the planes are filled from next: grad_output of the next channels, or of the next chunk.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly RowsAhead Ahead(int group, long firstPanel, int panelCount, int channel, T* gradOutput)
    {
        channel += channelsAtOnce;
        if (channel >= plan.OutputChannels)
        {
            channel = 0;
            firstPanel += panelCount;
        }

        (long item, long index) = Math.DivRem(firstPanel, panels.Count);
        if (item >= plan.Batch)
        {
            return default;
        }

        var (start, _) = panels[(int)index];
        long first = Math.Max(0, ((long)start * plan.Stride) - plan.Padding);
        long count = Math.Min(plan.OutputLength - first, (long)Math.Min(chunk, panels.Count - index) * panels.Width * plan.Stride);
        T* row = gradOutput + (((((item * plan.Groups) + group) * plan.OutputChannels) + channel) * plan.OutputLength) + first;
        return new RowsAhead(row, (nint)Math.Max(0, count) * sizeof(T), plan.OutputLength * (nint)sizeof(T), Math.Min(channelsAtOnce, plan.OutputChannels - channel));
    }

    // Where a chunk's panels stand.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Locate(long firstPanel, int panelCount, Place* places)
    {
        nint column = 0;
        for (int p = 0; p < panelCount; p++)
        {
            (long item, long index) = Math.DivRem(firstPanel + p, panels.Count);
            var (start, vectors) = panels[(int)index];
            if (p > 0)
            {
                ref readonly var before = ref places[p - 1];
                int columns = before.Vectors * TLanes.Count;
                column = before.Column + (item == before.Item ? start - before.Start : columns + planes.Reach);
            }

            places[p] = new Place(item, start, vectors, column);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void FillPlanes(int group, int panelCount, Place* places, int firstChannel, int channels, T* gradOutput)
    {
        for (int p = 0; p < panelCount;)
        {
            ref readonly var first = ref places[p];
            int last = p;
            while (last + 1 < panelCount && places[last + 1].Item == first.Item)
            {
                last++;
            }

            int count = places[last].Start - first.Start + (places[last].Vectors * TLanes.Count) + planes.Reach;
            T* row = gradOutput + ((((first.Item * plan.Groups) + group) * plan.OutputChannels) + firstChannel) * plan.OutputLength;
            for (int c = 0; c < channels; c++)
            {
                Planes<T, TLanes>.Fill(
                    row, plan.OutputLength, ((long)first.Start * plan.Stride) - plan.Padding, plan.Stride, planes.Step, planes.Count, count,
                    planeData + (c * channelElements) + first.Column, planes.Pitch);
                row += plan.OutputLength;
            }

            p = last + 1;
        }
    }

    /// <summary>A panel of a chunk: its positions, and where they stand in each plane.</summary>
    private readonly record struct Place(long Item, int Start, int Vectors, nint Column);
}
