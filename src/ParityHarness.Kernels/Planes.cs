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

    private static readonly nint[] Tables = [.. Enumerable.Range(0, LargestMerged + 1).Select(Table)];

    /// <summary>Fills planes planes of count elements, plane j at target + j*pitch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fill(T* row, int length, long first, int stride, long step, int planes, int count, T* target, nint pitch)
    {
        if (stride == 1 || step != 1 || stride > LargestMerged || planes > stride)
        {
            for (int j = 0; j < planes; j++)
            {
                FillOne(row, length, first + (j * step), stride, count, target + (j * pitch));
            }

            return;
        }

        // Elements before and after those of which all vectors are inside of the row go one by one.
        int start = first >= 0 ? 0 : (int)Math.Min(count, (-first + stride - 1) / stride);
        int end = (int)Math.Clamp((length - first) / stride, start, count);
        int vectorsEnd = start + ((end - start) / TLanes.Count * TLanes.Count);
        T* source = row + first;
        for (int e = start; e < vectorsEnd; e += TLanes.Count)
        {
            MergeVector(source + ((nint)e * stride), stride, planes, target + e, pitch);
        }

        for (int j = 0; j < planes; j++)
        {
            FillOne(row, length, first + j, stride, start, target + (j * pitch));
            FillOne(row, length, first + j + ((long)vectorsEnd * stride), stride, count - vectorsEnd, target + (j * pitch) + vectorsEnd);
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

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void MergeVector(T* source, int stride, int planes, T* target, nint pitch)
    {
        if (stride == 2)
        {
            var x0 = TLanes.Load(source);
            var x1 = TLanes.Load(source + TLanes.Count);
            int* both = (int*)Tables[2];
            TLanes.Store(TLanes.Merge(x0, x1, both), target);
            if (planes > 1)
            {
                TLanes.Store(TLanes.Merge(x0, x1, both + (TLanes.Count * sizeof(T) / sizeof(int))), target + pitch);
            }

            return;
        }

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
