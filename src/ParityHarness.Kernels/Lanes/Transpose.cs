using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

// Squares of as many rows as a vector has lanes. To zip row r with row r + half for all r is one step of a perfect shuffle; after as many steps as the
// number of rows has bits the square is transposed. Two steps at a time are made in registers.

/// <summary>Transposes a matrix.</summary>
internal static unsafe class Transpose<T, TLanes>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    private const int MostLanes = 16;

    /// <summary>target[c*targetPitch + r] = source[r*sourcePitch + c] for so many rows and columns, and nothing beyond.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(T* source, nint sourcePitch, int rows, int columns, T* target, nint targetPitch)
    {
        T* square = stackalloc T[2 * MostLanes * MostLanes];
        T* other = square + (MostLanes * MostLanes);
        for (int r = 0; r < rows; r += TLanes.Count)
        {
            int height = Math.Min(TLanes.Count, rows - r);
            for (int c = 0; c < columns; c += TLanes.Count)
            {
                int width = Math.Min(TLanes.Count, columns - c);
                T* from = source + (r * sourcePitch) + c;
                T* to = target + (c * targetPitch) + r;
                if (height == TLanes.Count && width == TLanes.Count)
                {
                    Square(from, sourcePitch, to, targetPitch);
                    continue;
                }

                for (int i = 0; i < height; i++)
                {
                    new Span<T>(from + (i * sourcePitch), width).CopyTo(new Span<T>(square + (i * TLanes.Count), width));
                }

                Square(square, TLanes.Count, other, TLanes.Count);
                for (int i = 0; i < width; i++)
                {
                    new Span<T>(other + (i * TLanes.Count), height).CopyTo(new Span<T>(to + (i * targetPitch), height));
                }
            }
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Square(T* source, nint sourcePitch, T* target, nint targetPitch)
    {
        if (TLanes.Count == 2)
        {
            Zip2(source, sourcePitch, target, targetPitch);
            return;
        }

        if (TLanes.Count == 4)
        {
            Zip4(source, sourcePitch, target, targetPitch);
            return;
        }

        T* scratch = stackalloc T[MostLanes * MostLanes];
        for (int r = 0; r < TLanes.Count / 4; r++)
        {
            Zip4(source + (r * sourcePitch), TLanes.Count / 4 * sourcePitch, scratch + (4 * r * TLanes.Count), TLanes.Count);
        }

        if (TLanes.Count == 8)
        {
            for (int r = 0; r < 4; r++)
            {
                Zip2(scratch + (r * TLanes.Count), 4 * TLanes.Count, target + (2 * r * targetPitch), targetPitch);
            }
        }
        else
        {
            for (int r = 0; r < TLanes.Count / 4; r++)
            {
                Zip4(scratch + (r * TLanes.Count), TLanes.Count / 4 * TLanes.Count, target + (4 * r * targetPitch), targetPitch);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Zip2(T* source, nint sourcePitch, T* target, nint targetPitch)
    {
        var a = TLanes.Load(source);
        var b = TLanes.Load(source + sourcePitch);
        TLanes.Store(TLanes.ZipLow(a, b), target);
        TLanes.Store(TLanes.ZipHigh(a, b), target + targetPitch);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Zip4(T* source, nint sourcePitch, T* target, nint targetPitch)
    {
        var a = TLanes.Load(source);
        var b = TLanes.Load(source + sourcePitch);
        var c = TLanes.Load(source + (2 * sourcePitch));
        var d = TLanes.Load(source + (3 * sourcePitch));
        var ac = TLanes.ZipLow(a, c);
        var bd = TLanes.ZipLow(b, d);
        TLanes.Store(TLanes.ZipLow(ac, bd), target);
        TLanes.Store(TLanes.ZipHigh(ac, bd), target + targetPitch);
        ac = TLanes.ZipHigh(a, c);
        bd = TLanes.ZipHigh(b, d);
        TLanes.Store(TLanes.ZipLow(ac, bd), target + (2 * targetPitch));
        TLanes.Store(TLanes.ZipHigh(ac, bd), target + (3 * targetPitch));
    }
}
