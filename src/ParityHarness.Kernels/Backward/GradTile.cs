using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

// Memory: term t reads whole vectors at x + offsets[t]; row r's weights are neighbours from w + r*pitch on. Row r's sums are added to what stands at
// addend + r*addendPitch, +0 where it is null, and stored at target + r*targetPitch. The next block's weights, at w + ahead, are asked for meanwhile.
// Lanes: consecutive columns. Order: per row and lane one chain of fused multiply-adds over t = 0, 1, ... from +0, then one addition.
// Sums are locals, of which the JIT keeps the fields in registers: 24 for 8 rows by 3 vectors, 3 of x, 1 of w.

/// <summary>One block of terms for a tile of 8 rows by up to 3 vectors, by the kernels that the level's registers allow.</summary>
internal static unsafe class GradTile<T, TLanes>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    /// <summary>Rows of a tile.</summary>
    public const int Rows = 8;

    /// <summary>Terms of a row in a cache line.</summary>
    public static int LineTerms => 64 / sizeof(T);

    /// <summary>Computes a block, of 8 rows, or of 4 where there are no more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run(int rows, int vectors, T* x, nint* offsets, int terms, T* w, nint pitch, nint ahead, T* addend, nint addendPitch, T* target, nint targetPitch)
    {
        if (TLanes.HasManyRegisters && rows > Rows / 2)
        {
            switch (vectors)
            {
                case 1: Eight<Counts.Of1>(x, offsets, terms, w, pitch, ahead, addend, addendPitch, target, targetPitch); break;
                case 2: Eight<Counts.Of2>(x, offsets, terms, w, pitch, ahead, addend, addendPitch, target, targetPitch); break;
                default: Eight<Counts.Of3>(x, offsets, terms, w, pitch, ahead, addend, addendPitch, target, targetPitch); break;
            }

            return;
        }

        for (int row = 0; row < rows; row += Rows / 2)
        {
            switch (vectors)
            {
                case 1: Four<Counts.Of1>(x, offsets, terms, w, pitch, ahead, addend, addendPitch, target, targetPitch); break;
                case 2: Four<Counts.Of2>(x, offsets, terms, w, pitch, ahead, addend, addendPitch, target, targetPitch); break;
                default: Four<Counts.Of3>(x, offsets, terms, w, pitch, ahead, addend, addendPitch, target, targetPitch); break;
            }

            w += Rows / 2 * pitch;
            addend = addend == null ? null : addend + (Rows / 2 * addendPitch);
            target += Rows / 2 * targetPitch;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Eight<TVectors>(T* x, nint* offsets, int terms, T* w, nint pitch, nint ahead, T* addend, nint addendPitch, T* target, nint targetPitch)
        where TVectors : struct, ICount
    {
        Sums<T, TLanes, TVectors> r0 = default, r1 = default, r2 = default, r3 = default, r4 = default, r5 = default, r6 = default, r7 = default;
        nint three = 3 * pitch;
        for (nint end, t = 0; t < terms; t = end)
        {
            Ask(w + ahead, pitch);
            Ask(w + ahead + (4 * pitch), pitch);
            end = Math.Min(terms, t + LineTerms);
            for (; t < end; t++)
            {
                T* p = x + offsets[t];
                var x0 = TLanes.Load(p);
                var x1 = TVectors.Value > 1 ? TLanes.Load(p + TLanes.Count) : x0;
                var x2 = TVectors.Value > 2 ? TLanes.Load(p + (2 * TLanes.Count)) : x0;
                T* half = w + (4 * pitch);
                r0.Add(x0, x1, x2, w[0]);
                r1.Add(x0, x1, x2, w[pitch]);
                r2.Add(x0, x1, x2, w[2 * pitch]);
                r3.Add(x0, x1, x2, w[three]);
                r4.Add(x0, x1, x2, half[0]);
                r5.Add(x0, x1, x2, half[pitch]);
                r6.Add(x0, x1, x2, half[2 * pitch]);
                r7.Add(x0, x1, x2, half[three]);
                w++;
            }
        }

        r0.Store(addend, target);
        r1.Store(Next(ref addend, addendPitch), target += targetPitch);
        r2.Store(Next(ref addend, addendPitch), target += targetPitch);
        r3.Store(Next(ref addend, addendPitch), target += targetPitch);
        r4.Store(Next(ref addend, addendPitch), target += targetPitch);
        r5.Store(Next(ref addend, addendPitch), target += targetPitch);
        r6.Store(Next(ref addend, addendPitch), target += targetPitch);
        r7.Store(Next(ref addend, addendPitch), target += targetPitch);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Four<TVectors>(T* x, nint* offsets, int terms, T* w, nint pitch, nint ahead, T* addend, nint addendPitch, T* target, nint targetPitch)
        where TVectors : struct, ICount
    {
        Sums<T, TLanes, TVectors> r0 = default, r1 = default, r2 = default, r3 = default;
        nint three = 3 * pitch;
        for (nint end, t = 0; t < terms; t = end)
        {
            Ask(w + ahead, pitch);
            end = Math.Min(terms, t + LineTerms);
            for (; t < end; t++)
            {
                T* p = x + offsets[t];
                var x0 = TLanes.Load(p);
                var x1 = TVectors.Value > 1 ? TLanes.Load(p + TLanes.Count) : x0;
                var x2 = TVectors.Value > 2 ? TLanes.Load(p + (2 * TLanes.Count)) : x0;
                r0.Add(x0, x1, x2, w[0]);
                r1.Add(x0, x1, x2, w[pitch]);
                r2.Add(x0, x1, x2, w[2 * pitch]);
                r3.Add(x0, x1, x2, w[three]);
                w++;
            }
        }

        r0.Store(addend, target);
        r1.Store(Next(ref addend, addendPitch), target += targetPitch);
        r2.Store(Next(ref addend, addendPitch), target += targetPitch);
        r3.Store(Next(ref addend, addendPitch), target += targetPitch);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Ask(T* ahead, nint pitch)
    {
        Prefetch.Near(ahead);
        Prefetch.Near(ahead + pitch);
        Prefetch.Near(ahead + (2 * pitch));
        Prefetch.Near(ahead + (3 * pitch));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T* Next(ref T* addend, nint pitch) => addend == null ? null : addend += pitch;
}
