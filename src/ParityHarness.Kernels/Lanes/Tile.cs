using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

// Memory: term t reads whole vectors at X + Offsets[t], and row r's weight at W + t*TermPitch + r*RowPitch. Row r's sums are added to what stands at
//     Addend + r*AddendPitch, +0 where Addend is null, and stored at Target + r*TargetPitch.
// Lanes: consecutive elements of x. Order of summation: per row and lane one chain of fused multiply-adds over t = 0, 1, ... from +0, then one addition.
// Registers: the sums are locals, of which the JIT keeps the fields in registers: 24 for 8 rows by 3 vectors, 3 of x, 1 of w; 12 + 3 + 1 for 4 rows. Two terms
//     a turn, so that counting costs half as much. NoInlining, because a loop that is inlined into a caller with a frame of its own is spilled.

/// <summary>One block of terms for a tile of 1 to 8 rows by 1 to 3 vectors.</summary>
internal unsafe struct Tile<T, TLanes>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    /// <summary>Rows of a full tile.</summary>
    public const int Rows = 8;

    /// <summary>Vectors of a full tile.</summary>
    public const int Vectors = 3;

    public T* X;
    public nint* Offsets;
    public int Terms;
    public T* W;
    public nint TermPitch;
    public nint RowPitch;
    public T* Addend;
    public nint AddendPitch;
    public T* Target;
    public nint TargetPitch;

    /// <summary>Where memory begins and ends that is asked for meanwhile, a line at each turn. A tile of fewer than 4 rows asks for none.</summary>
    public (nint Start, nint End) Ahead;

    /// <summary>How far ahead weights are asked for, in elements; or 0. A tile of fewer than 4 rows asks for none. The processor's own prefetching stops at each page.</summary>
    public nint WeightsAhead;

    /// <summary>Computes the block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run(in Tile<T, TLanes> tile, int rows, int vectors)
    {
        if (rows == Rows && TLanes.HasManyRegisters)
        {
            Run<Counts.Of8>(tile, 0, vectors);
        }
        else if (rows == Rows)
        {
            // One half after the other: input and weights are in L1 then.
            Run<Counts.Of4>(tile, 0, vectors);
            Run<Counts.Of4>(tile, 4, vectors);
        }
        else
        {
            RunFew(tile, rows, vectors);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RunFew(in Tile<T, TLanes> tile, int rows, int vectors)
    {
        int first = 0;
        if (rows > 4 && !TLanes.HasManyRegisters)
        {
            Run<Counts.Of4>(tile, 0, vectors);
            first = 4;
        }

        switch (rows - first)
        {
            case 1: Run<Counts.Of1>(tile, first, vectors); break;
            case 2: Run<Counts.Of2>(tile, first, vectors); break;
            case 3: Run<Counts.Of3>(tile, first, vectors); break;
            case 4: Run<Counts.Of4>(tile, first, vectors); break;
            case 5: Run<Counts.Of5>(tile, first, vectors); break;
            case 6: Run<Counts.Of6>(tile, first, vectors); break;
            default: Run<Counts.Of7>(tile, first, vectors); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Run<TRows>(in Tile<T, TLanes> tile, int first, int vectors)
        where TRows : unmanaged
    {
        switch (vectors)
        {
            case 1: Block<TRows, Counts.Of1>(tile, first); break;
            case 2: Block<TRows, Counts.Of2>(tile, first); break;
            default: Block<TRows, Counts.Of3>(tile, first); break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Block<TRows, TVectors>(in Tile<T, TLanes> tile, int first)
        where TRows : unmanaged
        where TVectors : unmanaged
    {
        Sums<T, TLanes, TVectors> r0 = default, r1 = default, r2 = default, r3 = default, r4 = default, r5 = default, r6 = default, r7 = default;
        T* x = tile.X;
        nint pitch = tile.RowPitch;
        T* w = tile.W + (first * pitch);
        nint three = 3 * pitch;
        nint termPitch = tile.TermPitch;
        nint* offset = tile.Offsets;
        nint ahead = tile.Ahead.Start;
        nint aheadEnd = first == 0 ? tile.Ahead.End : 0;
        nint weightsAhead = first == 0 ? tile.WeightsAhead : 0;
        nint* end = offset + (tile.Terms & -2);
        for (; offset < end; offset += 2)
        {
            Add<TRows, TVectors>(ref r0, ref r1, ref r2, ref r3, ref r4, ref r5, ref r6, ref r7, x + offset[0], w, pitch, three);
            w += termPitch;
            if (sizeof(TRows) >= 4 && ahead < aheadEnd)
            {
                Prefetch.Line((void*)ahead);
                ahead += Prefetch.LineBytes;
            }

            if (sizeof(TRows) >= 4 && weightsAhead != 0)
            {
                Prefetch.Near(w + weightsAhead);
            }

            Add<TRows, TVectors>(ref r0, ref r1, ref r2, ref r3, ref r4, ref r5, ref r6, ref r7, x + offset[1], w, pitch, three);
            w += termPitch;
        }

        if ((tile.Terms & 1) != 0)
        {
            Add<TRows, TVectors>(ref r0, ref r1, ref r2, ref r3, ref r4, ref r5, ref r6, ref r7, x + offset[0], w, pitch, three);
        }

        T* addend = (T*)Zeros.Row(tile.Target);
        nint addendPitch = 0;
        if (tile.Addend != null)
        {
            addendPitch = tile.AddendPitch;
            addend = tile.Addend + (first * addendPitch);
        }

        nint targetPitch = tile.TargetPitch;
        T* target = tile.Target + (first * targetPitch);
        r0.Store(addend, target);
        if (sizeof(TRows) > 1)
        {
            r1.Store(addend += addendPitch, target += targetPitch);
        }

        if (sizeof(TRows) > 2)
        {
            r2.Store(addend += addendPitch, target += targetPitch);
        }

        if (sizeof(TRows) > 3)
        {
            r3.Store(addend += addendPitch, target += targetPitch);
        }

        if (sizeof(TRows) > 4)
        {
            r4.Store(addend += addendPitch, target += targetPitch);
        }

        if (sizeof(TRows) > 5)
        {
            r5.Store(addend += addendPitch, target += targetPitch);
        }

        if (sizeof(TRows) > 6)
        {
            r6.Store(addend += addendPitch, target += targetPitch);
        }

        if (sizeof(TRows) > 7)
        {
            r7.Store(addend += addendPitch, target += targetPitch);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TRows, TVectors>(
        ref Sums<T, TLanes, TVectors> r0, ref Sums<T, TLanes, TVectors> r1, ref Sums<T, TLanes, TVectors> r2, ref Sums<T, TLanes, TVectors> r3,
        ref Sums<T, TLanes, TVectors> r4, ref Sums<T, TLanes, TVectors> r5, ref Sums<T, TLanes, TVectors> r6, ref Sums<T, TLanes, TVectors> r7,
        T* x, T* w, nint pitch, nint three)
        where TRows : unmanaged
        where TVectors : unmanaged
    {
        var x0 = TLanes.Load(x);
        var x1 = sizeof(TVectors) > 1 ? TLanes.Load(x + TLanes.Count) : x0;
        var x2 = sizeof(TVectors) > 2 ? TLanes.Load(x + (2 * TLanes.Count)) : x0;
        r0.Add(x0, x1, x2, w[0]);
        if (sizeof(TRows) > 1)
        {
            r1.Add(x0, x1, x2, w[pitch]);
        }

        if (sizeof(TRows) > 2)
        {
            r2.Add(x0, x1, x2, w[2 * pitch]);
        }

        if (sizeof(TRows) > 3)
        {
            r3.Add(x0, x1, x2, w[three]);
        }

        if (sizeof(TRows) > 4)
        {
            w += 4 * pitch;
            r4.Add(x0, x1, x2, w[0]);
        }

        if (sizeof(TRows) > 5)
        {
            r5.Add(x0, x1, x2, w[pitch]);
        }

        if (sizeof(TRows) > 6)
        {
            r6.Add(x0, x1, x2, w[2 * pitch]);
        }

        if (sizeof(TRows) > 7)
        {
            r7.Add(x0, x1, x2, w[three]);
        }
    }
}
