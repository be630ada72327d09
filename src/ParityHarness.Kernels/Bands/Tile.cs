using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

// Memory: x is a panel (see BandPanels); term t reads whole vectors at x + offsets[t]. w holds the rows' weights of term 0, weightPitch further those of
// term 1, ... totals: row r at totals + r*pitch.
// Lanes: consecutive positions j, so consecutive outputs of one phase.
// Order: per row and lane one chain of fused multiply-adds over t = 0, 1, ... from +0, then one addition to the total; the first block is the total.
// Sums are locals, of which the JIT keeps the fields in registers: 24 for 8 rows by 3 vectors, 3 of x, 1 of w. NoInlining because a kernel that is
// inlined into a caller with a frame of its own is spilled; AggressiveOptimization because tier 0 would run for the first 100 ms.

/// <summary>One block of terms for a tile of 1 to 8 rows by 1 to 3 vectors.</summary>
internal static unsafe class Tile<T, TLanes>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    /// <summary>Computes a block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TAhead>(int rows, int vectors, T* x, nint* offsets, int terms, T* w, nint weightPitch, T* totals, nint pitch, bool first, byte** lines)
        where TAhead : struct, IAhead
    {
        if (rows > 4 && !TLanes.HasManyRegisters)
        {
            // Both halves of a block at once: its input and weights are in L1 then.
            RunOne<TAhead>(4, vectors, x, offsets, terms, w, weightPitch, totals, pitch, first, lines);
            RunOne<WeightsAhead>(rows - 4, vectors, x, offsets, terms, w + 4, weightPitch, totals + (4 * pitch), pitch, first, null);
            return;
        }

        RunOne<TAhead>(rows, vectors, x, offsets, terms, w, weightPitch, totals, pitch, first, lines);
    }

    /// <summary>1 row of 4 blocks of equally many terms at once, so that its chains do not wait for themselves: the next block's inputs are blockPitch further, its weights follow.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void OneOfFour(int vectors, T* x, nint blockPitch, nint* offsets, int terms, T* w, nint weightPitch, T* totals, bool first)
    {
        switch (vectors)
        {
            case 1: OneOfFour<Counts.Of1>(x, blockPitch, offsets, terms, w, weightPitch, totals, first); break;
            case 2: OneOfFour<Counts.Of2>(x, blockPitch, offsets, terms, w, weightPitch, totals, first); break;
            default: OneOfFour<Counts.Of3>(x, blockPitch, offsets, terms, w, weightPitch, totals, first); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void RunOne<TAhead>(int rows, int vectors, T* x, nint* offsets, int terms, T* w, nint weightPitch, T* totals, nint pitch, bool first, byte** lines)
        where TAhead : struct, IAhead
    {
        switch (vectors)
        {
            case 1: Run<Counts.Of1, TAhead>(rows, x, offsets, terms, w, weightPitch, totals, pitch, first, lines); break;
            case 2: Run<Counts.Of2, TAhead>(rows, x, offsets, terms, w, weightPitch, totals, pitch, first, lines); break;
            default: Run<Counts.Of3, TAhead>(rows, x, offsets, terms, w, weightPitch, totals, pitch, first, lines); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Run<TVectors, TAhead>(int rows, T* x, nint* offsets, int terms, T* w, nint weightPitch, T* totals, nint pitch, bool first, byte** lines)
        where TVectors : struct, ICount
        where TAhead : struct, IAhead
    {
        if (rows == BandPlan.TileRows)
        {
            Block<Counts.Of8, TVectors, TAhead>(x, offsets, terms, w, weightPitch, totals, pitch, first, lines);
        }
        else
        {
            RunFew<TVectors, TAhead>(rows, x, offsets, terms, w, weightPitch, totals, pitch, first, lines);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void RunFew<TVectors, TAhead>(int rows, T* x, nint* offsets, int terms, T* w, nint weightPitch, T* totals, nint pitch, bool first, byte** lines)
        where TVectors : struct, ICount
        where TAhead : struct, IAhead
    {
        switch (rows)
        {
            case 1: Block<Counts.Of1, TVectors, TAhead>(x, offsets, terms, w, weightPitch, totals, pitch, first, lines); break;
            case 2: Block<Counts.Of2, TVectors, TAhead>(x, offsets, terms, w, weightPitch, totals, pitch, first, lines); break;
            case 3: Block<Counts.Of3, TVectors, TAhead>(x, offsets, terms, w, weightPitch, totals, pitch, first, lines); break;
            case 4: Block<Counts.Of4, TVectors, TAhead>(x, offsets, terms, w, weightPitch, totals, pitch, first, lines); break;
            case 5: Block<Counts.Of5, TVectors, TAhead>(x, offsets, terms, w, weightPitch, totals, pitch, first, lines); break;
            case 6: Block<Counts.Of6, TVectors, TAhead>(x, offsets, terms, w, weightPitch, totals, pitch, first, lines); break;
            default: Block<Counts.Of7, TVectors, TAhead>(x, offsets, terms, w, weightPitch, totals, pitch, first, lines); break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Block<TRows, TVectors, TAhead>(T* x, nint* offsets, int terms, T* w, nint weightPitch, T* totals, nint pitch, bool first, byte** lines)
        where TRows : struct, ICount
        where TVectors : struct, ICount
        where TAhead : struct, IAhead
    {
        Sums<T, TLanes, TVectors> r0 = default, r1 = default, r2 = default, r3 = default, r4 = default, r5 = default, r6 = default, r7 = default;
        for (nint t = 0; t < terms; t++)
        {
            T* p = x + offsets[t];
            var x0 = TLanes.Load(p);
            var x1 = TVectors.Value > 1 ? TLanes.Load(p + TLanes.Count) : x0;
            var x2 = TVectors.Value > 2 ? TLanes.Load(p + (2 * TLanes.Count)) : x0;
            r0.Add(x0, x1, x2, w[0]);
            if (TRows.Value > 1)
            {
                r1.Add(x0, x1, x2, w[1]);
            }

            if (TRows.Value > 2)
            {
                r2.Add(x0, x1, x2, w[2]);
            }

            if (TRows.Value > 3)
            {
                r3.Add(x0, x1, x2, w[3]);
            }

            if (TRows.Value > 4)
            {
                r4.Add(x0, x1, x2, w[4]);
            }

            if (TRows.Value > 5)
            {
                r5.Add(x0, x1, x2, w[5]);
            }

            if (TRows.Value > 6)
            {
                r6.Add(x0, x1, x2, w[6]);
            }

            if (TRows.Value > 7)
            {
                r7.Add(x0, x1, x2, w[7]);
            }

            if (TRows.Value > 2)
            {
                TAhead.Ask(w, lines, t);
            }

            w += weightPitch;
        }

        if (first)
        {
            Store<TRows, TVectors>(0, r0, totals, first: true);
            Store<TRows, TVectors>(1, r1, totals + pitch, first: true);
            Store<TRows, TVectors>(2, r2, totals + (2 * pitch), first: true);
            Store<TRows, TVectors>(3, r3, totals + (3 * pitch), first: true);
            Store<TRows, TVectors>(4, r4, totals + (4 * pitch), first: true);
            Store<TRows, TVectors>(5, r5, totals + (5 * pitch), first: true);
            Store<TRows, TVectors>(6, r6, totals + (6 * pitch), first: true);
            Store<TRows, TVectors>(7, r7, totals + (7 * pitch), first: true);
        }
        else
        {
            Store<TRows, TVectors>(0, r0, totals, first: false);
            Store<TRows, TVectors>(1, r1, totals + pitch, first: false);
            Store<TRows, TVectors>(2, r2, totals + (2 * pitch), first: false);
            Store<TRows, TVectors>(3, r3, totals + (3 * pitch), first: false);
            Store<TRows, TVectors>(4, r4, totals + (4 * pitch), first: false);
            Store<TRows, TVectors>(5, r5, totals + (5 * pitch), first: false);
            Store<TRows, TVectors>(6, r6, totals + (6 * pitch), first: false);
            Store<TRows, TVectors>(7, r7, totals + (7 * pitch), first: false);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void OneOfFour<TVectors>(T* x, nint blockPitch, nint* offsets, int terms, T* w, nint weightPitch, T* totals, bool first)
        where TVectors : struct, ICount
    {
        Sums<T, TLanes, TVectors> b0 = default, b1 = default, b2 = default, b3 = default;
        nint block = terms * weightPitch;
        T* w2 = w + (2 * block);
        for (nint t = 0; t < terms; t++)
        {
            T* p = x + offsets[t];
            Add(ref b0, p, w[0]);
            Add(ref b1, p += blockPitch, w[block]);
            Add(ref b2, p += blockPitch, w2[0]);
            Add(ref b3, p + blockPitch, w2[block]);
            w += weightPitch;
            w2 += weightPitch;
        }

        if (first)
        {
            b0.Store(totals);
        }
        else
        {
            b0.Store(totals, totals);
        }

        b1.Store(totals, totals);
        b2.Store(totals, totals);
        b3.Store(totals, totals);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TVectors>(ref Sums<T, TLanes, TVectors> sums, T* x, T weight)
        where TVectors : struct, ICount
    {
        var x0 = TLanes.Load(x);
        sums.Add(x0, TVectors.Value > 1 ? TLanes.Load(x + TLanes.Count) : x0, TVectors.Value > 2 ? TLanes.Load(x + (2 * TLanes.Count)) : x0, weight);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TRows, TVectors>(int row, in Sums<T, TLanes, TVectors> sums, T* totals, bool first)
        where TRows : struct, ICount
        where TVectors : struct, ICount
    {
        if (row >= TRows.Value)
        {
            return;
        }

        if (first)
        {
            sums.Store(totals);
        }
        else
        {
            sums.Store(totals, totals);
        }
    }
}
