using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

/// <summary>Copies and adds the totals of a tile.</summary>
internal static unsafe class GradPacking<T, TLanes>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
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
