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
    private const int TotalBytes = 768 * 1024;
    private const int LeastPanels = 8;

    private readonly GradPlan plan;
    private readonly GradPanels panels;
    private readonly int tapStep;
    private readonly int planes;
    private readonly int reach;
    private readonly int blockChannels;
    private readonly nint pitch;
    private T* totals;
    private T* planeData;
    private T* packed;
    private nint* offsets;

    private GradInputTiles(in GradPlan plan)
    {
        this.plan = plan;
        panels = new GradPanels(plan.Length, TLanes.Count);
        blockChannels = SummationBlock.Channels(plan.KernelSize, plan.OutputChannels);

        // Where taps of a plane are so far apart that it would be mostly reach, each tap has a plane of its own.
        tapStep = plan.TapStep;
        planes = Math.Min(plan.KernelSize, tapStep);
        long distance = (plan.KernelSize - 1) / tapStep * (long)plan.InputStep;
        if (planes * (panels.Width + distance) > (long)plan.KernelSize * panels.Width)
        {
            (tapStep, planes, distance) = (plan.KernelSize, plan.KernelSize, 0);
        }

        reach = (int)distance;
        pitch = panels.Width + reach;
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
        nint planeBytes = pass.blockChannels * pass.planes * pass.pitch * sizeof(T);
        long chunk = Math.Max(LeastPanels, TotalBytes / ((endTile - firstTile) * tileBytes));
        chunk = Math.Min(chunk, Math.Max(1, TotalBytes / planeBytes));
        chunk = Math.Min(chunk, endPanel - firstPanel);
        nint totalBytes = (endTile - firstTile) * (nint)chunk * tileBytes;
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
            pass.FillOffsets();
            for (long panel = firstPanel; panel < endPanel; panel += chunk)
            {
                pass.RunChunk(group, panel, (int)Math.Min(chunk, endPanel - panel), firstTile, endTile, gradOutput, weight, gradInput);
            }
        }

        buffer.Return();
    }

    private readonly void FillOffsets()
    {
        nint* next = offsets;
        for (nint c = 0; c < blockChannels; c++)
        {
            for (int k = 0; k < plan.KernelSize; k++)
            {
                (int far, int plane) = Math.DivRem(k, tapStep);
                *next++ = (((c * planes) + plane) * pitch) + ((nint)far * plan.InputStep);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void RunChunk(int group, long firstPanel, int panelCount, int firstTile, int endTile, T* gradOutput, T* weight, T* gradInput)
    {
        nint tileElements = (nint)BandPlan.TileRows * panels.Width;
        nint panelElements = blockChannels * planes * pitch;
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
                T* rows = weight + ((nint)c * plan.KernelSize) + run;
                for (int tile = firstTile; tile < endTile; tile++)
                {
                    int row = tile * BandPlan.TileRows;
                    GradPacking<T, TLanes>.Rows(rows + (row * weightPitch), weightPitch, Math.Min(BandPlan.TileRows, plan.Channels - row), terms, packed);
                    T* target = totals + ((nint)(tile - firstTile) * panelCount * tileElements);
                    for (int p = 0; p < panelCount; p++)
                    {
                        int vectors = panels[(int)((firstPanel + p) % panels.Count)].Vectors;
                        GradTile<T, TLanes>.Run(vectors, planeData + (p * panelElements), offsets + run, terms, packed, target, panels.Width, c + run == 0);
                        target += tileElements;
                    }
                }
            }
        }

        Store(group, firstPanel, panelCount, firstTile, endTile, gradInput);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void FillPlanes(int group, long firstPanel, int panelCount, int firstChannel, int channels, T* gradOutput)
    {
        T* target = planeData;
        for (int p = 0; p < panelCount; p++)
        {
            (long item, long index) = Math.DivRem(firstPanel + p, panels.Count);
            var (start, vectors) = panels[(int)index];
            T* row = gradOutput + ((((item * plan.Groups) + group) * plan.OutputChannels) + firstChannel) * plan.OutputLength;
            for (int c = 0; c < channels; c++)
            {
                Planes<T, TLanes>.Fill(
                    row, plan.OutputLength, ((long)start * plan.Stride) - plan.Padding, plan.Stride, plan.Dilation, planes, (vectors * TLanes.Count) + reach,
                    target + (c * planes * pitch), pitch);
                row += plan.OutputLength;
            }

            target += blockChannels * planes * pitch;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Store(int group, long firstPanel, int panelCount, int firstTile, int endTile, T* gradInput)
    {
        T* source = totals;
        for (int tile = firstTile; tile < endTile; tile++)
        {
            int row = tile * BandPlan.TileRows;
            int rows = Math.Min(BandPlan.TileRows, plan.Channels - row);
            for (int p = 0; p < panelCount; p++)
            {
                (long item, long index) = Math.DivRem(firstPanel + p, panels.Count);
                var (start, vectors) = panels[(int)index];
                int width = Math.Min(vectors * TLanes.Count, plan.Length - start);
                T* target = gradInput + ((((item * plan.Groups) + group) * plan.Channels) + row) * plan.Length + start;
                for (int r = 0; r < rows; r++)
                {
                    StoreRow(source + (r * panels.Width), width, target + ((nint)r * plan.Length));
                }

                source += BandPlan.TileRows * panels.Width;
            }
        }
    }

    // A first block's -0 becomes the +0 of the definition.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreRow(T* source, int width, T* target)
    {
        int i = 0;
        for (; i <= width - TLanes.Count; i += TLanes.Count)
        {
            TLanes.Store(TLanes.Add(TLanes.Load(source + i), TLanes.Zero), target + i);
        }

        for (; i < width; i++)
        {
            target[i] = source[i] + T.Zero;
        }
    }
}
