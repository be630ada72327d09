using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

/// <summary>Packs what a tile of 8 rows multiplies by: [term][8].</summary>
internal static unsafe class GradPacking<T, TLanes>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    private const int TileRows = BandPlan.TileRows;

    /// <summary>Rows of neighbouring terms, rowPitch apart; a row that does not exist repeats the last one.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Rows(T* source, nint rowPitch, int rows, int terms, T* target)
    {
        T* s0 = source;
        T* s1 = source + (Math.Min(1, rows - 1) * rowPitch);
        T* s2 = source + (Math.Min(2, rows - 1) * rowPitch);
        T* s3 = source + (Math.Min(3, rows - 1) * rowPitch);
        T* s4 = source + (Math.Min(4, rows - 1) * rowPitch);
        T* s5 = source + (Math.Min(5, rows - 1) * rowPitch);
        T* s6 = source + (Math.Min(6, rows - 1) * rowPitch);
        T* s7 = source + (Math.Min(7, rows - 1) * rowPitch);
        if (terms < TLanes.Count)
        {
            for (nint t = 0; t < terms; t++)
            {
                target[0] = s0[t];
                target[1] = s1[t];
                target[2] = s2[t];
                target[3] = s3[t];
                target[4] = s4[t];
                target[5] = s5[t];
                target[6] = s6[t];
                target[7] = s7[t];
                target += TileRows;
            }

            return;
        }

        for (nint t = 0; t < terms; t += TLanes.Count)
        {
            t = Math.Min(t, terms - TLanes.Count); // the last vector may overlap the one before
            var r0 = TLanes.Load(s0 + t);
            var r1 = TLanes.Load(s1 + t);
            var r2 = TLanes.Load(s2 + t);
            var r3 = TLanes.Load(s3 + t);
            var r4 = TLanes.Load(s4 + t);
            var r5 = TLanes.Load(s5 + t);
            var r6 = TLanes.Load(s6 + t);
            var r7 = TLanes.Load(s7 + t);
            T* to = target + (t * TileRows);
            Zip4(TLanes.ZipLow(r0, r4), TLanes.ZipLow(r1, r5), TLanes.ZipLow(r2, r6), TLanes.ZipLow(r3, r7), to);
            Zip4(TLanes.ZipHigh(r0, r4), TLanes.ZipHigh(r1, r5), TLanes.ZipHigh(r2, r6), TLanes.ZipHigh(r3, r7), to + (4 * TLanes.Count));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Zip4(TLanes r0, TLanes r1, TLanes r2, TLanes r3, T* target)
    {
        var (a, b) = (TLanes.ZipLow(r0, r2), TLanes.ZipLow(r1, r3));
        TLanes.Store(TLanes.ZipLow(a, b), target);
        TLanes.Store(TLanes.ZipHigh(a, b), target + TLanes.Count);
        (a, b) = (TLanes.ZipHigh(r0, r2), TLanes.ZipHigh(r1, r3));
        TLanes.Store(TLanes.ZipLow(a, b), target + (2 * TLanes.Count));
        TLanes.Store(TLanes.ZipHigh(a, b), target + (3 * TLanes.Count));
    }
}
