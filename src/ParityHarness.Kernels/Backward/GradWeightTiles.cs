using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

// Rows are input channels; lanes are (output channel, tap), in grad_weight's order, so a tile's rows are stored as they are; terms are positions i of a
// batch item.
// Panels: grad_output as up to 3 vectors of lanes meet one block of positions: [position][lanes], zero where a tap is outside.
// Input: a row's positions are neighbours in PyTorch's layout and are read where they are. Of a last tile that is not full, rows are computed twice.
// Loops: over a chunk of panels the blocks of positions are outside, several at a time where they are short; of each, each panel is filled once, which
//     stays in L1 while all tiles read it. Totals are [panel][tile][8 rows][panel]; the last block is added where the result belongs.
// Parts: a range of panels and of tiles of one group, computed alone.
// Order of summation: BackwardDefinition's.
// A zero for a tap outside times an input that is not finite is a NaN that PyTorch does not have: the caller looks for such inputs.

/// <summary>grad_weight by tiles.</summary>
internal unsafe struct GradWeightTiles<T, TLanes>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    private const int TotalBytes = 256 * 1024;
    private const int LeastPanels = 2;
    private const int TileRows = Tile<T, TLanes>.Rows;

    private readonly GradPlan plan;
    private readonly GradPanels panels;
    private readonly int columns;
    private readonly int block;
    private readonly int run;
    private readonly int step;
    private readonly bool isOneBlock;
    private readonly int rows;
    private T* totals;
    private T* runTotals;
    private T* panelData;
    private nint* offsets;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private GradWeightTiles(in GradPlan plan)
    {
        this.plan = plan;
        columns = plan.OutputChannels * plan.KernelSize;
        panels = new GradPanels(columns, TLanes.Count);
        (block, int blocks) = SummationBlock.Positions(plan.Length, (long)plan.Channels * columns);
        run = block * blocks;
        step = Math.Max(1, SummationBlock.Terms / run) * run;
        isOneBlock = plan.Batch == 1 && step >= plan.Length;
        rows = Math.Min(TileRows, plan.Channels);
    }

    /// <summary>Panels of a group.</summary>
    public static int Panels(in GradPlan plan) => new GradPanels(plan.OutputChannels * plan.KernelSize, TLanes.Count).Count;

    /// <summary>Computes some panels of (output channel, tap) and tiles of 8 input channels of a group.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(in GradPlan plan, int group, int firstPanel, int endPanel, int firstTile, int endTile, T* gradOutput, T* input, T* gradWeight)
    {
        var pass = new GradWeightTiles<T, TLanes>(plan);
        nint tiles = endTile - firstTile;
        nint tileElements = (nint)TileRows * pass.panels.Width;
        int chunk = endPanel - firstPanel;
        nint totalBytes = tileElements * sizeof(T);
        if (!pass.isOneBlock)
        {
            chunk = (int)Math.Min(chunk, Math.Max(LeastPanels, TotalBytes / (tiles * tileElements * sizeof(T))));
            totalBytes *= tiles * chunk;
        }

        nint panelBytes = (((nint)pass.step * pass.panels.Width) + TLanes.Count) * sizeof(T); // a copied run may end behind the last lane
        nint offsetBytes = pass.step * sizeof(nint);
        var buffer = PooledBytes.Rent(totalBytes + (tileElements * sizeof(T)) + panelBytes + offsetBytes, pieces: 5);
        fixed (byte* start = buffer.Array)
        {
            byte* next = start;
            pass.offsets = (nint*)PooledBytes.Take(ref next, offsetBytes);
            pass.panelData = (T*)PooledBytes.Take(ref next, panelBytes);
            pass.runTotals = (T*)PooledBytes.Take(ref next, tileElements * sizeof(T));
            pass.totals = (T*)PooledBytes.Take(ref next, totalBytes);
            for (int t = 0; t < Math.Min(pass.step, plan.Length); t++)
            {
                pass.offsets[t] = (nint)t * pass.panels.Width;
            }

            for (int panel = firstPanel; panel < endPanel; panel += chunk)
            {
                pass.RunChunk(group, panel, Math.Min(endPanel, panel + chunk), firstTile, endTile, gradOutput, input, gradWeight);
            }
        }

        buffer.Return();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void RunChunk(int group, int firstPanel, int endPanel, int firstTile, int endTile, T* gradOutput, T* input, T* gradWeight)
    {
        nint tileElements = isOneBlock ? 0 : (nint)TileRows * panels.Width;
        gradWeight += (nint)group * plan.Channels * columns;
        for (long n = 0; n < plan.Batch; n++)
        {
            T* x = input + ((((n * plan.Groups) + group) * plan.Channels) * plan.Length);
            T* gy = gradOutput + ((((n * plan.Groups) + group) * plan.OutputChannels) * plan.OutputLength);
            for (int from = 0; from < plan.Length; from += step)
            {
                int count = Math.Min(step, plan.Length - from);
                bool isFirst = n == 0 && from == 0;
                bool isLast = n == plan.Batch - 1 && from + count == plan.Length;
                T* total = totals;
                for (int panel = firstPanel; panel < endPanel; panel++)
                {
                    var (start, vectors) = panels[panel];
                    int width = Math.Min(vectors * TLanes.Count, columns - start);
                    FillPanel(gy, start, width, from, count);
                    for (int tile = firstTile; tile < endTile; tile++)
                    {
                        T* to = gradWeight + (FirstRow(tile) * columns) + start;
                        for (int r = 0; r < rows && isLast; r++)
                        {
                            Prefetch.Range(to + ((nint)r * columns), (nint)width * sizeof(T));
                        }

                        bool isFull = width == vectors * TLanes.Count;
                        for (int at = 0; at < count; at += run)
                        {
                            bool isResult = isLast && isFull && at + run >= count;
                            Run(vectors, at, Math.Min(run, count - at), x + (FirstRow(tile) * plan.Length) + from, isFirst && at == 0 ? null : total, isResult ? to : total, isResult ? columns : panels.Width);
                        }

                        if (isLast && !isFull)
                        {
                            GradPacking<T, TLanes>.Store(total, panels.Width, rows, width, to, columns);
                        }

                        total += tileElements;
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly nint FirstRow(int tile) => Math.Max(0, Math.Min(tile * TileRows, plan.Channels - TileRows));

    // One run of blocks of positions from at on.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Run(int vectors, int at, int count, T* weights, T* addend, T* target, nint targetPitch)
    {
        T* panel = panelData + ((nint)at * panels.Width);
        weights += at;
        Tile<T, TLanes> tile;
        tile.X = panel;
        tile.Offsets = offsets;
        tile.Terms = count;
        tile.W = weights;
        tile.TermPitch = 1;
        tile.RowPitch = plan.Length;
        tile.Addend = addend;
        tile.AddendPitch = panels.Width;
        tile.Target = target;
        tile.TargetPitch = targetPitch;
        tile.Ahead = default;
        tile.WeightsAhead = 0;
        if (run == block)
        {
            Tile<T, TLanes>.Run(tile, rows, vectors);
            return;
        }

        tile.Target = runTotals;
        tile.TargetPitch = panels.Width;
        for (int from = 0; from < count; from += block)
        {
            tile.X = panel + ((nint)from * panels.Width);
            tile.W = weights + from;
            tile.Terms = Math.Min(block, count - from);
            tile.Addend = from == 0 ? null : runTotals;
            Tile<T, TLanes>.Run(tile, rows, vectors);
        }

        GradPacking<T, TLanes>.Add(runTotals, panels.Width, rows, vectors * TLanes.Count, addend, panels.Width, target, targetPitch);
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void FillPanel(T* gradOutput, int start, int width, int from, int count)
    {
        // Taps of one output channel are neighbours in grad_output too; such runs are copied by whole vectors, of which the next run overwrites what is
        // too much.
        nint* sources = stackalloc nint[width];
        int* targets = stackalloc int[width];
        int runs = 0;
        int longest = 0;
        int last = 0;
        (int channel, int k) = Math.DivRem(start, plan.KernelSize);
        int least = plan.KernelSize - 1, most = 0;
        for (int lane = 0; lane < width;)
        {
            int taps = plan.Dilation == 1 ? Math.Min(Math.Min(plan.KernelSize - k, width - lane), TLanes.Count) : 1;
            if (from + count < plan.Length)
            {
                // The next positions.
                Prefetch.Range(gradOutput + ((nint)channel * plan.OutputLength) + ((nint)(from + count) * plan.Stride) + k - plan.Padding, (nint)step * plan.Stride * sizeof(T));
            }

            sources[runs] = ((nint)channel * plan.OutputLength) + ((nint)k * plan.Dilation) - plan.Padding;
            targets[runs++] = lane;
            longest = Math.Max(longest, taps);
            least = Math.Min(least, k);
            last = Math.Max(last, k);
            most = Math.Max(most, k + taps - 1);
            lane += taps;
            k += taps;
            if (k == plan.KernelSize)
            {
                k = 0;
                channel++;
            }
        }

        int atOnce = longest == 1 ? 1 : CopiedLanes(longest);

        // Positions of which all taps are inside, and whatever is copied with them.
        long before = plan.Padding - ((long)least * plan.Dilation);
        long room = plan.OutputLength - 1L + plan.Padding - Math.Max((long)most * plan.Dilation, ((long)last * plan.Dilation) + atOnce - 1);
        int head = (int)Math.Clamp(before <= 0 ? 0 : (before + plan.Stride - 1) / plan.Stride, from, from + count);
        int tail = (int)Math.Clamp(room < 0 ? 0 : (room / plan.Stride) + 1, head, from + count);
        FillEnds(gradOutput, start, width, from, head, panelData);
        T* source = gradOutput + ((nint)head * plan.Stride);
        T* target = panelData + ((nint)(head - from) * panels.Width);
        if (atOnce == 1)
        {
            CopyOnes(source, sources, runs, tail - head, target);
        }
        else if (atOnce * sizeof(T) == 16)
        {
            Copy<Lanes128<T>>(source, sources, targets, runs, tail - head, target);
        }
        else if (atOnce * sizeof(T) == 32)
        {
            Copy<Lanes256<T>>(source, sources, targets, runs, tail - head, target);
        }
        else
        {
            Copy<TLanes>(source, sources, targets, runs, tail - head, target);
        }

        FillEnds(gradOutput, start, width, tail, from + count, panelData + ((nint)(tail - from) * panels.Width));
    }

    private static int CopiedLanes(int longest)
    {
        int lanes = 16 / sizeof(T);
        while (lanes < longest)
        {
            lanes *= 2;
        }

        return lanes;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void FillEnds(T* gradOutput, int start, int width, int from, int end, T* target)
    {
        for (int i = from; i < end; i++)
        {
            (int channel, int k) = Math.DivRem(start, plan.KernelSize);
            for (int lane = 0; lane < width; lane++)
            {
                long o = ((long)i * plan.Stride) + ((long)k * plan.Dilation) - plan.Padding;
                target[lane] = o >= 0 && o < plan.OutputLength ? gradOutput[((long)channel * plan.OutputLength) + o] : T.Zero;
                if (++k == plan.KernelSize)
                {
                    k = 0;
                    channel++;
                }
            }

            target += panels.Width;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Copy<TCopy>(T* source, nint* sources, int* targets, int runs, int count, T* target)
        where TCopy : struct, ILanes<TCopy, T>
    {
        nint stride = plan.Stride;
        nint targetPitch = panels.Width;
        if (targets[runs - 1] == (runs - 1) * TCopy.Count)
        {
            // Nothing is too much.
            for (int j = 0; j < runs; j++)
            {
                T* from = source + sources[j];
                T* to = target + targets[j];
                for (int i = 0; i < count; i++)
                {
                    TCopy.Store(TCopy.Load(from), to);
                    from += stride;
                    to += targetPitch;
                }
            }

            return;
        }

        for (; count > 0; count--)
        {
            for (int j = 0; j < runs; j++)
            {
                TCopy.Store(TCopy.Load(source + sources[j]), target + targets[j]);
            }

            source += stride;
            target += targetPitch;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void CopyOnes(T* source, nint* sources, int lanes, int count, T* target)
    {
        nint stride = plan.Stride;
        nint targetPitch = panels.Width;
        for (int j = 0; j < lanes; j++)
        {
            T* from = source + sources[j];
            T* to = target + j;
            for (int i = count; i > 0; i--)
            {
                *to = *from;
                from += stride;
                to += targetPitch;
            }
        }
    }
}
