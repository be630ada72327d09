using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

// Rows: a row is a (channel, phase) pair of one class, row = channel*phases + phase; its elements are positions j, so output j*stride + origin(phase).
// Tiles: 8 rows by a panel of up to 3 vectors of positions. Lanes are positions.
// Panels: a copy of the input around a panel's positions, one row for each channel, zero outside of the input, so that kernels need no edges:
//     contiguous  [channel][reach + 3 vectors], tap i of position j at reach + j - i*step, where reach = (taps - 1)*step
//     gathered    [channel][tap][3 vectors], where that is smaller (a large dilation)
// As many panels as fit into half of L2 make a chunk; over a chunk the tiles are the outer loop, so a tile's weights stay in L1.
// Weights: packed [class][group][tile][channel][tap][8 rows], or as PyTorch has them with a pointer for each row (packed is null).
// Tiles of any batch, group, chunk and class are computed alone, so threads may share them out without a change in any bit.
// Order of summation: Definition's. A block's terms are those of the offset tables, in order.
// A zero of the padding times a weight that is not finite would be a NaN that PyTorch does not have: the caller computes those outputs again.

/// <summary>The vectorised forward pass of one problem.</summary>
internal unsafe struct TiledForward<T, TLanes>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    private const int PanelVectors = 3;
    private const int ChunkBytes = 512 * 1024;
    private const int StackBytes = 16 * 1024;
    private const int Alignment = 64;

    private readonly TilePlan plan;
    private readonly T* bias;
    private PhaseClass phases;
    private int blockChannels;
    private nint inputPitch;
    private nint tapPitch;
    private nint weightPitch;
    private int panels;
    private nint* inputOffsets;
    private nint* weightOffsets;
    private nint* rowOffsets;
    private T* totals;
    private T* spare;
    private T* panelData;

    private TiledForward(in TilePlan plan, T* bias)
    {
        this.plan = plan;
        this.bias = bias;
    }

    private static int PanelWidth => PanelVectors * TLanes.Count;

    /// <summary>Computes all outputs. packed may be null.</summary>
    public static void Run(in TilePlan plan, long batch, T* x, T* w, T* packed, T* bias, T* y)
    {
        if (!plan.CoversOutput)
        {
            for (long row = 0; row < batch * plan.Groups * plan.OutputChannels; row++)
            {
                T value = bias is null ? T.Zero : T.Zero + bias[row % ((long)plan.Groups * plan.OutputChannels)];
                new Span<T>(y + (row * plan.OutputLength), plan.OutputLength).Fill(value);
            }
        }

        var pass = new TiledForward<T, TLanes>(plan, bias);
        pass.RunClass(plan.Longer, batch, x, w, packed, y);
        pass.RunClass(plan.Shorter, batch, x, w, packed is null ? null : packed + (plan.Groups * plan.PackedElementsOf(plan.Longer)), y);
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunClass(in PhaseClass which, long batch, T* x, T* w, T* packed, T* y)
    {
        phases = which;
        if (phases.Count == 0)
        {
            return;
        }

        int vectors = (int)(((long)phases.Count + TLanes.Count - 1) / TLanes.Count);
        panels = (vectors + PanelVectors - 1) / PanelVectors;
        int panelWidth = TLanes.Count * ((vectors + panels - 1) / panels);
        long reach = (long)(phases.Taps - 1) * plan.InputStep;
        bool contiguous = panelWidth + reach <= (long)panelWidth * phases.Taps;
        tapPitch = contiguous ? -plan.InputStep : panelWidth;
        inputPitch = contiguous ? (nint)reach + panelWidth : (nint)panelWidth * phases.Taps;
        weightPitch = packed is null ? (nint)plan.OutputChannels * plan.KernelSize : (nint)phases.Taps * TilePlan.TileRows;

        blockChannels = SummationBlock.Channels(phases.Taps, plan.Channels);
        long panelElements = inputPitch * plan.Channels;
        int chunkPanels = (int)Math.Clamp(ChunkBytes / (panelElements * sizeof(T)), 1, panels);

        nint tableBytes = (nint)blockChannels * phases.Taps * sizeof(nint);
        nint tileBytes = (nint)TilePlan.TileRows * PanelWidth * sizeof(T);
        nint bytes = (2 * tableBytes) + (2 * tileBytes) + ((nint)panelElements * chunkPanels * sizeof(T)) + (8 * Alignment);
        byte[]? rented = bytes > StackBytes ? ArrayPool<byte>.Shared.Rent((int)bytes) : null;
        byte* stack = stackalloc byte[rented is null ? (int)bytes : 0];
        fixed (byte* heap = rented)
        {
            byte* next = rented is null ? stack : heap;
            totals = (T*)Take(ref next, tileBytes);
            spare = (T*)Take(ref next, tileBytes);
            inputOffsets = (nint*)Take(ref next, tableBytes);
            weightOffsets = (nint*)Take(ref next, tableBytes);
            rowOffsets = (nint*)Take(ref next, TilePlan.TileRows * sizeof(nint));
            panelData = (T*)Take(ref next, 0);
            FillTables(packed is not null, contiguous ? (nint)reach : 0);
            for (long n = 0; n < batch; n++)
            {
                for (int group = 0; group < plan.Groups; group++)
                {
                    long index = (n * plan.Groups) + group;
                    RunGroup(
                        x + (index * plan.Channels * plan.Length),
                        packed is null ? w + (group * plan.Channels * weightPitch) : packed + (group * plan.PackedElementsOf(phases)),
                        packed is not null,
                        bias is null ? null : bias + ((long)group * plan.OutputChannels),
                        y + (index * plan.OutputChannels * plan.OutputLength),
                        panelWidth,
                        chunkPanels,
                        contiguous);
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

    // Where a block's terms, by channel and tap, stand after the block's first panel row and first weight.
    private readonly void FillTables(bool packed, nint firstTap)
    {
        nint t = 0;
        for (nint c = 0; c < blockChannels; c++)
        {
            for (nint i = 0; i < phases.Taps; i++)
            {
                inputOffsets[t] = (c * inputPitch) + firstTap + (i * tapPitch);
                weightOffsets[t] = packed ? t * TilePlan.TileRows : (c * weightPitch) + (i * plan.TapStep);
                t++;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void RunGroup(T* x, T* w, bool packed, T* groupBias, T* y, int panelWidth, int chunkPanels, bool contiguous)
    {
        int rows = plan.OutputChannels * phases.Phases;
        nint panelElements = inputPitch * plan.Channels;
        for (int chunk = 0; chunk < panels; chunk += chunkPanels)
        {
            int chunkEnd = Math.Min(panels, chunk + chunkPanels);
            for (int panel = chunk; panel < chunkEnd; panel++)
            {
                FillPanel(x, phases.First + ((long)panel * panelWidth), panelWidth, contiguous, panelData + ((panel - chunk) * panelElements));
            }

            for (int row = 0; row < rows; row += TilePlan.TileRows)
            {
                int tileRows = Math.Min(TilePlan.TileRows, rows - row);
                T* tile = packed ? w + ((nint)row * plan.Channels * phases.Taps) : w;
                (int channel, int phase) = Math.DivRem(row, phases.Phases);
                FillRowOffsets(packed, channel, phase, tileRows);
                for (int panel = chunk; panel < chunkEnd; panel++)
                {
                    int start = panel * panelWidth;
                    int width = Math.Min(panelWidth, phases.Count - start);
                    int vectors = (width + TLanes.Count - 1) / TLanes.Count;
                    T* source = panelData + ((panel - chunk) * panelElements);
                    if (packed && TLanes.HasManyRegisters)
                    {
                        ComputeWide(source, tile, vectors);
                    }
                    else
                    {
                        ComputeNarrow(source, tile, rowOffsets, vectors, totals);
                        if (tileRows > 4)
                        {
                            ComputeNarrow(source, tile, rowOffsets + 4, vectors, totals + (4 * PanelWidth));
                        }
                    }

                    Store(channel, phase, tileRows, phases.First + start, width, groupBias, y);
                }
            }
        }
    }

    private readonly void FillPanel(T* x, long firstPosition, int width, bool contiguous, T* panel)
    {
        nint reach = (nint)(phases.Taps - 1) * plan.InputStep;
        for (nint c = 0; c < plan.Channels; c++)
        {
            T* channel = x + (c * plan.Length);
            if (contiguous)
            {
                FillRow(channel, firstPosition - reach, width + (int)reach, panel + (c * inputPitch));
                continue;
            }

            for (nint i = 0; i < phases.Taps; i++)
            {
                FillRow(channel, firstPosition - (i * plan.InputStep), width, panel + (c * inputPitch) + (i * tapPitch));
            }
        }
    }

    // Positions from..from+count-1 of one channel, zero outside.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void FillRow(T* channel, long from, int count, T* target)
    {
        int before = (int)Math.Clamp(-from, 0, count);
        int inside = (int)Math.Clamp(plan.Length - (from + before), 0, count - before);
        new Span<T>(target, before).Clear();
        new Span<T>(channel + from + before, inside).CopyTo(new Span<T>(target + before, inside));
        new Span<T>(target + before + inside, count - before - inside).Clear();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void ComputeWide(T* x, T* w, int vectors)
    {
        for (int c = 0; c < plan.Channels; c += blockChannels)
        {
            int blockTerms = Math.Min(blockChannels, plan.Channels - c) * phases.Taps;
            for (int run = 0; run < blockTerms; run += SummationBlock.Terms)
            {
                int terms = Math.Min(SummationBlock.Terms, blockTerms - run);
                bool first = c + run == 0;
                switch (vectors)
                {
                    case 1: Tile8<T, TLanes>.By1(x, inputOffsets + run, terms, w, totals, PanelWidth, first); break;
                    case 2: Tile8<T, TLanes>.By2(x, inputOffsets + run, terms, w, totals, PanelWidth, first); break;
                    default: Tile8<T, TLanes>.By3(x, inputOffsets + run, terms, w, totals, PanelWidth, first); break;
                }

                w += (nint)terms * TilePlan.TileRows;
            }

            x += blockChannels * inputPitch;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void ComputeNarrow(T* x, T* w, nint* offsets, int vectors, T* target)
    {
        T* w0 = w + offsets[0];
        T* w1 = w + offsets[1];
        T* w2 = w + offsets[2];
        T* w3 = w + offsets[3];
        for (int c = 0; c < plan.Channels; c += blockChannels)
        {
            int blockTerms = Math.Min(blockChannels, plan.Channels - c) * phases.Taps;
            for (int run = 0; run < blockTerms; run += SummationBlock.Terms)
            {
                int terms = Math.Min(SummationBlock.Terms, blockTerms - run);
                bool first = c + run == 0;
                switch (vectors)
                {
                    case 1: Tile4<T, TLanes>.By1(x, inputOffsets + run, weightOffsets + run, terms, w0, w1, w2, w3, target, PanelWidth, first); break;
                    case 2: Tile4<T, TLanes>.By2(x, inputOffsets + run, weightOffsets + run, terms, w0, w1, w2, w3, target, PanelWidth, first); break;
                    default: Tile4<T, TLanes>.By3(x, inputOffsets + run, weightOffsets + run, terms, w0, w1, w2, w3, target, PanelWidth, first); break;
                }
            }

            nint step = blockChannels * weightPitch;
            x += blockChannels * inputPitch;
            w0 += step;
            w1 += step;
            w2 += step;
            w3 += step;
        }
    }

    // Where each row's first weight is; rows beyond the last repeat it.
    private readonly void FillRowOffsets(bool packed, int channel, int phase, int rows)
    {
        for (int r = 0; r < TilePlan.TileRows; r++)
        {
            rowOffsets[r] = packed ? r : r < rows ? ((nint)channel * plan.KernelSize) + phases.FirstPhase + phase : rowOffsets[r - 1];
            if (++phase == phases.Phases)
            {
                phase = 0;
                channel++;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Store(int channel, int phase, int rows, long position, int width, T* groupBias, T* y)
    {
        int stride = plan.Stride;

        // All phases of a channel stand in this tile and their outputs alternate: whole rows are put together.
        if (stride is 2 or 4 or 8 && phases.Phases == stride && plan.Dilation == 1)
        {
            for (int r = 0; r < rows; r += stride)
            {
                T value = groupBias is null ? T.Zero : T.Zero + groupBias[channel];
                StoreInterleaved(totals + (r * PanelWidth), (position * stride) - plan.Padding, width, value, y + ((nint)channel * plan.OutputLength));
                channel++;
            }

            return;
        }

        for (int r = 0; r < rows; r++)
        {
            T value = groupBias is null ? T.Zero : T.Zero + groupBias[channel];
            long origin = plan.Origin(phases.FirstPhase + phase);
            StoreRow(totals + (r * PanelWidth), (position * stride) + origin, width, value, y + ((nint)channel * plan.OutputLength));
            if (++phase == phases.Phases)
            {
                phase = 0;
                channel++;
            }
        }
    }

    // source[i] + value goes to output first + i*stride, where there is such an output.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void StoreRow(T* source, long first, int width, T value, T* y)
    {
        int stride = plan.Stride;
        int i = 0;
        int end = width;
        if (first < 0)
        {
            i = (int)Math.Min(width, (-first + stride - 1) / stride);
        }

        if (first + ((width - 1L) * stride) >= plan.OutputLength)
        {
            end = first >= plan.OutputLength ? 0 : (int)((plan.OutputLength - 1 - first) / stride) + 1;
        }

        if (stride == 1)
        {
            AddBias(source + i, end - i, value, y + first + i);
            return;
        }

        T* target = y + first + ((long)i * stride);
        for (; i < end; i++)
        {
            *target = source[i] + value;
            target += stride;
        }
    }

    // Rows of one channel's phases 0, 1, ..., stride - 1; output first is position 0 of phase 0.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void StoreInterleaved(T* source, long first, int width, T value, T* y)
    {
        T* scratch = spare;
        int length = (width + TLanes.Count - 1) / TLanes.Count * TLanes.Count;
        nint pitch = PanelWidth;
        for (int rows = plan.Stride / 2; rows > 0; rows /= 2)
        {
            // Of 2*rows rows, row r and row r + rows become one.
            for (int r = 0; r < rows; r++)
            {
                Zip(source + (r * pitch), source + ((r + rows) * pitch), length, scratch + (r * 2 * (nint)length));
            }

            length *= 2;
            pitch = length;
            T* joined = scratch;
            scratch = source;
            source = joined;
        }

        int start = (int)Math.Clamp(-first, 0, (long)width * plan.Stride);
        int end = (int)Math.Clamp(plan.OutputLength - first, start, (long)width * plan.Stride);
        AddBias(source + start, end - start, value, y + first + start);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Zip(T* left, T* right, int length, T* target)
    {
        for (int i = 0; i < length; i += TLanes.Count)
        {
            var a = TLanes.Load(left + i);
            var b = TLanes.Load(right + i);
            TLanes.Store(TLanes.ZipLow(a, b), target + (2 * i));
            TLanes.Store(TLanes.ZipHigh(a, b), target + (2 * i) + TLanes.Count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddBias(T* source, int count, T value, T* target)
    {
        var vector = TLanes.Broadcast(value);
        int i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            TLanes.Store(TLanes.Add(TLanes.Load(source + i), vector), target + i);
        }

        for (; i < count; i++)
        {
            target[i] = source[i] + value;
        }
    }
}
