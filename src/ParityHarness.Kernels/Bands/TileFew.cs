using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

// As Tile8, but of just the rows and vectors that are there. One row has 4 blocks of terms at once, so that its chains do not wait for themselves; they
// join the totals in order. Weights of a term are weightPitch apart from those of the next.
// Sums are locals, of which the JIT keeps the fields in registers; what a row or vector that is not there would need is never compiled.

/// <summary>One block of terms for the rows that are left over when tiles of 8 and 4 are full.</summary>
internal static unsafe class TileFew<T, TLanes>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    private interface ICount
    {
        static abstract int Value { get; }
    }

    /// <summary>1, 2, 5, 6 or 7 rows by 1, 2 or 3 vectors; from 5 rows on the level must have many registers.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<TAhead>(int rows, int vectors, T* x, nint* offsets, int terms, T* w, nint weightPitch, T* totals, nint pitch, bool first, byte** lines)
        where TAhead : struct, IAhead
    {
        switch (vectors)
        {
            case 1: Run<Count1, TAhead>(rows, x, offsets, terms, w, weightPitch, totals, pitch, first, lines); break;
            case 2: Run<Count2, TAhead>(rows, x, offsets, terms, w, weightPitch, totals, pitch, first, lines); break;
            default: Run<Count3, TAhead>(rows, x, offsets, terms, w, weightPitch, totals, pitch, first, lines); break;
        }
    }

    /// <summary>1 row of 4 blocks of equally many terms: the next block's inputs are blockPitch further, its weights follow.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void OneOfFour(int vectors, T* x, nint blockPitch, nint* offsets, int terms, T* w, nint weightPitch, T* totals, bool first)
    {
        switch (vectors)
        {
            case 1: OneOfFour<Count1>(x, blockPitch, offsets, terms, w, weightPitch, totals, first); break;
            case 2: OneOfFour<Count2>(x, blockPitch, offsets, terms, w, weightPitch, totals, first); break;
            default: OneOfFour<Count3>(x, blockPitch, offsets, terms, w, weightPitch, totals, first); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Run<TVectors, TAhead>(int rows, T* x, nint* offsets, int terms, T* w, nint weightPitch, T* totals, nint pitch, bool first, byte** lines)
        where TVectors : struct, ICount
        where TAhead : struct, IAhead
    {
        switch (rows)
        {
            case 1: Block<Count1, TVectors, TAhead>(x, offsets, terms, w, weightPitch, totals, pitch, first, lines); break;
            case 2: Block<Count2, TVectors, TAhead>(x, offsets, terms, w, weightPitch, totals, pitch, first, lines); break;
            case 5: Block<Count5, TVectors, TAhead>(x, offsets, terms, w, weightPitch, totals, pitch, first, lines); break;
            case 6: Block<Count6, TVectors, TAhead>(x, offsets, terms, w, weightPitch, totals, pitch, first, lines); break;
            default: Block<Count7, TVectors, TAhead>(x, offsets, terms, w, weightPitch, totals, pitch, first, lines); break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Block<TRows, TVectors, TAhead>(T* x, nint* offsets, int terms, T* w, nint weightPitch, T* totals, nint pitch, bool first, byte** lines)
        where TRows : struct, ICount
        where TVectors : struct, ICount
        where TAhead : struct, IAhead
    {
        Sums<TVectors> r0 = default, r1 = default, r2 = default, r3 = default, r4 = default, r5 = default, r6 = default;
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

            if (TRows.Value > 4)
            {
                r2.Add(x0, x1, x2, w[2]);
                r3.Add(x0, x1, x2, w[3]);
                r4.Add(x0, x1, x2, w[4]);
                TAhead.Ask(w, lines, t);
            }

            if (TRows.Value > 5)
            {
                r5.Add(x0, x1, x2, w[5]);
            }

            if (TRows.Value > 6)
            {
                r6.Add(x0, x1, x2, w[6]);
            }

            w += weightPitch;
        }

        r0.Store(totals, first);
        if (TRows.Value > 1)
        {
            r1.Store(totals += pitch, first);
        }

        if (TRows.Value > 4)
        {
            r2.Store(totals += pitch, first);
            r3.Store(totals += pitch, first);
            r4.Store(totals += pitch, first);
        }

        if (TRows.Value > 5)
        {
            r5.Store(totals += pitch, first);
        }

        if (TRows.Value > 6)
        {
            r6.Store(totals + pitch, first);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void OneOfFour<TVectors>(T* x, nint blockPitch, nint* offsets, int terms, T* w, nint weightPitch, T* totals, bool first)
        where TVectors : struct, ICount
    {
        Sums<TVectors> b0 = default, b1 = default, b2 = default, b3 = default;
        nint block = terms * weightPitch;
        T* w2 = w + (2 * block);
        for (nint t = 0; t < terms; t++)
        {
            T* p = x + offsets[t];
            b0.Add(p, w[0]);
            b1.Add(p += blockPitch, w[block]);
            b2.Add(p += blockPitch, w2[0]);
            b3.Add(p + blockPitch, w2[block]);
            w += weightPitch;
            w2 += weightPitch;
        }

        b0.Store(totals, first);
        b1.Store(totals, first: false);
        b2.Store(totals, first: false);
        b3.Store(totals, first: false);
    }

    /// <summary>A row's sums.</summary>
    private struct Sums<TVectors>
        where TVectors : struct, ICount
    {
        private TLanes s0;
        private TLanes s1;
        private TLanes s2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(TLanes x0, TLanes x1, TLanes x2, T weight)
        {
            var w = TLanes.Broadcast(weight);
            s0 = TLanes.MultiplyAdd(x0, w, s0);
            s1 = TVectors.Value > 1 ? TLanes.MultiplyAdd(x1, w, s1) : s1;
            s2 = TVectors.Value > 2 ? TLanes.MultiplyAdd(x2, w, s2) : s2;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(T* x, T weight)
        {
            var w = TLanes.Broadcast(weight);
            s0 = TLanes.MultiplyAdd(TLanes.Load(x), w, s0);
            s1 = TVectors.Value > 1 ? TLanes.MultiplyAdd(TLanes.Load(x + TLanes.Count), w, s1) : s1;
            s2 = TVectors.Value > 2 ? TLanes.MultiplyAdd(TLanes.Load(x + (2 * TLanes.Count)), w, s2) : s2;
        }

        /// <summary>Adds to the totals; the first block is the total.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Store(T* totals, bool first)
        {
            TLanes.Store(first ? s0 : TLanes.Add(TLanes.Load(totals), s0), totals);
            if (TVectors.Value > 1)
            {
                totals += TLanes.Count;
                TLanes.Store(first ? s1 : TLanes.Add(TLanes.Load(totals), s1), totals);
            }

            if (TVectors.Value > 2)
            {
                totals += TLanes.Count;
                TLanes.Store(first ? s2 : TLanes.Add(TLanes.Load(totals), s2), totals);
            }
        }
    }

    private readonly struct Count1 : ICount
    {
        public static int Value => 1;
    }

    private readonly struct Count2 : ICount
    {
        public static int Value => 2;
    }

    private readonly struct Count3 : ICount
    {
        public static int Value => 3;
    }

    private readonly struct Count5 : ICount
    {
        public static int Value => 5;
    }

    private readonly struct Count6 : ICount
    {
        public static int Value => 6;
    }

    private readonly struct Count7 : ICount
    {
        public static int Value => 7;
    }
}
