using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

// Memory: input, weight and output as PyTorch has them; no weight is packed. Where all taps of a panel of places read inside of the input they read it where
// it stands, else from a copy of the panel with zeros around, so that every vector is whole. A zero of the padding times a weight that is not finite would be
// a NaN that PyTorch does not have: such weights do not come here.
// Lanes are places m, so outputs m*stride + q. A tile is up to 8 rows (4 where there are few registers) by up to 3 vectors: rows are output channels, or else phases that read the same places.
// Totals stay in L1, [channel][q][place], from where Interleave stores them. Where all places are one panel it may store beyond the end of a channel: the next
// channel is stored later.
// Order of summation: Definition's. A block is a chain from +0 by channel (outer) and tap (inner); blocks are added in order.

/// <summary>The forward pass of a problem that <see cref="DirectPlan"/> takes: small ones, depthwise, few channels a group. All weights are finite.</summary>
internal unsafe ref struct DirectForward<T, TLanes>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    private const int MostVectors = 3;
    private const int Half = Tile<T, TLanes>.Rows / 2;
    private const int MostPlaces = 192;

    // Rows of the input that L1 holds even where they are a power of two apart.
    private const int FewChannels = 8;

    // Of a panel's copies, and of its totals; those of wide tiles may be more.
    private const int PanelElements = 2048;

    private readonly DirectPlan plan;
    private readonly nint weightPitch;
    private Run* runs;
    private int runCount;
    private bool byPhase;
    private bool isPairs;
    private int least;
    private int largest;
    private int insideStart;
    private int insideEnd;
    private T* panel;
    private nint panelPitch;
    private int panelVectors;
    private nint width;
    private T* totals;
    private nint* rows;
    private nint none;
    private bool isByElements;
    private T* spare;
    // A row of a tile, or the biases of one, where there are none: 3 vectors, so 12 numbers at least.
    private T* zeros;
    private T* end;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private DirectForward(in DirectPlan plan)
    {
        this.plan = plan;
        weightPitch = (nint)plan.OutputChannels * plan.KernelSize;
    }

    private static int MostRows => TLanes.HasManyRegisters ? 8 : 4;

    /// <summary>Computes all outputs.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Compute(in DirectPlan plan, long batch, T* x, T* w, T* bias, T* y)
    {
        Run* runRoom = stackalloc Run[DirectPlan.MaxStride];
        nint* rowRoom = stackalloc nint[DirectPlan.MaxStride];
        var pass = new DirectForward<T, TLanes>(plan) { runs = runRoom, rows = rowRoom };
        pass.FillRuns();
        int tileRows = pass.byPhase ? plan.Stride : Math.Min(plan.OutputChannels, MostRows) * plan.Stride;
        int mostVectors = Math.Min(MostPlaces / TLanes.Count, (plan.Positions + TLanes.Count - 1) / TLanes.Count);
        pass.panelVectors = mostVectors <= MostVectors ? mostVectors : Math.Clamp(PanelElements / TLanes.Count / Math.Max(tileRows, plan.Channels), MostVectors, mostVectors);
        pass.width = pass.panelVectors * TLanes.Count;
        pass.panelPitch = (pass.width + pass.largest - pass.least + TLanes.Count - 1) & -TLanes.Count;
        nint panelElements = (plan.Channels * pass.panelPitch) + TLanes.Count;
        nint totalElements = tileRows * pass.width;
        nint elements = panelElements + totalElements + (plan.Stride * TLanes.Count) + (MostVectors * TLanes.Count);
        byte* room = stackalloc byte[(int)(elements * sizeof(T)) + PooledBytes.Alignment];
        pass.panel = (T*)PooledBytes.Take(ref room, 0);
        pass.totals = pass.panel + panelElements;
        pass.spare = pass.totals + totalElements;
        pass.end = y + ((nint)batch * plan.Groups * plan.OutputChannels * plan.OutputLength);
        pass.FillRows();
        pass.zeros = pass.spare + (plan.Stride * TLanes.Count);
        for (nint i = 0; i < MostVectors * TLanes.Count; i += TLanes.Count)
        {
            TLanes.Store(TLanes.Zero, pass.zeros + i);
        }

        if (plan.Phases < plan.Stride)
        {
            new Span<T>(pass.totals, (int)totalElements).Clear(); // for outputs that no tap reaches
        }

        for (long n = 0; n < batch; n++)
        {
            T* weights = w;
            T* b = bias;
            for (int group = 0; group < plan.Groups; group++)
            {
                pass.Group(x, weights, b, y);
                x += (nint)plan.Channels * plan.Length;
                weights += plan.Channels * pass.weightPitch;
                b = b is null ? null : b + plan.OutputChannels;
                y += (nint)plan.OutputChannels * plan.OutputLength;
            }
        }
    }

    // The totals of each q; of those that no phase is at the first one's.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillRows()
    {
        none = -1;
        isByElements = Interleave<T, TLanes>.IsByElements(plan.Stride, plan.Phases);
        if (plan.Phases == plan.Stride)
        {
            for (int q = 0; q < plan.Stride; q++)
            {
                rows[q] = q * width;
            }

            return;
        }

        new Span<nint>(rows, plan.Stride).Fill(-1);
        for (int i = 0; i < runCount; i++)
        {
            for (int phase = 0; phase < runs[i].Phases; phase++)
            {
                int q = runs[i].Residue + (phase * plan.Dilation);
                rows[q] = q * width;
            }
        }

        for (int q = plan.Stride - 1; q >= 0; q--)
        {
            none = rows[q] < 0 ? q * width : none;
        }

        new Span<nint>(rows, plan.Stride).Replace(-1, none);
    }

    // Phases that have as many taps at the same places, up to a tile's rows of them, where there are more of these than of output channels; else each phase.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillRuns()
    {
        byPhase = plan.OutputChannels < MostRows && plan.Phases > 1 && LongestRun() > plan.OutputChannels;
        least = int.MaxValue;
        largest = int.MinValue;
        for (int k0 = 0; k0 < plan.Phases; k0++)
        {
            int shift = plan.Shift(k0);
            int taps = plan.Taps(k0);
            if (byPhase && runCount > 0 && runs[runCount - 1] is var last && last.Shift == shift && last.Taps == taps && last.Phases < MostRows)
            {
                runs[runCount - 1].Phases++;
                continue;
            }

            int q = (k0 * plan.Dilation) - plan.Padding + (shift * plan.Stride);
            runs[runCount++] = new Run { FirstPhase = k0, Phases = 1, Taps = taps, Shift = shift, Residue = q, BlockChannels = SummationBlock.Channels(taps, plan.Channels) };
            least = Math.Min(least, shift - ((taps - 1) * plan.InputStep));
            largest = Math.Max(largest, shift);
        }

        insideStart = Math.Max(0, -least);
        insideEnd = Math.Min(plan.OutputLength / 2, plan.Length - largest);
        isPairs = insideEnd - insideStart >= TLanes.Count && plan.Stride == 2 && plan.Channels == 1 && runCount == 2 && runs[0].Taps == 2 && runs[1].Taps == 2;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly int LongestRun()
    {
        int longest = 1;
        int length = 1;
        for (int k0 = 1; k0 < plan.Phases; k0++)
        {
            length = plan.Shift(k0) == plan.Shift(k0 - 1) && plan.Taps(k0) == plan.Taps(k0 - 1) ? length + 1 : 1;
            longest = Math.Max(longest, length);
        }

        return longest;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Group(T* x, T* w, T* bias, T* y)
    {
        if (isPairs)
        {
            for (int channel = 0; channel < plan.OutputChannels; channel++)
            {
                Pairs(x, w, bias is null ? T.Zero : T.Zero + bias[channel], y);
                w += plan.KernelSize;
                y += plan.OutputLength;
            }

            return;
        }

        int needed = (plan.Positions + TLanes.Count - 1) / TLanes.Count;
        for (int m = 0; needed > 0;)
        {
            // Vectors from here that read inside of the input alone. A short problem is one panel, even if it must be copied.
            int inside = plan.Channels <= FewChannels && m + least >= 0 ? Math.Max(0, plan.Length - largest - m) / TLanes.Count : 0;
            int most = needed <= panelVectors ? needed : plan.Channels <= FewChannels && inside == 0 ? MostVectors : panelVectors;
            int vectors = Math.Min(needed, most);
            bool isCopied = inside < vectors && (m == 0 || inside == 0);
            T* source = x + m;
            nint pitch = plan.Length;
            if (isCopied)
            {
                Copy(x, m + least, (vectors * TLanes.Count) + largest - least);
                source = panel - least;
                pitch = panelPitch;
            }
            else
            {
                vectors = Math.Min(vectors, inside);
            }

            Panel(source, pitch, w, bias, vectors, m, mayPass: m == 0 && vectors == needed, y + ((nint)m * plan.Stride));
            m += vectors * TLanes.Count;
            needed -= vectors;
        }
    }

    // Places from..from + width - 1 of all channels.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Copy(T* x, int from, int width)
    {
        int start = Math.Clamp(-from, 0, width);
        int count = Math.Clamp(plan.Length - from, start, width) - start;
        T* source = x + from + start;
        T* target = panel;
        nint last = count - TLanes.Count;
        for (int c = plan.Channels; c > 0; c--)
        {
            // Zeros may be stored too far to either side: what stands there comes later.
            for (nint i = 0; i < start; i += TLanes.Count)
            {
                TLanes.Store(TLanes.Zero, target + i);
            }

            for (nint i = start + count; i < width; i += TLanes.Count)
            {
                TLanes.Store(TLanes.Zero, target + i);
            }

            T* data = target + start;
            if (last < 0)
            {
                for (nint i = 0; i < count; i++)
                {
                    data[i] = source[i];
                }
            }
            else
            {
                for (nint i = 0; i < last; i += TLanes.Count)
                {
                    TLanes.Store(TLanes.Load(source + i), data + i);
                }

                TLanes.Store(TLanes.Load(source + last), data + last);
            }

            source += plan.Length;
            target += panelPitch;
        }
    }

    // All output channels of a group at so many vectors of places; y is the first output of the first channel there.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Panel(T* x, nint pitch, T* w, T* bias, int vectors, int m, bool mayPass, T* y)
    {
        int stride = plan.Stride;
        nint stored = (nint)vectors * TLanes.Count * stride;
        int count = (int)Math.Min(stored, plan.OutputLength - ((nint)m * stride));
        if (stride == 1 && stored == count)
        {
            Unstrided(x, pitch, w, bias, vectors, y);
            return;
        }

        int tileChannels = byPhase ? 1 : MostRows;
        nint rowStep = byPhase ? 1 : plan.KernelSize;
        nint rowPitch = (byPhase ? plan.Dilation : stride) * width;
        for (int channel = 0; channel < plan.OutputChannels; channel += tileChannels)
        {
            int channels = Math.Min(tileChannels, plan.OutputChannels - channel);
            for (int i = 0; i < runCount; i++)
            {
                Sum(byPhase ? runs[i].Phases : channels, vectors, runs[i], x, pitch, w, rowStep, totals + (runs[i].Residue * width), rowPitch, bias: null);
            }

            for (int c = 0; c < channels; c++)
            {
                T b = bias is null ? T.Zero : T.Zero + *bias++;
                if (mayPass && y + stored <= end)
                {
                    Interleave<T, TLanes>.StoreVectors(totals + (c * stride * width), rows, none, isByElements, stride, vectors, b, y);
                }
                else
                {
                    (int whole, int rest) = Math.DivRem(count, stride * TLanes.Count);
                    Interleave<T, TLanes>.Store(totals + (c * stride * width), rows, none, isByElements, stride, whole, rest, b, spare, y);
                }

                y += plan.OutputLength;
            }

            w += (nint)channels * plan.KernelSize;
        }
    }

    // Stride 1 and whole vectors: with the bias totals are outputs.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Unstrided(T* x, nint pitch, T* w, T* bias, int vectors, T* y)
    {
        for (int channel = 0; channel < plan.OutputChannels; channel += MostRows)
        {
            int channels = Math.Min(MostRows, plan.OutputChannels - channel);
            Sum(channels, vectors, runs[0], x, pitch, w, plan.KernelSize, y, plan.OutputLength, bias is null ? zeros : bias + channel);
            w += (nint)channels * plan.KernelSize;
            y += (nint)channels * plan.OutputLength;
        }
    }

    // One channel, stride 2, two taps for each residue, as in upsampling by 2: both residues are put together in registers, where all taps read inside of the
    // input. All stores but the first and the last are aligned.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private readonly void Pairs(T* x, T* w, T bias, T* y)
    {
        nint step = plan.InputStep;
        Run* even = runs[0].Residue == 0 ? runs : runs + 1;
        Run* odd = runs[0].Residue == 0 ? runs + 1 : runs;
        var even0 = TLanes.Broadcast(w[even->FirstPhase]);
        var even1 = TLanes.Broadcast(w[even->FirstPhase + plan.TapStep]);
        var odd0 = TLanes.Broadcast(w[odd->FirstPhase]);
        var odd1 = TLanes.Broadcast(w[odd->FirstPhase + plan.TapStep]);
        var b = TLanes.Broadcast(bias);
        T* evenInputs = x + even->Shift;
        T* oddInputs = x + odd->Shift;
        nint last = insideEnd - TLanes.Count;
        nint m = insideStart;
        nint next = m + TLanes.Count - (((nint)(y + (2 * m)) & ((TLanes.Count * sizeof(T)) - 1)) / (2 * sizeof(T)));
        while (true)
        {
            TLanes evens = TLanes.Zero, odds = TLanes.Zero;
            TLanes.Accumulate(ref evens, TLanes.Load(evenInputs + m), even0);
            TLanes.Accumulate(ref odds, TLanes.Load(oddInputs + m), odd0);
            TLanes.Accumulate(ref evens, TLanes.Load(evenInputs + m - step), even1);
            TLanes.Accumulate(ref odds, TLanes.Load(oddInputs + m - step), odd1);
            evens = TLanes.Add(evens, b);
            odds = TLanes.Add(odds, b);
            TLanes.Store(TLanes.ZipLow(evens, odds), y + (2 * m));
            TLanes.Store(TLanes.ZipHigh(evens, odds), y + (2 * m) + TLanes.Count);
            if (m == last)
            {
                break;
            }

            m = Math.Min(next, last);
            next += TLanes.Count;
        }

        PairsEnd(x, w, bias, 0, insideStart, y);
        PairsEnd(x, w, bias, insideEnd, plan.Positions, y);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void PairsEnd(T* x, T* w, T bias, int from, int stop, T* y)
    {
        for (int m = from; m < stop; m++)
        {
            for (int i = 0; i < 2; i++)
            {
                int o = (2 * m) + runs[i].Residue;
                int first = m + runs[i].Shift;
                int second = first - plan.InputStep;
                T sum = (uint)first < (uint)plan.Length ? T.FusedMultiplyAdd(x[first], w[runs[i].FirstPhase], T.Zero) : T.Zero;
                sum = (uint)second < (uint)plan.Length ? T.FusedMultiplyAdd(x[second], w[runs[i].FirstPhase + plan.TapStep], sum) : sum;
                if (o < plan.OutputLength)
                {
                    y[o] = sum + bias;
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Sum(int tileRows, int vectors, in Run run, T* x, nint pitch, T* w, nint rowStep, T* target, nint targetPitch, T* bias)
    {
        // No single vector where two tiles of two do.
        int rest = vectors % MostVectors;
        int twos = rest == 2 ? 1 : rest == 1 && vectors > 1 ? 2 : 0;
        int threes = (vectors - (2 * twos)) / MostVectors;
        if (threes > 0)
        {
            Sum<Counts.Of3>(tileRows, run, x, pitch, w, rowStep, target, targetPitch, bias, threes);
        }

        nint done = threes * MostVectors * TLanes.Count;
        if (twos > 0)
        {
            Sum<Counts.Of2>(tileRows, run, x + done, pitch, w, rowStep, target + done, targetPitch, bias, twos);
        }
        else if (vectors == 1)
        {
            Sum<Counts.Of1>(tileRows, run, x, pitch, w, rowStep, target, targetPitch, bias, 1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Sum<TVectors>(int tileRows, in Run run, T* x, nint pitch, T* w, nint rowStep, T* target, nint targetPitch, T* bias, int tiles)
        where TVectors : unmanaged
    {
        // Few kinds of tiles, since each takes milliseconds to compile.
        if (tileRows > Half && tileRows < Tile<T, TLanes>.Rows)
        {
            Sum<Counts.Of4, TVectors>(run, x, pitch, w, rowStep, target, targetPitch, bias, tiles);
            w += Half * rowStep;
            target += Half * targetPitch;
            bias = bias is null ? null : bias + Half;
            tileRows -= Half;
        }

        switch (tileRows)
        {
            case 1: Sum<Counts.Of1, TVectors>(run, x, pitch, w, rowStep, target, targetPitch, bias, tiles); break;
            case 2: Sum<Counts.Of2, TVectors>(run, x, pitch, w, rowStep, target, targetPitch, bias, tiles); break;
            case 3: Sum<Counts.Of3, TVectors>(run, x, pitch, w, rowStep, target, targetPitch, bias, tiles); break;
            case 4: Sum<Counts.Of4, TVectors>(run, x, pitch, w, rowStep, target, targetPitch, bias, tiles); break;
            default: Sum<Counts.Of8, TVectors>(run, x, pitch, w, rowStep, target, targetPitch, bias, tiles); break;
        }
    }

    // So many tiles side by side. The weights of a row are rowStep further than those of the one before. Where there is a bias the totals and the rows' biases are the outputs.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private readonly void Sum<TRows, TVectors>(in Run run, T* x, nint pitch, T* w, nint rowStep, T* target, nint targetPitch, T* bias, int tiles)
        where TRows : unmanaged
        where TVectors : unmanaged
    {
        nint step = plan.InputStep;
        nint tapStep = plan.TapStep;
        nint channelStep = weightPitch;
        nint thirdRow = 3 * rowStep;
        int taps = run.Taps;
        int blockChannels = run.BlockChannels;
        x += run.Shift;
        w += run.FirstPhase;
        int channels = plan.Channels;
        for (; tiles > 0; tiles--)
        {
            T* inputs = x;
            T* weights = w;
            for (int left = channels; left > 0; left -= blockChannels)
            {
                Sums<T, TLanes, TVectors> r0 = default, r1 = default, r2 = default, r3 = default, r4 = default, r5 = default, r6 = default, r7 = default;
                for (int c = Math.Min(blockChannels, left); c > 0; c--)
                {
                    T* from = inputs;
                    T* by = weights;
                    for (int i = taps; i > 0; i--)
                    {
                        var x0 = TLanes.Load(from);
                        var x1 = sizeof(TVectors) > 1 ? TLanes.Load(from + TLanes.Count) : x0;
                        var x2 = sizeof(TVectors) > 2 ? TLanes.Load(from + (2 * TLanes.Count)) : x0;
                        r0.Add(x0, x1, x2, by[0]);
                        if (sizeof(TRows) > 1)
                        {
                            r1.Add(x0, x1, x2, by[rowStep]);
                        }

                        if (sizeof(TRows) > 2)
                        {
                            r2.Add(x0, x1, x2, by[2 * rowStep]);
                        }

                        if (sizeof(TRows) > 3)
                        {
                            r3.Add(x0, x1, x2, by[thirdRow]);
                        }

                        T* upper = by + (4 * rowStep);
                        if (sizeof(TRows) > 4)
                        {
                            r4.Add(x0, x1, x2, upper[0]);
                        }

                        if (sizeof(TRows) > 5)
                        {
                            r5.Add(x0, x1, x2, upper[rowStep]);
                        }

                        if (sizeof(TRows) > 6)
                        {
                            r6.Add(x0, x1, x2, upper[2 * rowStep]);
                        }

                        if (sizeof(TRows) > 7)
                        {
                            r7.Add(x0, x1, x2, upper[thirdRow]);
                        }

                        from -= step;
                        by += tapStep;
                    }

                    inputs += pitch;
                    weights += channelStep;
                }

                bool isFirst = left == channels;
                T* addend = isFirst ? zeros : target;
                nint addendPitch = isFirst ? 0 : targetPitch;
                T* added = left <= blockChannels ? bias : null;
                Store(r0, addend, added, 0, target);
                if (sizeof(TRows) > 1)
                {
                    Store(r1, addend + (1 * addendPitch), added, 1, target + (1 * targetPitch));
                }

                if (sizeof(TRows) > 2)
                {
                    Store(r2, addend + (2 * addendPitch), added, 2, target + (2 * targetPitch));
                }

                if (sizeof(TRows) > 3)
                {
                    Store(r3, addend + (3 * addendPitch), added, 3, target + (3 * targetPitch));
                }

                if (sizeof(TRows) > 4)
                {
                    Store(r4, addend + (4 * addendPitch), added, 4, target + (4 * targetPitch));
                }

                if (sizeof(TRows) > 5)
                {
                    Store(r5, addend + (5 * addendPitch), added, 5, target + (5 * targetPitch));
                }

                if (sizeof(TRows) > 6)
                {
                    Store(r6, addend + (6 * addendPitch), added, 6, target + (6 * targetPitch));
                }

                if (sizeof(TRows) > 7)
                {
                    Store(r7, addend + (7 * addendPitch), added, 7, target + (7 * targetPitch));
                }
            }

            x += sizeof(TVectors) * TLanes.Count;
            target += sizeof(TVectors) * TLanes.Count;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TVectors>(in Sums<T, TLanes, TVectors> sums, T* addend, T* bias, int row, T* target)
        where TVectors : unmanaged
    {
        if (bias is not null)
        {
            sums.Store(addend, T.Zero + bias[row], target);
        }
        else
        {
            sums.Store(addend, target);
        }
    }

    // Phases whose taps read the same places: tap i of place m reads position m + Shift - i*InputStep.
    private struct Run
    {
        public int FirstPhase;
        public int Phases;
        public int Taps;
        public int Shift;
        public int Residue;
        public int BlockChannels;
    }
}
