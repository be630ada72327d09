using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

// As Tile8, but for 16 registers (12 accumulators, 3 of x, 1 of w): 4 of the 8 rows of packed weights.

/// <summary>One block of terms for half a tile of 8 rows with packed weights.</summary>
internal static unsafe class Tile4Packed<T, TLanes>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    /// <summary>4 rows by 3 vectors.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void By3<TAhead>(T* x, nint* offsets, int terms, T* w, T* totals, nint pitch, bool first, byte** lines)
        where TAhead : struct, IAhead
    {
        TLanes a00 = TLanes.Zero, a01 = TLanes.Zero, a02 = TLanes.Zero;
        TLanes a10 = TLanes.Zero, a11 = TLanes.Zero, a12 = TLanes.Zero;
        TLanes a20 = TLanes.Zero, a21 = TLanes.Zero, a22 = TLanes.Zero;
        TLanes a30 = TLanes.Zero, a31 = TLanes.Zero, a32 = TLanes.Zero;
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
            b = TLanes.Broadcast(w[2]);
            a20 = TLanes.MultiplyAdd(x0, b, a20);
            a21 = TLanes.MultiplyAdd(x1, b, a21);
            a22 = TLanes.MultiplyAdd(x2, b, a22);
            b = TLanes.Broadcast(w[3]);
            a30 = TLanes.MultiplyAdd(x0, b, a30);
            a31 = TLanes.MultiplyAdd(x1, b, a31);
            a32 = TLanes.MultiplyAdd(x2, b, a32);
            TAhead.Ask(w, lines, t);
            w += BandPlan.TileRows;
        }

        if (first)
        {
            TLanes.Store(a00, totals);
            TLanes.Store(a01, totals + TLanes.Count);
            TLanes.Store(a02, totals + (2 * TLanes.Count));
            TLanes.Store(a10, totals + pitch);
            TLanes.Store(a11, totals + pitch + TLanes.Count);
            TLanes.Store(a12, totals + pitch + (2 * TLanes.Count));
            TLanes.Store(a20, totals + (2 * pitch));
            TLanes.Store(a21, totals + (2 * pitch) + TLanes.Count);
            TLanes.Store(a22, totals + (2 * pitch) + (2 * TLanes.Count));
            TLanes.Store(a30, totals + (3 * pitch));
            TLanes.Store(a31, totals + (3 * pitch) + TLanes.Count);
            TLanes.Store(a32, totals + (3 * pitch) + (2 * TLanes.Count));
            return;
        }

        Accumulate.Into<T, TLanes>(totals, a00);
        Accumulate.Into<T, TLanes>(totals + TLanes.Count, a01);
        Accumulate.Into<T, TLanes>(totals + (2 * TLanes.Count), a02);
        Accumulate.Into<T, TLanes>(totals + pitch, a10);
        Accumulate.Into<T, TLanes>(totals + pitch + TLanes.Count, a11);
        Accumulate.Into<T, TLanes>(totals + pitch + (2 * TLanes.Count), a12);
        Accumulate.Into<T, TLanes>(totals + (2 * pitch), a20);
        Accumulate.Into<T, TLanes>(totals + (2 * pitch) + TLanes.Count, a21);
        Accumulate.Into<T, TLanes>(totals + (2 * pitch) + (2 * TLanes.Count), a22);
        Accumulate.Into<T, TLanes>(totals + (3 * pitch), a30);
        Accumulate.Into<T, TLanes>(totals + (3 * pitch) + TLanes.Count, a31);
        Accumulate.Into<T, TLanes>(totals + (3 * pitch) + (2 * TLanes.Count), a32);
    }

    /// <summary>4 rows by 2 vectors.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void By2<TAhead>(T* x, nint* offsets, int terms, T* w, T* totals, nint pitch, bool first, byte** lines)
        where TAhead : struct, IAhead
    {
        TLanes a00 = TLanes.Zero, a01 = TLanes.Zero;
        TLanes a10 = TLanes.Zero, a11 = TLanes.Zero;
        TLanes a20 = TLanes.Zero, a21 = TLanes.Zero;
        TLanes a30 = TLanes.Zero, a31 = TLanes.Zero;
        for (nint t = 0; t < terms; t++)
        {
            T* p = x + offsets[t];
            var x0 = TLanes.Load(p);
            var x1 = TLanes.Load(p + TLanes.Count);
            var b = TLanes.Broadcast(w[0]);
            a00 = TLanes.MultiplyAdd(x0, b, a00);
            a01 = TLanes.MultiplyAdd(x1, b, a01);
            b = TLanes.Broadcast(w[1]);
            a10 = TLanes.MultiplyAdd(x0, b, a10);
            a11 = TLanes.MultiplyAdd(x1, b, a11);
            b = TLanes.Broadcast(w[2]);
            a20 = TLanes.MultiplyAdd(x0, b, a20);
            a21 = TLanes.MultiplyAdd(x1, b, a21);
            b = TLanes.Broadcast(w[3]);
            a30 = TLanes.MultiplyAdd(x0, b, a30);
            a31 = TLanes.MultiplyAdd(x1, b, a31);
            TAhead.Ask(w, lines, t);
            w += BandPlan.TileRows;
        }

        if (first)
        {
            TLanes.Store(a00, totals);
            TLanes.Store(a01, totals + TLanes.Count);
            TLanes.Store(a10, totals + pitch);
            TLanes.Store(a11, totals + pitch + TLanes.Count);
            TLanes.Store(a20, totals + (2 * pitch));
            TLanes.Store(a21, totals + (2 * pitch) + TLanes.Count);
            TLanes.Store(a30, totals + (3 * pitch));
            TLanes.Store(a31, totals + (3 * pitch) + TLanes.Count);
            return;
        }

        Accumulate.Into<T, TLanes>(totals, a00);
        Accumulate.Into<T, TLanes>(totals + TLanes.Count, a01);
        Accumulate.Into<T, TLanes>(totals + pitch, a10);
        Accumulate.Into<T, TLanes>(totals + pitch + TLanes.Count, a11);
        Accumulate.Into<T, TLanes>(totals + (2 * pitch), a20);
        Accumulate.Into<T, TLanes>(totals + (2 * pitch) + TLanes.Count, a21);
        Accumulate.Into<T, TLanes>(totals + (3 * pitch), a30);
        Accumulate.Into<T, TLanes>(totals + (3 * pitch) + TLanes.Count, a31);
    }

    /// <summary>4 rows by 1 vector.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void By1<TAhead>(T* x, nint* offsets, int terms, T* w, T* totals, nint pitch, bool first, byte** lines)
        where TAhead : struct, IAhead
    {
        TLanes a00 = TLanes.Zero;
        TLanes a10 = TLanes.Zero;
        TLanes a20 = TLanes.Zero;
        TLanes a30 = TLanes.Zero;
        for (nint t = 0; t < terms; t++)
        {
            T* p = x + offsets[t];
            var x0 = TLanes.Load(p);
            var b = TLanes.Broadcast(w[0]);
            a00 = TLanes.MultiplyAdd(x0, b, a00);
            b = TLanes.Broadcast(w[1]);
            a10 = TLanes.MultiplyAdd(x0, b, a10);
            b = TLanes.Broadcast(w[2]);
            a20 = TLanes.MultiplyAdd(x0, b, a20);
            b = TLanes.Broadcast(w[3]);
            a30 = TLanes.MultiplyAdd(x0, b, a30);
            TAhead.Ask(w, lines, t);
            w += BandPlan.TileRows;
        }

        if (first)
        {
            TLanes.Store(a00, totals);
            TLanes.Store(a10, totals + pitch);
            TLanes.Store(a20, totals + (2 * pitch));
            TLanes.Store(a30, totals + (3 * pitch));
            return;
        }

        Accumulate.Into<T, TLanes>(totals, a00);
        Accumulate.Into<T, TLanes>(totals + pitch, a10);
        Accumulate.Into<T, TLanes>(totals + (2 * pitch), a20);
        Accumulate.Into<T, TLanes>(totals + (3 * pitch), a30);
    }
}
