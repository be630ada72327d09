using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

// As Tile8, but for one row or two, and always 3 vectors wide: the chains of fewer would only wait for themselves. What is computed beside the panel's
// positions is never stored. One row has 4 blocks of terms at once, for the same reason; they join the totals in order. Weights of a term are weightPitch
// apart from those of the next.

/// <summary>One block of terms for the rows that are left over when tiles of 8 and 4 are full.</summary>
internal static unsafe class TileFew<T, TLanes>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    /// <summary>2 rows by 3 vectors.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Two(T* x, nint* offsets, int terms, T* w, nint weightPitch, T* totals, nint pitch, bool first)
    {
        TLanes a00 = TLanes.Zero, a01 = TLanes.Zero, a02 = TLanes.Zero;
        TLanes a10 = TLanes.Zero, a11 = TLanes.Zero, a12 = TLanes.Zero;
        for (nint t = 0; t < terms; t++)
        {
            T* p = x + offsets[t];
            var x0 = TLanes.Load(p);
            var x1 = TLanes.Load(p + TLanes.Count);
            var x2 = TLanes.Load(p + (2 * TLanes.Count));
            var b = TLanes.Broadcast(w[0]);
            a00 = TLanes.MultiplyAdd(x0, b, a00);
            a01 = TLanes.MultiplyAdd(x1, b, a01);
            a02 = TLanes.MultiplyAdd(x2, b, a02);
            b = TLanes.Broadcast(w[1]);
            a10 = TLanes.MultiplyAdd(x0, b, a10);
            a11 = TLanes.MultiplyAdd(x1, b, a11);
            a12 = TLanes.MultiplyAdd(x2, b, a12);
            w += weightPitch;
        }

        if (first)
        {
            TLanes.Store(a00, totals);
            TLanes.Store(a01, totals + TLanes.Count);
            TLanes.Store(a02, totals + (2 * TLanes.Count));
            TLanes.Store(a10, totals + pitch);
            TLanes.Store(a11, totals + pitch + TLanes.Count);
            TLanes.Store(a12, totals + pitch + (2 * TLanes.Count));
            return;
        }

        Accumulate.Into<T, TLanes>(totals, a00);
        Accumulate.Into<T, TLanes>(totals + TLanes.Count, a01);
        Accumulate.Into<T, TLanes>(totals + (2 * TLanes.Count), a02);
        Accumulate.Into<T, TLanes>(totals + pitch, a10);
        Accumulate.Into<T, TLanes>(totals + pitch + TLanes.Count, a11);
        Accumulate.Into<T, TLanes>(totals + pitch + (2 * TLanes.Count), a12);
    }

    /// <summary>1 row by 3 vectors.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void One(T* x, nint* offsets, int terms, T* w, nint weightPitch, T* totals, bool first)
    {
        TLanes a0 = TLanes.Zero, a1 = TLanes.Zero, a2 = TLanes.Zero;
        for (nint t = 0; t < terms; t++)
        {
            T* p = x + offsets[t];
            var b = TLanes.Broadcast(*w);
            a0 = TLanes.MultiplyAdd(TLanes.Load(p), b, a0);
            a1 = TLanes.MultiplyAdd(TLanes.Load(p + TLanes.Count), b, a1);
            a2 = TLanes.MultiplyAdd(TLanes.Load(p + (2 * TLanes.Count)), b, a2);
            w += weightPitch;
        }

        if (first)
        {
            TLanes.Store(a0, totals);
            TLanes.Store(a1, totals + TLanes.Count);
            TLanes.Store(a2, totals + (2 * TLanes.Count));
            return;
        }

        Accumulate.Into<T, TLanes>(totals, a0);
        Accumulate.Into<T, TLanes>(totals + TLanes.Count, a1);
        Accumulate.Into<T, TLanes>(totals + (2 * TLanes.Count), a2);
    }

    /// <summary>1 row by 3 vectors of 4 blocks of equally many terms: the next block's inputs are blockPitch further, its weights follow.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void OneOfFour(T* x, nint blockPitch, nint* offsets, int terms, T* w, nint weightPitch, T* totals, bool first)
    {
        TLanes a00 = TLanes.Zero, a01 = TLanes.Zero, a02 = TLanes.Zero;
        TLanes a10 = TLanes.Zero, a11 = TLanes.Zero, a12 = TLanes.Zero;
        TLanes a20 = TLanes.Zero, a21 = TLanes.Zero, a22 = TLanes.Zero;
        TLanes a30 = TLanes.Zero, a31 = TLanes.Zero, a32 = TLanes.Zero;
        nint block = terms * weightPitch;
        T* w2 = w + (2 * block);
        for (nint t = 0; t < terms; t++)
        {
            T* p = x + offsets[t];
            var b = TLanes.Broadcast(*w);
            a00 = TLanes.MultiplyAdd(TLanes.Load(p), b, a00);
            a01 = TLanes.MultiplyAdd(TLanes.Load(p + TLanes.Count), b, a01);
            a02 = TLanes.MultiplyAdd(TLanes.Load(p + (2 * TLanes.Count)), b, a02);
            p += blockPitch;
            b = TLanes.Broadcast(w[block]);
            a10 = TLanes.MultiplyAdd(TLanes.Load(p), b, a10);
            a11 = TLanes.MultiplyAdd(TLanes.Load(p + TLanes.Count), b, a11);
            a12 = TLanes.MultiplyAdd(TLanes.Load(p + (2 * TLanes.Count)), b, a12);
            p += blockPitch;
            b = TLanes.Broadcast(*w2);
            a20 = TLanes.MultiplyAdd(TLanes.Load(p), b, a20);
            a21 = TLanes.MultiplyAdd(TLanes.Load(p + TLanes.Count), b, a21);
            a22 = TLanes.MultiplyAdd(TLanes.Load(p + (2 * TLanes.Count)), b, a22);
            p += blockPitch;
            b = TLanes.Broadcast(w2[block]);
            a30 = TLanes.MultiplyAdd(TLanes.Load(p), b, a30);
            a31 = TLanes.MultiplyAdd(TLanes.Load(p + TLanes.Count), b, a31);
            a32 = TLanes.MultiplyAdd(TLanes.Load(p + (2 * TLanes.Count)), b, a32);
            w += weightPitch;
            w2 += weightPitch;
        }

        if (!first)
        {
            a00 = TLanes.Add(TLanes.Load(totals), a00);
            a01 = TLanes.Add(TLanes.Load(totals + TLanes.Count), a01);
            a02 = TLanes.Add(TLanes.Load(totals + (2 * TLanes.Count)), a02);
        }

        TLanes.Store(TLanes.Add(TLanes.Add(TLanes.Add(a00, a10), a20), a30), totals);
        TLanes.Store(TLanes.Add(TLanes.Add(TLanes.Add(a01, a11), a21), a31), totals + TLanes.Count);
        TLanes.Store(TLanes.Add(TLanes.Add(TLanes.Add(a02, a12), a22), a32), totals + (2 * TLanes.Count));
    }
}
