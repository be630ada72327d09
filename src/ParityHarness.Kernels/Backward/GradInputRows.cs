using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

// Lanes are input positions i of one input channel; weights are read where PyTorch has them.
// Planes: grad_output of all channels of the group around some positions, taken apart by stride: [channel][plane][positions + reach], zero outside of
//     grad_output. Of one input channel 4 vectors of positions are computed at a time, of several channels one vector of each.
// Order of summation: BackwardDefinition's. A zero of the padding times a weight that is not finite: as in GradInputTiles.

/// <summary>grad_input of few input channels a group, which would leave tiles of 8 rows mostly empty.</summary>
internal unsafe struct GradInputRows<T, TLanes>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    private const int MostChannels = 4;
    private const long MostTerms = 2048;
    private const int Vectors = 4;
    private const int PlaneBytes = 24 * 1024;

    /// <summary>Whether this is faster than tiles.</summary>
    public static bool Wins(in GradPlan plan)
        => plan.Channels <= MostChannels && plan.KernelSize <= SummationBlock.Terms && (long)plan.OutputChannels * plan.KernelSize <= MostTerms;

    /// <summary>Runs of positions of all groups of a whole batch.</summary>
    public static long Runs(in GradPlan plan) => (long)plan.Groups * plan.Batch * RunsOfItem(plan, out _);

    /// <summary>Computes some runs of positions.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(in GradPlan plan, long firstRun, long endRun, T* gradOutput, T* weight, T* gradInput)
    {
        int runs = RunsOfItem(plan, out int width);
        var planes = new GradPlanes(plan, width);
        int columns = plan.OutputChannels * plan.KernelSize;
        int blockTerms = SummationBlock.GradInputChannels(plan.KernelSize, plan.OutputChannels) * plan.KernelSize;
        nint channelElements = planes.Count * planes.Pitch;
        nint planeBytes = plan.OutputChannels * channelElements * sizeof(T);
        nint offsetBytes = (nint)columns * sizeof(nint);
        var buffer = PooledBytes.Rent(planeBytes + offsetBytes, pieces: 3);
        T* sums = stackalloc T[MostChannels * TLanes.Count];
        fixed (byte* start = buffer.Array)
        {
            byte* next = start;
            nint* offsets = (nint*)PooledBytes.Take(ref next, offsetBytes);
            T* planeData = (T*)PooledBytes.Take(ref next, planeBytes);
            planes.FillOffsets(plan, plan.OutputChannels, offsets);
            for (long run = firstRun; run < endRun; run++)
            {
                (long itemGroup, long index) = Math.DivRem(run, runs);
                T* w = weight + (itemGroup % plan.Groups * plan.Channels * columns);
                int first = (int)index * width;
                int count = Math.Min(width, plan.Length - first);
                T* row = gradOutput + (itemGroup * plan.OutputChannels * plan.OutputLength);
                for (int c = 0; c < plan.OutputChannels; c++)
                {
                    Planes<T, TLanes>.Fill(
                        row, plan.OutputLength, ((long)first * plan.Stride) - plan.Padding, plan.Stride, planes.Step, planes.Count, width + planes.Reach,
                        planeData + (c * channelElements), planes.Pitch);
                    row += plan.OutputLength;
                }

                T* target = gradInput + (itemGroup * plan.Channels * plan.Length) + first;
                if (plan.Channels > 1)
                {
                    for (int i = 0; i < count; i += TLanes.Count)
                    {
                        SumChannels(planeData + i, offsets, columns, blockTerms, w, plan.Channels, sums);
                        for (int channel = 0; channel < plan.Channels; channel++)
                        {
                            Store(sums + (channel * TLanes.Count), Math.Min(TLanes.Count, count - i), target + ((nint)channel * plan.Length) + i);
                        }
                    }
                }
                else
                {
                    int i = 0;
                    for (; i <= count - (Vectors * TLanes.Count); i += Vectors * TLanes.Count)
                    {
                        Sum4(planeData + i, offsets, columns, blockTerms, w, target + i);
                    }

                    for (; i <= count - TLanes.Count; i += TLanes.Count)
                    {
                        Sum1(planeData + i, offsets, columns, blockTerms, w, target + i);
                    }

                    if (i < count)
                    {
                        Sum1(planeData + i, offsets, columns, blockTerms, w, sums);
                        Store(sums, count - i, target + i);
                    }
                }
            }
        }

        buffer.Return();
    }

    // Positions of a run: as many times 4 vectors as keep the planes in L1.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int RunsOfItem(in GradPlan plan, out int width)
    {
        int step = Vectors * TLanes.Count;
        int vectors = (plan.Length + TLanes.Count - 1) / TLanes.Count;
        long most = PlaneBytes / ((long)plan.OutputChannels * Math.Min(plan.KernelSize, plan.TapStep) * step * sizeof(T));
        width = (int)Math.Min(Math.Clamp(most, 1, 8) * step, (long)vectors * TLanes.Count);
        return ((plan.Length - 1) / width) + 1;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Sum4(T* x, nint* offsets, int terms, int blockTerms, T* w, T* target)
    {
        TLanes t0 = TLanes.Zero, t1 = TLanes.Zero, t2 = TLanes.Zero, t3 = TLanes.Zero;
        for (int block = 0; block < terms;)
        {
            TLanes s0 = TLanes.Zero, s1 = TLanes.Zero, s2 = TLanes.Zero, s3 = TLanes.Zero;
            for (int end = Math.Min(terms, block + blockTerms); block < end; block++)
            {
                T* from = x + offsets[block];
                var weight = TLanes.Broadcast(w[block]);
                TLanes.Accumulate(ref s0, TLanes.Load(from), weight);
                TLanes.Accumulate(ref s1, TLanes.Load(from + TLanes.Count), weight);
                TLanes.Accumulate(ref s2, TLanes.Load(from + (2 * TLanes.Count)), weight);
                TLanes.Accumulate(ref s3, TLanes.Load(from + (3 * TLanes.Count)), weight);
            }

            t0 = TLanes.Add(t0, s0);
            t1 = TLanes.Add(t1, s1);
            t2 = TLanes.Add(t2, s2);
            t3 = TLanes.Add(t3, s3);
        }

        TLanes.Store(t0, target);
        TLanes.Store(t1, target + TLanes.Count);
        TLanes.Store(t2, target + (2 * TLanes.Count));
        TLanes.Store(t3, target + (3 * TLanes.Count));
    }

    // Up to 4 channels; one that does not exist repeats the last.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void SumChannels(T* x, nint* offsets, int terms, int blockTerms, T* w, int channels, T* target)
    {
        T* w1 = w + (Math.Min(1, channels - 1) * (nint)terms);
        T* w2 = w + (Math.Min(2, channels - 1) * (nint)terms);
        T* w3 = w + (Math.Min(3, channels - 1) * (nint)terms);
        TLanes t0 = TLanes.Zero, t1 = TLanes.Zero, t2 = TLanes.Zero, t3 = TLanes.Zero;
        for (int block = 0; block < terms;)
        {
            TLanes s0 = TLanes.Zero, s1 = TLanes.Zero, s2 = TLanes.Zero, s3 = TLanes.Zero;
            for (int end = Math.Min(terms, block + blockTerms); block < end; block++)
            {
                var position = TLanes.Load(x + offsets[block]);
                TLanes.Accumulate(ref s0, position, TLanes.Broadcast(w[block]));
                TLanes.Accumulate(ref s1, position, TLanes.Broadcast(w1[block]));
                TLanes.Accumulate(ref s2, position, TLanes.Broadcast(w2[block]));
                TLanes.Accumulate(ref s3, position, TLanes.Broadcast(w3[block]));
            }

            t0 = TLanes.Add(t0, s0);
            t1 = TLanes.Add(t1, s1);
            t2 = TLanes.Add(t2, s2);
            t3 = TLanes.Add(t3, s3);
        }

        TLanes.Store(t0, target);
        TLanes.Store(t1, target + TLanes.Count);
        TLanes.Store(t2, target + (2 * TLanes.Count));
        TLanes.Store(t3, target + (3 * TLanes.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(T* sums, int count, T* target)
    {
        if (count == TLanes.Count)
        {
            TLanes.Store(TLanes.Load(sums), target);
            return;
        }

        for (int i = 0; i < count; i++)
        {
            target[i] = sums[i];
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Sum1(T* x, nint* offsets, int terms, int blockTerms, T* w, T* target)
    {
        var total = TLanes.Zero;
        for (int block = 0; block < terms;)
        {
            var sum = TLanes.Zero;
            for (int end = Math.Min(terms, block + blockTerms); block < end; block++)
            {
                TLanes.Accumulate(ref sum, TLanes.Load(x + offsets[block]), TLanes.Broadcast(w[block]));
            }

            total = TLanes.Add(total, sum);
        }

        TLanes.Store(total, target);
    }
}
