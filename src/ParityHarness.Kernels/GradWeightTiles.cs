using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ParityHarness.Kernels;

// Rows are (output channel, tap), in grad_weight's order; lanes are input channels; terms are positions i of a batch item.
// Panels: the input of up to 3 vectors of channels and one block of positions, transposed: [position][channels].
// Packed: grad_output as 8 rows meet it: [position][8], zero where the tap is outside.
// Loops: over a chunk of rows the blocks of positions are outside; of each, grad_output is packed once and each panel transposed once; a panel
//     stays in L1 while all tiles of the chunk read it. Totals are [panel][tile][8 rows][panel] and at the end transposed into grad_weight.
// Parts: a range of rows and of panels of one group, computed alone.
// Order of summation: BackwardDefinition's.
// A zero for a tap outside times an input that is not finite is a NaN that PyTorch does not have: the caller looks for such inputs.

/// <summary>grad_weight by tiles.</summary>
internal unsafe struct GradWeightTiles<T, TLanes>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    private const int TotalBytes = 1024 * 1024;
    private const int PackedBytes = 256 * 1024;
    private const int LeastRows = 64;

    private readonly GradPlan plan;
    private readonly GradPanels panels;
    private readonly int block;
    private T* totals;
    private T* packed;
    private T* panelData;
    private nint* offsets;

    private GradWeightTiles(in GradPlan plan)
    {
        this.plan = plan;
        panels = new GradPanels(plan.Channels, TLanes.Count);
        block = SummationBlock.Positions(plan.Length);
    }

    /// <summary>Panels of a group.</summary>
    public static int Panels(in GradPlan plan) => new GradPanels(plan.Channels, TLanes.Count).Count;

    /// <summary>Computes some panels of input channels and rows of a group; firstRow is a multiple of 8.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(in GradPlan plan, int group, int firstPanel, int endPanel, int firstRow, int endRow, T* gradOutput, T* input, T* gradWeight)
    {
        var pass = new GradWeightTiles<T, TLanes>(plan);
        int panelCount = endPanel - firstPanel;
        nint rowBytes = (nint)panelCount * pass.panels.Width * sizeof(T);
        int chunk = (int)Math.Min(TotalBytes / rowBytes, PackedBytes / (pass.block * sizeof(T)));
        chunk = Math.Min(Math.Max(chunk, LeastRows), endRow - firstRow);
        chunk = (chunk + BandPlan.TileRows - 1) / BandPlan.TileRows * BandPlan.TileRows;
        nint totalBytes = chunk * rowBytes;
        nint packedBytes = (nint)chunk * pass.block * sizeof(T);
        nint panelBytes = (nint)pass.block * pass.panels.Width * sizeof(T);
        nint offsetBytes = pass.block * sizeof(nint);
        var buffer = PooledBytes.Rent(totalBytes + packedBytes + panelBytes + offsetBytes, pieces: 5);
        fixed (byte* start = buffer.Array)
        {
            byte* next = start;
            pass.offsets = (nint*)PooledBytes.Take(ref next, offsetBytes);
            pass.panelData = (T*)PooledBytes.Take(ref next, panelBytes);
            pass.packed = (T*)PooledBytes.Take(ref next, packedBytes);
            pass.totals = (T*)PooledBytes.Take(ref next, totalBytes);
            new Span<T>(pass.panelData, pass.block * pass.panels.Width).Clear(); // lanes without a channel are computed too
            for (int t = 0; t < pass.block; t++)
            {
                pass.offsets[t] = (nint)t * pass.panels.Width;
            }

            for (int row = firstRow; row < endRow; row += chunk)
            {
                pass.RunChunk(group, firstPanel, endPanel, row, Math.Min(endRow, row + chunk), gradOutput, input, gradWeight);
            }
        }

        buffer.Return();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void RunChunk(int group, int firstPanel, int endPanel, int firstRow, int endRow, T* gradOutput, T* input, T* gradWeight)
    {
        int tiles = (endRow - firstRow + BandPlan.TileRows - 1) / BandPlan.TileRows;
        nint tileElements = (nint)BandPlan.TileRows * panels.Width;
        bool first = true;
        for (long n = 0; n < plan.Batch; n++)
        {
            T* x = input + ((((n * plan.Groups) + group) * plan.Channels) * plan.Length);
            T* gy = gradOutput + ((((n * plan.Groups) + group) * plan.OutputChannels) * plan.OutputLength);
            for (int from = 0; from < plan.Length; from += block)
            {
                int count = Math.Min(block, plan.Length - from);
                for (int tile = 0; tile < tiles; tile++)
                {
                    Pack(gy, firstRow + (tile * BandPlan.TileRows), from, count, packed + ((nint)tile * block * BandPlan.TileRows));
                }

                T* target = totals;
                for (int panel = firstPanel; panel < endPanel; panel++)
                {
                    var (start, vectors) = panels[panel];
                    int channels = Math.Min(vectors * TLanes.Count, plan.Channels - start);
                    Transpose<T, TLanes>.Run(x + ((nint)start * plan.Length) + from, plan.Length, channels, count, panelData, panels.Width);
                    for (int tile = 0; tile < tiles; tile++)
                    {
                        GradTile<T, TLanes>.Run(vectors, panelData, offsets, count, packed + ((nint)tile * block * BandPlan.TileRows), target, panels.Width, first);
                        target += tileElements;
                    }
                }

                first = false;
            }
        }

        nint rowPitch = (nint)plan.OutputChannels * plan.KernelSize;
        for (int panel = firstPanel; panel < endPanel; panel++)
        {
            var (start, vectors) = panels[panel];
            int channels = Math.Min(vectors * TLanes.Count, plan.Channels - start);
            T* target = gradWeight + ((((nint)group * plan.Channels) + start) * rowPitch) + firstRow;
            Transpose<T, TLanes>.Run(totals + ((nint)(panel - firstPanel) * tiles * tileElements), panels.Width, endRow - firstRow, channels, target, rowPitch);
        }
    }

    // 8 rows from firstRow on; one that does not exist repeats the last.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Pack(T* gradOutput, int firstRow, int from, int count, T* target)
    {
        nint* rows = stackalloc nint[BandPlan.TileRows]; // where position 0 of a row would read
        int* taps = stackalloc int[BandPlan.TileRows];
        (int channel, int k) = Math.DivRem(firstRow, plan.KernelSize);
        int least = k, most = k;
        bool fours = plan.Dilation == 1;
        for (int r = 0; r < BandPlan.TileRows; r++)
        {
            if (channel < plan.OutputChannels)
            {
                taps[r] = k;
                rows[r] = ((nint)channel * plan.OutputLength) + ((nint)k * plan.Dilation) - plan.Padding;
                least = Math.Min(least, k);
                most = Math.Max(most, k);
            }
            else
            {
                (taps[r], rows[r]) = (taps[r - 1], rows[r - 1]);
            }

            fours &= r % 4 == 0 || (rows[r] == rows[r - 1] + 1 && taps[r] == taps[r - 1] + 1);
            if (++k == plan.KernelSize)
            {
                k = 0;
                channel++;
            }
        }

        // Positions of which all taps are inside.
        long before = plan.Padding - ((long)least * plan.Dilation);
        long room = plan.OutputLength - 1L + plan.Padding - ((long)most * plan.Dilation);
        int head = (int)Math.Clamp(before <= 0 ? 0 : (before + plan.Stride - 1) / plan.Stride, from, from + count);
        int tail = (int)Math.Clamp(room < 0 ? 0 : (room / plan.Stride) + 1, head, from + count);
        PackEnds(gradOutput, rows, taps, from, head, target);
        PackEnds(gradOutput, rows, taps, tail, from + count, target + ((nint)(tail - from) * BandPlan.TileRows));
        T* source = gradOutput + ((nint)head * plan.Stride);
        target += (nint)(head - from) * BandPlan.TileRows;
        if (fours)
        {
            PackFours(source + rows[0], source + rows[4], plan.Stride, tail - head, target);
        }
        else
        {
            PackOnes(source, rows, plan.Stride, tail - head, target);
        }
    }

    private readonly void PackEnds(T* gradOutput, nint* rows, int* taps, int from, int end, T* target)
    {
        for (int i = from; i < end; i++)
        {
            for (int r = 0; r < BandPlan.TileRows; r++)
            {
                long o = ((long)i * plan.Stride) + ((long)taps[r] * plan.Dilation) - plan.Padding;
                *target++ = o >= 0 && o < plan.OutputLength ? gradOutput[rows[r] + ((nint)i * plan.Stride)] : T.Zero;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PackFours(T* r0, T* r4, nint stride, int count, T* target)
    {
        for (; count > 0; count--)
        {
            if (sizeof(T) == sizeof(float))
            {
                Vector256.Create(Vector128.Load((float*)r0), Vector128.Load((float*)r4)).Store((float*)target);
            }
            else
            {
                Vector256.Load((double*)r0).Store((double*)target);
                Vector256.Load((double*)r4).Store((double*)(target + 4));
            }

            r0 += stride;
            r4 += stride;
            target += BandPlan.TileRows;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PackOnes(T* source, nint* rows, nint stride, int count, T* target)
    {
        nint r0 = rows[0], r1 = rows[1], r2 = rows[2], r3 = rows[3], r4 = rows[4], r5 = rows[5], r6 = rows[6], r7 = rows[7];
        for (; count > 0; count--)
        {
            target[0] = source[r0];
            target[1] = source[r1];
            target[2] = source[r2];
            target[3] = source[r3];
            target[4] = source[r4];
            target[5] = source[r5];
            target[6] = source[r6];
            target[7] = source[r7];
            source += stride;
            target += BandPlan.TileRows;
        }
    }
}
