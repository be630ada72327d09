using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

/// <summary>Copies the rows of a tile to where they stand close together and do not meet in the same lines of the cache, and its totals from there.</summary>
internal static unsafe class GradPacking<T, TLanes>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    private const int PitchStep = 16;

    /// <summary>From one row to the next: an odd number of cache lines.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Pitch(int terms) => (nint)(((terms + PitchStep - 1) / PitchStep) | 1) * PitchStep;

    /// <summary>Copies rows of neighbouring terms, rowPitch apart; a row that does not exist repeats the last one.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Rows(T* source, nint rowPitch, int rows, int terms, T* target, nint pitch)
    {
        T* s1 = source + (Math.Min(1, rows - 1) * rowPitch);
        T* s2 = source + (Math.Min(2, rows - 1) * rowPitch);
        T* s3 = source + (Math.Min(3, rows - 1) * rowPitch);
        T* s4 = source + (Math.Min(4, rows - 1) * rowPitch);
        T* s5 = source + (Math.Min(5, rows - 1) * rowPitch);
        T* s6 = source + (Math.Min(6, rows - 1) * rowPitch);
        T* s7 = source + (Math.Min(7, rows - 1) * rowPitch);
        nint three = 3 * pitch;
        if (terms < TLanes.Count)
        {
            for (nint t = 0; t < terms; t++)
            {
                T* to = target + t;
                to[0] = source[t];
                to[pitch] = s1[t];
                to[2 * pitch] = s2[t];
                to[three] = s3[t];
                to += 4 * pitch;
                to[0] = s4[t];
                to[pitch] = s5[t];
                to[2 * pitch] = s6[t];
                to[three] = s7[t];
            }

            return;
        }

        // All rows side by side: each is short, and the processor does not look ahead from one to the next.
        for (nint t = 0; t < terms; t += TLanes.Count)
        {
            t = Math.Min(t, terms - TLanes.Count); // the last vector may overlap the one before
            T* to = target + t;
            TLanes.Store(TLanes.Load(source + t), to);
            TLanes.Store(TLanes.Load(s1 + t), to + pitch);
            TLanes.Store(TLanes.Load(s2 + t), to + (2 * pitch));
            TLanes.Store(TLanes.Load(s3 + t), to + three);
            to += 4 * pitch;
            TLanes.Store(TLanes.Load(s4 + t), to);
            TLanes.Store(TLanes.Load(s5 + t), to + pitch);
            TLanes.Store(TLanes.Load(s6 + t), to + (2 * pitch));
            TLanes.Store(TLanes.Load(s7 + t), to + three);
        }
    }

    /// <summary>Copies so many rows and columns of a tile.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Store(T* totals, nint pitch, int rows, int columns, T* target, nint targetPitch)
    {
        for (; rows > 0; rows--)
        {
            int i = 0;
            for (; i <= columns - TLanes.Count; i += TLanes.Count)
            {
                TLanes.Store(TLanes.Load(totals + i), target + i);
            }

            for (; i < columns; i++)
            {
                target[i] = totals[i];
            }

            totals += pitch;
            target += targetPitch;
        }
    }

    /// <summary>target = addend + block, the addend +0 where it is null, in so many rows and columns.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Add(T* block, nint pitch, int rows, int columns, T* addend, nint addendPitch, T* target, nint targetPitch)
    {
        for (int row = 0; row < rows; row++)
        {
            for (int i = 0; i < columns; i += TLanes.Count)
            {
                var total = addend == null ? TLanes.Zero : TLanes.Load(addend + (row * addendPitch) + i);
                TLanes.Store(TLanes.Add(total, TLanes.Load(block + i)), target + i);
            }

            block += pitch;
            target += targetPitch;
        }
    }
}
