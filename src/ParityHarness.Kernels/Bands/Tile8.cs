using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

// Memory: x is a panel (see BandForward); term t reads whole vectors at x + offsets[t]. w holds the 8 rows' weights of term 0, then of term 1, ...
// totals: row r at totals + r*pitch.
// Lanes: consecutive positions j, so consecutive outputs of one phase.
// Order: per row and lane one chain of fused multiply-adds over t = 0, 1, ... from +0, then one addition to the total.
// Accumulators are named locals since the JIT keeps nothing else in registers: 24 of them, 3 of x, 1 of w. NoInlining because a kernel that is
// inlined into a caller with a frame of its own is spilled; AggressiveOptimization because tier 0 would run for the first 100 ms.

/// <summary>One block of terms for a tile of 8 rows with packed weights; needs 28 vector registers when 3 vectors wide.</summary>
internal static unsafe class Tile8<T, TLanes>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    /// <summary>8 rows by 3 vectors.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void By3<TAhead>(T* x, nint* offsets, int terms, T* w, T* totals, nint pitch, bool first, byte** lines)
        where TAhead : struct, IAhead
    {
        TLanes a00 = TLanes.Zero, a01 = TLanes.Zero, a02 = TLanes.Zero;
        TLanes a10 = TLanes.Zero, a11 = TLanes.Zero, a12 = TLanes.Zero;
        TLanes a20 = TLanes.Zero, a21 = TLanes.Zero, a22 = TLanes.Zero;
        TLanes a30 = TLanes.Zero, a31 = TLanes.Zero, a32 = TLanes.Zero;
        TLanes a40 = TLanes.Zero, a41 = TLanes.Zero, a42 = TLanes.Zero;
        TLanes a50 = TLanes.Zero, a51 = TLanes.Zero, a52 = TLanes.Zero;
        TLanes a60 = TLanes.Zero, a61 = TLanes.Zero, a62 = TLanes.Zero;
        TLanes a70 = TLanes.Zero, a71 = TLanes.Zero, a72 = TLanes.Zero;
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
            b = TLanes.Broadcast(w[4]);
            a40 = TLanes.MultiplyAdd(x0, b, a40);
            a41 = TLanes.MultiplyAdd(x1, b, a41);
            a42 = TLanes.MultiplyAdd(x2, b, a42);
            b = TLanes.Broadcast(w[5]);
            a50 = TLanes.MultiplyAdd(x0, b, a50);
            a51 = TLanes.MultiplyAdd(x1, b, a51);
            a52 = TLanes.MultiplyAdd(x2, b, a52);
            b = TLanes.Broadcast(w[6]);
            a60 = TLanes.MultiplyAdd(x0, b, a60);
            a61 = TLanes.MultiplyAdd(x1, b, a61);
            a62 = TLanes.MultiplyAdd(x2, b, a62);
            b = TLanes.Broadcast(w[7]);
            a70 = TLanes.MultiplyAdd(x0, b, a70);
            a71 = TLanes.MultiplyAdd(x1, b, a71);
            a72 = TLanes.MultiplyAdd(x2, b, a72);
            TAhead.Ask(w, lines, t);
            w += 8;
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
            TLanes.Store(a40, totals + (4 * pitch));
            TLanes.Store(a41, totals + (4 * pitch) + TLanes.Count);
            TLanes.Store(a42, totals + (4 * pitch) + (2 * TLanes.Count));
            TLanes.Store(a50, totals + (5 * pitch));
            TLanes.Store(a51, totals + (5 * pitch) + TLanes.Count);
            TLanes.Store(a52, totals + (5 * pitch) + (2 * TLanes.Count));
            TLanes.Store(a60, totals + (6 * pitch));
            TLanes.Store(a61, totals + (6 * pitch) + TLanes.Count);
            TLanes.Store(a62, totals + (6 * pitch) + (2 * TLanes.Count));
            TLanes.Store(a70, totals + (7 * pitch));
            TLanes.Store(a71, totals + (7 * pitch) + TLanes.Count);
            TLanes.Store(a72, totals + (7 * pitch) + (2 * TLanes.Count));
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
        Accumulate.Into<T, TLanes>(totals + (4 * pitch), a40);
        Accumulate.Into<T, TLanes>(totals + (4 * pitch) + TLanes.Count, a41);
        Accumulate.Into<T, TLanes>(totals + (4 * pitch) + (2 * TLanes.Count), a42);
        Accumulate.Into<T, TLanes>(totals + (5 * pitch), a50);
        Accumulate.Into<T, TLanes>(totals + (5 * pitch) + TLanes.Count, a51);
        Accumulate.Into<T, TLanes>(totals + (5 * pitch) + (2 * TLanes.Count), a52);
        Accumulate.Into<T, TLanes>(totals + (6 * pitch), a60);
        Accumulate.Into<T, TLanes>(totals + (6 * pitch) + TLanes.Count, a61);
        Accumulate.Into<T, TLanes>(totals + (6 * pitch) + (2 * TLanes.Count), a62);
        Accumulate.Into<T, TLanes>(totals + (7 * pitch), a70);
        Accumulate.Into<T, TLanes>(totals + (7 * pitch) + TLanes.Count, a71);
        Accumulate.Into<T, TLanes>(totals + (7 * pitch) + (2 * TLanes.Count), a72);
    }

    /// <summary>8 rows by 2 vectors.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void By2<TAhead>(T* x, nint* offsets, int terms, T* w, T* totals, nint pitch, bool first, byte** lines)
        where TAhead : struct, IAhead
    {
        TLanes a00 = TLanes.Zero, a01 = TLanes.Zero;
        TLanes a10 = TLanes.Zero, a11 = TLanes.Zero;
        TLanes a20 = TLanes.Zero, a21 = TLanes.Zero;
        TLanes a30 = TLanes.Zero, a31 = TLanes.Zero;
        TLanes a40 = TLanes.Zero, a41 = TLanes.Zero;
        TLanes a50 = TLanes.Zero, a51 = TLanes.Zero;
        TLanes a60 = TLanes.Zero, a61 = TLanes.Zero;
        TLanes a70 = TLanes.Zero, a71 = TLanes.Zero;
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
            b = TLanes.Broadcast(w[4]);
            a40 = TLanes.MultiplyAdd(x0, b, a40);
            a41 = TLanes.MultiplyAdd(x1, b, a41);
            b = TLanes.Broadcast(w[5]);
            a50 = TLanes.MultiplyAdd(x0, b, a50);
            a51 = TLanes.MultiplyAdd(x1, b, a51);
            b = TLanes.Broadcast(w[6]);
            a60 = TLanes.MultiplyAdd(x0, b, a60);
            a61 = TLanes.MultiplyAdd(x1, b, a61);
            b = TLanes.Broadcast(w[7]);
            a70 = TLanes.MultiplyAdd(x0, b, a70);
            a71 = TLanes.MultiplyAdd(x1, b, a71);
            TAhead.Ask(w, lines, t);
            w += 8;
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
            TLanes.Store(a40, totals + (4 * pitch));
            TLanes.Store(a41, totals + (4 * pitch) + TLanes.Count);
            TLanes.Store(a50, totals + (5 * pitch));
            TLanes.Store(a51, totals + (5 * pitch) + TLanes.Count);
            TLanes.Store(a60, totals + (6 * pitch));
            TLanes.Store(a61, totals + (6 * pitch) + TLanes.Count);
            TLanes.Store(a70, totals + (7 * pitch));
            TLanes.Store(a71, totals + (7 * pitch) + TLanes.Count);
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
        Accumulate.Into<T, TLanes>(totals + (4 * pitch), a40);
        Accumulate.Into<T, TLanes>(totals + (4 * pitch) + TLanes.Count, a41);
        Accumulate.Into<T, TLanes>(totals + (5 * pitch), a50);
        Accumulate.Into<T, TLanes>(totals + (5 * pitch) + TLanes.Count, a51);
        Accumulate.Into<T, TLanes>(totals + (6 * pitch), a60);
        Accumulate.Into<T, TLanes>(totals + (6 * pitch) + TLanes.Count, a61);
        Accumulate.Into<T, TLanes>(totals + (7 * pitch), a70);
        Accumulate.Into<T, TLanes>(totals + (7 * pitch) + TLanes.Count, a71);
    }

    /// <summary>8 rows by 1 vector.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void By1<TAhead>(T* x, nint* offsets, int terms, T* w, T* totals, nint pitch, bool first, byte** lines)
        where TAhead : struct, IAhead
    {
        TLanes a00 = TLanes.Zero;
        TLanes a10 = TLanes.Zero;
        TLanes a20 = TLanes.Zero;
        TLanes a30 = TLanes.Zero;
        TLanes a40 = TLanes.Zero;
        TLanes a50 = TLanes.Zero;
        TLanes a60 = TLanes.Zero;
        TLanes a70 = TLanes.Zero;
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
            b = TLanes.Broadcast(w[4]);
            a40 = TLanes.MultiplyAdd(x0, b, a40);
            b = TLanes.Broadcast(w[5]);
            a50 = TLanes.MultiplyAdd(x0, b, a50);
            b = TLanes.Broadcast(w[6]);
            a60 = TLanes.MultiplyAdd(x0, b, a60);
            b = TLanes.Broadcast(w[7]);
            a70 = TLanes.MultiplyAdd(x0, b, a70);
            TAhead.Ask(w, lines, t);
            w += 8;
        }

        if (first)
        {
            TLanes.Store(a00, totals);
            TLanes.Store(a10, totals + pitch);
            TLanes.Store(a20, totals + (2 * pitch));
            TLanes.Store(a30, totals + (3 * pitch));
            TLanes.Store(a40, totals + (4 * pitch));
            TLanes.Store(a50, totals + (5 * pitch));
            TLanes.Store(a60, totals + (6 * pitch));
            TLanes.Store(a70, totals + (7 * pitch));
            return;
        }

        Accumulate.Into<T, TLanes>(totals, a00);
        Accumulate.Into<T, TLanes>(totals + pitch, a10);
        Accumulate.Into<T, TLanes>(totals + (2 * pitch), a20);
        Accumulate.Into<T, TLanes>(totals + (3 * pitch), a30);
        Accumulate.Into<T, TLanes>(totals + (4 * pitch), a40);
        Accumulate.Into<T, TLanes>(totals + (5 * pitch), a50);
        Accumulate.Into<T, TLanes>(totals + (6 * pitch), a60);
        Accumulate.Into<T, TLanes>(totals + (7 * pitch), a70);
    }
}
