using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

// Rows are input channels; lanes are input positions i; terms are (output channel, tap).
// Panels: grad_output around a panel's positions, taken apart by stride: [channel of the block][plane][positions + reach], zero outside of grad_output. So
//     each term reads whole vectors, at the offset that a table gives. Panels of all batch items stand in one row; those whose totals fit into L2 make
//     a chunk.
// Weights: a row's terms are neighbours in PyTorch's layout; 8 rows are packed as [term][8], block by block, as they are needed.
// Loops: over a chunk the blocks of terms are outside, so that panels and weights of one block stay in L1 and L2; totals are [tile][panel][8 rows][panel].
// Parts: a range of panels or of tiles of one group, computed alone.
// Order of summation: BackwardDefinition's.
// A zero of the padding times a weight that is not finite is a NaN that PyTorch does not have: the caller looks for NaN at the ends.

/// <summary>grad_input by tiles.</summary>
internal unsafe struct GradInputTiles<T, TLanes>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    private const int ChunkBytes = 512 * 1024;
    private const int LeastPanels = 8;

    private readonly GradPlan plan;
    private readonly GradPanels panels;
    private readonly GradPlanes planes;
    private readonly int blockChannels;
    private readonly bool isOneBlock;
    private T* totals;
    private T* planeData;
    private T* packed;
    private nint* offsets;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private GradInputTiles(in GradPlan plan)
    {
        this.plan = plan;
        panels = new GradPanels(plan.Length, TLanes.Count);
        blockChannels = SummationBlock.GradInputChannels(plan.KernelSize, plan.OutputChannels);
        planes = new GradPlanes(plan, panels.Width);
        isOneBlock = (long)plan.OutputChannels * plan.KernelSize <= Math.Min(SummationBlock.Terms, (long)blockChannels * plan.KernelSize);
    }

    /// <summary>Panels of a whole batch.</summary>
    public static long Panels(in GradPlan plan) => (long)plan.Batch * new GradPanels(plan.Length, TLanes.Count).Count;

    /// <summary>Computes some panels and tiles of 8 channels of a group.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(in GradPlan plan, int group, long firstPanel, long endPanel, int firstTile, int endTile, T* gradOutput, T* weight, T* gradInput)
    {
        var pass = new GradInputTiles<T, TLanes>(plan);
        nint tileBytes = (nint)BandPlan.TileRows * pass.panels.Width * sizeof(T);
        nint planeBytes = pass.blockChannels * pass.planes.Count * pass.planes.Pitch * sizeof(T);
        nint totalsOfPanel = pass.isOneBlock ? 0 : (endTile - firstTile) * tileBytes;
        long chunk = Math.Min(endPanel - firstPanel, Math.Max(LeastPanels, ChunkBytes / (totalsOfPanel + planeBytes)));
        nint totalBytes = Math.Max(tileBytes, (nint)chunk * totalsOfPanel);
        nint packedBytes = SummationBlock.Terms * BandPlan.TileRows * sizeof(T);
        nint offsetBytes = (nint)pass.blockChannels * plan.KernelSize * sizeof(nint);
        var buffer = PooledBytes.Rent(totalBytes + (planeBytes * (nint)chunk) + packedBytes + offsetBytes, pieces: 5);
        fixed (byte* start = buffer.Array)
        {
            byte* next = start;
            pass.offsets = (nint*)PooledBytes.Take(ref next, offsetBytes);
            pass.packed = (T*)PooledBytes.Take(ref next, packedBytes);
            pass.planeData = (T*)PooledBytes.Take(ref next, planeBytes * (nint)chunk);
            pass.totals = (T*)PooledBytes.Take(ref next, totalBytes);
            pass.planes.FillOffsets(plan, pass.blockChannels, pass.offsets);
            for (long panel = firstPanel; panel < endPanel; panel += chunk)
            {
                pass.RunChunk(group, panel, (int)Math.Min(chunk, endPanel - panel), firstTile, endTile, gradOutput, weight, gradInput);
            }
        }

        buffer.Return();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void RunChunk(int group, long firstPanel, int panelCount, int firstTile, int endTile, T* gradOutput, T* weight, T* gradInput)
    {
        nint tileElements = isOneBlock ? 0 : (nint)BandPlan.TileRows * panels.Width;
        nint panelElements = blockChannels * planes.Count * planes.Pitch;
        nint weightPitch = (nint)plan.OutputChannels * plan.KernelSize;
        weight += group * plan.Channels * weightPitch;
        for (int c = 0; c < plan.OutputChannels; c += blockChannels)
        {
            int count = Math.Min(blockChannels, plan.OutputChannels - c);
            FillPlanes(group, firstPanel, panelCount, c, count, gradOutput);
            int blockTerms = count * plan.KernelSize;
            for (int run = 0; run < blockTerms; run += SummationBlock.Terms)
            {
                int terms = Math.Min(SummationBlock.Terms, blockTerms - run);
                bool isFirst = c + run == 0;
                bool isLast = c + count == plan.OutputChannels && run + terms == blockTerms;
                T* rows = weight + ((nint)c * plan.KernelSize) + run;
                for (int tile = firstTile; tile < endTile; tile++)
                {
                    int row = tile * BandPlan.TileRows;
                    int rowCount = Math.Min(BandPlan.TileRows, plan.Channels - row);
                    for (int ahead = row + BandPlan.TileRows; ahead < Math.Min(plan.Channels, row + (2 * BandPlan.TileRows)); ahead++)
                    {
                        Prefetch.Range(rows + (ahead * weightPitch), terms * sizeof(T));
                    }

                    GradPacking<T, TLanes>.Rows(rows + (row * weightPitch), weightPitch, rowCount, terms, packed);
                    T* target = totals + ((nint)(tile - firstTile) * panelCount * tileElements);
                    for (int p = 0; p < panelCount; p++)
                    {
                        (long item, long index) = Math.DivRem(firstPanel + p, panels.Count);
                        var (start, vectors) = panels[(int)index];
                        int width = Math.Min(vectors * TLanes.Count, plan.Length - start);
                        T* to = gradInput + ((((item * plan.Groups) + group) * plan.Channels) + row) * plan.Length + start;
                        for (int r = 0; r < rowCount && isLast; r++)
                        {
                            Prefetch.Range(to + ((nint)r * plan.Length), (nint)width * sizeof(T));
                        }

                        GradTile<T, TLanes>.Run(vectors, planeData + (p * panelElements), offsets + run, terms, packed, target, panels.Width, isFirst);
                        if (isLast)
                        {
                            GradTile<T, TLanes>.Store(target, panels.Width, rowCount, width, to, plan.Length);
                        }

                        target += tileElements;
                    }
                }
            }
        }
    }

    // By channels, since a channel's panels are neighbours.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void FillPlanes(int group, long firstPanel, int panelCount, int firstChannel, int channels, T* gradOutput)
    {
        for (int c = 0; c < channels; c++)
        {
            T* target = planeData + (c * planes.Count * planes.Pitch);
            for (int p = 0; p < panelCount; p++)
            {
                (long item, long index) = Math.DivRem(firstPanel + p, panels.Count);
                var (start, vectors) = panels[(int)index];
                T* row = gradOutput + ((((item * plan.Groups) + group) * plan.OutputChannels) + firstChannel + c) * plan.OutputLength;
                Planes<T, TLanes>.Fill(
                    row, plan.OutputLength, ((long)start * plan.Stride) - plan.Padding, plan.Stride, plan.Dilation, planes.Count, (vectors * TLanes.Count) + planes.Reach,
                    target, planes.Pitch);
                target += blockChannels * planes.Count * planes.Pitch;
            }
        }
    }
}
