using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

// Memory: input, weight and output as PyTorch has them. A panel of up to 3 vectors of positions is copied, [channel][positions]; what lies behind the
// input in it is any number, and is cleared in the columns. sums: [output channel][o + padding].
// Tiles: 8 rows (output channel, tap), which are neighbours in the weight, by a panel; lanes are input positions.
// Order of summation: Definition's, by taps. Panels go from the last to the first and taps ascend, so each output gets its taps in ascending order.
// Only what exists is multiplied and added, so weights need not be finite.

/// <summary>The vectorised forward pass of problems that <see cref="Columns"/> fit.</summary>
internal static unsafe class ColumnForward<T, TLanes>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    private const int StackBytes = 16 * 1024;
    private const int LeastPart = 2048;
    private const int LeastReaches = 8;

    private static int Width => BandPanels<T, TLanes>.Width;

    // From one row of a tile to the next, with room to clear a vector behind the input.
    private static int TotalsPitch => Width + TLanes.Count;

    /// <summary>Parts of a group's outputs, each computed alone: so many that what neighbours both multiply is little.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Parts(in ConvTranspose1dShape shape) => (int)((shape.OutputLength - 1) / PartLength(shape)) + 1;

    /// <summary>Computes parts first..end - 1 of all groups of all batch items in a row.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(in ConvTranspose1dShape shape, long first, long end, T* x, T* w, T* bias, T* y)
    {
        int groups = (int)shape.Groups;
        int channels = (int)(shape.InputChannels / groups);
        int outputChannels = (int)(shape.OutputChannels / groups);
        int taps = (int)shape.KernelSize;
        int dilation = (int)shape.Dilation;
        int length = (int)shape.InputLength;
        int outputLength = (int)shape.OutputLength;
        int padding = (int)shape.Padding;
        int reach = (taps - 1) * dilation;
        int parts = Parts(shape);
        int partLength = PartLength(shape);
        int blockChannels = SummationBlock.Channels(1, channels);
        int longest = Math.Min(length, partLength + reach);
        nint sumsPitch = ((longest - 1) / Width * Width) + Width + reach + dilation;

        nint tableBytes = blockChannels * sizeof(nint);
        nint panelBytes = (nint)channels * Math.Min(Width, (longest + TLanes.Count - 1) / TLanes.Count * TLanes.Count) * sizeof(T);
        nint totalBytes = (nint)BandPlan.TileRows * TotalsPitch * sizeof(T);
        nint sumBytes = outputChannels * sumsPitch * sizeof(T);
        nint bytes = tableBytes + panelBytes + totalBytes + sumBytes + (4 * PooledBytes.Alignment);
        byte[]? rented = bytes > StackBytes ? ArrayPool<byte>.Shared.Rent(checked((int)bytes)) : null;
        byte* stack = stackalloc byte[rented is null ? (int)bytes : 0];
        fixed (byte* heap = rented)
        {
            byte* next = rented is null ? stack : heap;
            nint* offsets = (nint*)PooledBytes.Take(ref next, tableBytes);
            T* panel = (T*)PooledBytes.Take(ref next, panelBytes);
            T* totals = (T*)PooledBytes.Take(ref next, totalBytes);
            T* sums = (T*)PooledBytes.Take(ref next, sumBytes);
            for (long unit = first; unit < end; unit++)
            {
                (long row, long part) = Math.DivRem(unit, parts);
                int group = (int)(row % groups);
                int firstOutput = (int)part * partLength;
                int outputs = Math.Min(partLength, outputLength - firstOutput);
                int firstInput = Math.Max(0, firstOutput + padding - reach);
                int endInput = Math.Max(firstInput, Math.Min(length, firstOutput + outputs + padding)); // no input reaches a part that output_padding alone has made
                T* weight = w + ((nint)group * channels * outputChannels * taps);
                new Span<T>(sums, (int)(outputChannels * sumsPitch)).Clear();
                for (int start = firstInput + (((endInput - firstInput + Width - 1) / Width) - 1) * Width; start >= firstInput; start -= Width)
                {
                    int count = Math.Min(Width, endInput - start);
                    int vectors = (count + TLanes.Count - 1) / TLanes.Count;
                    Copy(x + ((nint)row * channels * length) + start, channels, length, count, vectors, panel);
                    for (int c = 0; c < blockChannels; c++)
                    {
                        offsets[c] = (nint)c * vectors * TLanes.Count;
                    }

                    Multiply(panel, channels, blockChannels, offsets, vectors, count, weight, outputChannels, taps, dilation, totals, sums + (start - firstInput), sumsPitch);
                }

                for (int c = 0; c < outputChannels; c++)
                {
                    T value = bias is null ? T.Zero : bias[(group * outputChannels) + c];
                    Store(sums + (c * sumsPitch) + (firstOutput + padding - firstInput), value, outputs, y + ((((nint)row * outputChannels) + c) * outputLength) + firstOutput);
                }
            }
        }

        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int PartLength(in ConvTranspose1dShape shape) => (int)Math.Max(LeastPart, LeastReaches * shape.KernelSize * shape.Dilation);

    // Whole vectors, as long as there is something behind them.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Copy(T* x, int channels, int length, int count, int vectors, T* panel)
    {
        nint width = (nint)vectors * TLanes.Count;
        for (int left = channels - 1; left >= 0; left--)
        {
            if (count == width || (nint)left * length >= TLanes.Count)
            {
                for (nint i = 0; i < width; i += TLanes.Count)
                {
                    TLanes.Store(TLanes.Load(x + i), panel + i);
                }
            }
            else
            {
                new Span<T>(x, count).CopyTo(new Span<T>(panel, count));
                new Span<T>(panel + count, (int)width - count).Clear();
            }

            x += length;
            panel += width;
        }
    }

    // The columns of a panel, added to the sums.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Multiply(
        T* panel, int channels, int blockChannels, nint* offsets, int vectors, int count, T* w, int outputChannels, int taps, int dilation, T* totals, T* sums, nint sumsPitch)
    {
        nint weightPitch = (nint)outputChannels * taps;
        nint width = (nint)vectors * TLanes.Count;
        int tap = 0;
        for (int row = 0; row < weightPitch; row += BandPlan.TileRows)
        {
            int rows = (int)Math.Min(BandPlan.TileRows, weightPitch - row);
            for (int c = 0; c < channels; c += blockChannels)
            {
                int terms = Math.Min(blockChannels, channels - c);
                var tile = new Tile<T, TLanes>
                {
                    X = panel + (c * width), Offsets = offsets, Terms = terms, W = w + (c * weightPitch) + row, TermPitch = weightPitch, RowPitch = 1,
                    Addend = c == 0 ? null : totals, AddendPitch = TotalsPitch, Target = totals, TargetPitch = TotalsPitch,
                };
                Tile<T, TLanes>.Run(tile, rows, vectors);
            }

            T* total = totals;
            for (int r = 0; r < rows; r++)
            {
                if (count < width)
                {
                    TLanes.Store(TLanes.Zero, total + count);
                }

                T* target = sums + ((nint)tap * dilation);
                for (nint i = 0; i < width; i += TLanes.Count)
                {
                    TLanes.Store(TLanes.Add(TLanes.Load(target + i), TLanes.Load(total + i)), target + i);
                }

                total += TotalsPitch;
                if (++tap == taps)
                {
                    tap = 0;
                    sums += sumsPitch;
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Store(T* sums, T bias, int count, T* y)
    {
        var b = TLanes.Broadcast(bias);
        nint i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            TLanes.Store(TLanes.Add(TLanes.Load(sums + i), b), y + i);
        }

        for (; i < count; i++)
        {
            y[i] = sums[i] + bias;
        }
    }
}
