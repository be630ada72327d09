using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

/// <summary>One block of terms for a tile of 8 rows by up to 3 vectors, by the kernels that the level's registers allow.</summary>
internal static unsafe class GradTile<T, TLanes>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    /// <summary>As <see cref="Tile8{T, TLanes}"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run(int vectors, T* x, nint* offsets, int terms, T* w, T* totals, nint pitch, bool first)
    {
        if (TLanes.HasManyRegisters)
        {
            switch (vectors)
            {
                case 1: Tile8<T, TLanes>.By1(x, offsets, terms, w, totals, pitch, first); break;
                case 2: Tile8<T, TLanes>.By2(x, offsets, terms, w, totals, pitch, first); break;
                default: Tile8<T, TLanes>.By3(x, offsets, terms, w, totals, pitch, first); break;
            }

            return;
        }

        for (int half = 0; half < BandPlan.TileRows; half += BandPlan.TileRows / 2)
        {
            switch (vectors)
            {
                case 1: Tile4Packed<T, TLanes>.By1(x, offsets, terms, w + half, totals + (half * pitch), pitch, first); break;
                case 2: Tile4Packed<T, TLanes>.By2(x, offsets, terms, w + half, totals + (half * pitch), pitch, first); break;
                default: Tile4Packed<T, TLanes>.By3(x, offsets, terms, w + half, totals + (half * pitch), pitch, first); break;
            }
        }
    }

    /// <summary>target = block where it is the first, else target + block, in so many columns of all 8 rows.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Add(T* block, nint pitch, int columns, T* target, bool first)
    {
        for (int row = 0; row < BandPlan.TileRows; row++)
        {
            for (int i = 0; i < columns; i += TLanes.Count)
            {
                var sum = TLanes.Load(block + i);
                TLanes.Store(first ? sum : TLanes.Add(TLanes.Load(target + i), sum), target + i);
            }

            block += pitch;
            target += pitch;
        }
    }

    /// <summary>Copies so many rows and columns of a tile. A first block's -0 becomes the +0 of the definition.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Store(T* totals, nint pitch, int rows, int columns, T* target, nint targetPitch)
    {
        for (; rows > 0; rows--)
        {
            int i = 0;
            for (; i <= columns - TLanes.Count; i += TLanes.Count)
            {
                TLanes.Store(TLanes.Add(TLanes.Load(totals + i), TLanes.Zero), target + i);
            }

            for (; i < columns; i++)
            {
                target[i] = totals[i] + T.Zero;
            }

            totals += pitch;
            target += targetPitch;
        }
    }
}
