using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ParityHarness.Kernels;

// Vectors: of stride vectors that lie one after another each plane's vector is merged, one source vector after the other, by a table of lanes.

/// <summary>Takes a row apart by stride: element e of plane j is row element first + e*stride + j*step, zero outside of the row.</summary>
internal static unsafe class Planes<T, TLanes>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    private const int LargestMerged = 12;
    private const int MostCopied = 2048;

    private static readonly nint[] Tables = [.. Enumerable.Range(0, LargestMerged + 1).Select(Table)];

    /// <summary>Fills planes planes of count elements, plane j at target + j*pitch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fill(T* row, int length, long first, int stride, long step, int planes, int count, T* target, nint pitch)
    {
        bool isTogether = step == 1 && planes <= stride;
        long span = ((planes - 1) * step) + ((long)count * stride);
        bool isInside = first >= 0 && first + span <= length;
        if (stride == 1 || stride > LargestMerged || count < TLanes.Count)
        {
            for (int j = 0; j < planes; j++)
            {
                FillOne(row, length, first + (j * step), stride, count, target + (j * pitch));
            }

            return;
        }

        if (isInside)
        {
            MergeAll(row + first, stride, step, isTogether, planes, count, target, pitch);
            return;
        }

        if (span <= MostCopied)
        {
            FillByCopy(row, length, first, stride, step, isTogether, planes, count, (int)span, target, pitch);
            return;
        }

        if (!isTogether)
        {
            for (int j = 0; j < planes; j++)
            {
                Fill(row, length, first + (j * step), stride, 1, 1, count, target + (j * pitch), pitch);
            }

            return;
        }

        // Elements before and after those of which all vectors are inside of the row go one by one.
        int start = first >= 0 ? 0 : (int)Math.Min(count, (-first + stride - 1) / stride);
        int end = (int)Math.Clamp((length - first) / stride, start, count);
        if (end - start >= TLanes.Count)
        {
            Merge(row + first + ((nint)start * stride), stride, planes, end - start, target + start, pitch);
        }
        else
        {
            end = start;
        }

        for (int j = 0; j < planes; j++)
        {
            FillOne(row, length, first + j, stride, start, target + (j * pitch));
            FillOne(row, length, first + j + ((long)end * stride), stride, count - end, target + (j * pitch) + end);
        }
    }

    // By a copy of what is read, with zeros around it.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void FillByCopy(T* row, int length, long first, int stride, long step, bool isTogether, int planes, int count, int span, T* target, nint pitch)
    {
        T* copy = stackalloc T[MostCopied];
        FillOne(row, length, first, 1, span, copy);
        MergeAll(copy, stride, step, isTogether, planes, count, target, pitch);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MergeAll(T* source, int stride, long step, bool isTogether, int planes, int count, T* target, nint pitch)
    {
        if (isTogether)
        {
            Merge(source, stride, planes, count, target, pitch);
            return;
        }

        for (int j = 0; j < planes; j++)
        {
            Merge(source + (j * (nint)step), stride, 1, count, target + (j * pitch), pitch);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FillOne(T* row, int length, long first, int stride, int count, T* target)
    {
        int start = first >= 0 ? 0 : (int)Math.Min(count, (-first + stride - 1) / stride);
        int end = first >= length ? start : (int)Math.Clamp(((length - 1 - first) / stride) + 1, start, count);
        new Span<T>(target, start).Clear();
        T* source = row + first + ((nint)start * stride);
        if (stride == 1)
        {
            new Span<T>(source, end - start).CopyTo(new Span<T>(target + start, end - start));
        }
        else
        {
            for (int e = start; e < end; e++)
            {
                target[e] = *source;
                source += stride;
            }
        }

        new Span<T>(target + end, count - end).Clear();
    }

    // At least one vector; the last one may overlap the one before.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Merge(T* source, int stride, int planes, int count, T* target, nint pitch)
    {
        int* even = (int*)Tables[2];
        int* odd = even + (TLanes.Count * sizeof(T) / sizeof(int));
        int last = count - TLanes.Count;
        for (int e = 0; ; e = Math.Min(e + TLanes.Count, last))
        {
            T* from = source + ((nint)e * stride);
            switch (planes == stride ? stride : 0)
            {
                case 2: Split2(TLanes.Load(from), TLanes.Load(from + TLanes.Count), even, odd, target + e, pitch); break;
                case 4: Split4(from, even, odd, target + e, pitch); break;
                case 8: Split8(from, even, odd, target + e, pitch); break;
                default: SplitAny(from, stride, planes, target + e, pitch); break;
            }

            if (e == last)
            {
                return;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SplitAny(T* source, int stride, int planes, T* target, nint pitch)
    {
        int* table = (int*)Tables[stride];
        for (int j = 0; j < planes; j++)
        {
            var merged = TLanes.Load(source);
            for (int v = 1; v < stride; v++)
            {
                merged = TLanes.Merge(merged, TLanes.Load(source + (v * TLanes.Count)), table);
                table += TLanes.Count * sizeof(T) / sizeof(int);
            }

            TLanes.Store(merged, target + (j * pitch));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Split2(TLanes x0, TLanes x1, int* even, int* odd, T* target, nint pitch)
    {
        TLanes.Store(TLanes.Merge(x0, x1, even), target);
        TLanes.Store(TLanes.Merge(x0, x1, odd), target + pitch);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Split4(T* source, int* even, int* odd, T* target, nint pitch)
    {
        var x0 = TLanes.Load(source);
        var x1 = TLanes.Load(source + TLanes.Count);
        var x2 = TLanes.Load(source + (2 * TLanes.Count));
        var x3 = TLanes.Load(source + (3 * TLanes.Count));
        Split2(TLanes.Merge(x0, x1, even), TLanes.Merge(x2, x3, even), even, odd, target, 2 * pitch);
        Split2(TLanes.Merge(x0, x1, odd), TLanes.Merge(x2, x3, odd), even, odd, target + pitch, 2 * pitch);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Split8(T* source, int* even, int* odd, T* target, nint pitch)
    {
        Split8Half(source, even, even, odd, target, pitch);
        Split8Half(source, odd, even, odd, target + pitch, pitch);
    }

    // The even or the odd elements, which are every second plane.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Split8Half(T* source, int* half, int* even, int* odd, T* target, nint pitch)
    {
        var x0 = TLanes.Merge(TLanes.Load(source), TLanes.Load(source + TLanes.Count), half);
        var x1 = TLanes.Merge(TLanes.Load(source + (2 * TLanes.Count)), TLanes.Load(source + (3 * TLanes.Count)), half);
        var x2 = TLanes.Merge(TLanes.Load(source + (4 * TLanes.Count)), TLanes.Load(source + (5 * TLanes.Count)), half);
        var x3 = TLanes.Merge(TLanes.Load(source + (6 * TLanes.Count)), TLanes.Load(source + (7 * TLanes.Count)), half);
        Split2(TLanes.Merge(x0, x1, even), TLanes.Merge(x2, x3, even), even, odd, target, 4 * pitch);
        Split2(TLanes.Merge(x0, x1, odd), TLanes.Merge(x2, x3, odd), even, odd, target + (2 * pitch), 4 * pitch);
    }

    // [plane][source vector 1..stride - 1][lane]: the first step takes from vectors 0 and 1, each further step from one vector more. Kept for the life
    // of the process.
    private static nint Table(int stride)
    {
        int parts = sizeof(T) / sizeof(int);
        int lanes = TLanes.Count * parts;
        int* table = (int*)NativeMemory.Alloc((nuint)(Math.Max(1, stride * (stride - 1) * lanes) * sizeof(int)));
        int* next = table;
        for (int j = 0; j < stride; j++)
        {
            for (int v = 1; v < stride; v++)
            {
                for (int lane = 0; lane < lanes; lane++)
                {
                    (int vector, int element) = Math.DivRem((lane / parts * stride) + j, TLanes.Count);
                    int inVector = (element * parts) + (lane % parts);
                    *next++ = vector == v ? lanes + inVector : v == 1 && vector == 0 ? inVector : lane;
                }
            }
        }

        return (nint)table;
    }
}
