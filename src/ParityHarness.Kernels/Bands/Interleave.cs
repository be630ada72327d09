using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ParityHarness.Kernels;

// Memory: row q of a channel's totals at totals + rows[q], its elements are positions m; output m*stride + q = row q's element m, plus the bias.
// Vectors: of each vector of positions come stride vectors of outputs. Strides 1, 2, 4 and 8 are zipped in registers; of the others each output vector
// is merged from the rows one after another by a table of lanes. Where few of many q have a row, and at large strides, the outputs are filled with the
// bias, and the rows' elements stored one by one.

/// <summary>Stores a channel's outputs from the rows of its phases.</summary>
internal static unsafe class Interleave<T, TLanes>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    // Merging takes stride - 1 steps a vector: farther up single stores are as fast.
    private const int LargestMerged = 12;

    // Of a step of merging, in stores of single elements.
    private const int MergeCost = 3;

    private static readonly nint[] Tables = [.. Enumerable.Range(0, LargestMerged + 1).Select(Table)];

    /// <summary>Whether rows for so many of the q are stored element by element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool IsByElements(int stride, int rows)
        => stride > LargestMerged || (stride is not (1 or 2 or 3 or 4 or 8) && (rows * TLanes.Count) + stride < MergeCost * stride * (stride - 1));

    /// <summary>Writes the outputs of whole vectors of positions, and rest more. spare has room for stride vectors. A q that has the row none has none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(T* totals, nint* rows, nint none, bool isByElements, int stride, int whole, int rest, T bias, T* spare, T* y)
    {
        StoreVectors(totals, rows, none, isByElements, stride, whole, bias, y);
        if (rest > 0)
        {
            StoreVectors(totals + ((nint)whole * TLanes.Count), rows, none, isByElements, stride, 1, bias, spare);
            new Span<T>(spare, rest).CopyTo(new Span<T>(y + ((nint)whole * stride * TLanes.Count), rest));
        }
    }

    /// <summary>Writes whole vectors of positions, so vectors*stride vectors of outputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreVectors(T* totals, nint* rows, nint none, bool isByElements, int stride, int vectors, T bias, T* y)
    {
        if (isByElements)
        {
            Scatter(totals, rows, none, stride, vectors, bias, y);
            return;
        }

        switch (stride)
        {
            case 1: Store1(totals, rows, vectors, bias, y); break;
            case 2: Store2(totals, rows, vectors, bias, y); break;
            case 3: Store3(totals, rows, vectors, bias, y); break;
            case 4: Store4(totals, rows, vectors, bias, y); break;
            case 8: Store8(totals, rows, vectors, bias, y); break;
            default: Merge(totals, rows, stride, vectors, bias, y); break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Store1(T* totals, nint* rows, int vectors, T bias, T* y)
    {
        var b = TLanes.Broadcast(bias);
        T* r0 = totals + rows[0];
        for (; vectors > 0; vectors--)
        {
            TLanes.Store(TLanes.Add(TLanes.Load(r0), b), y);
            r0 += TLanes.Count;
            y += TLanes.Count;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Store2(T* totals, nint* rows, int vectors, T bias, T* y)
    {
        var b = TLanes.Broadcast(bias);
        T* r0 = totals + rows[0];
        T* r1 = totals + rows[1];
        for (; vectors > 0; vectors--)
        {
            Zip(TLanes.Add(TLanes.Load(r0), b), TLanes.Add(TLanes.Load(r1), b), y);
            r0 += TLanes.Count;
            r1 += TLanes.Count;
            y += 2 * TLanes.Count;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Store3(T* totals, nint* rows, int vectors, T bias, T* y)
    {
        var b = TLanes.Broadcast(bias);
        int* table = (int*)Tables[3];
        int vectorLanes = TLanes.Count * sizeof(T) / sizeof(int);
        T* r0 = totals + rows[0];
        T* r1 = totals + rows[1];
        T* r2 = totals + rows[2];
        for (; vectors > 0; vectors--)
        {
            var x0 = TLanes.Add(TLanes.Load(r0), b);
            var x1 = TLanes.Add(TLanes.Load(r1), b);
            var x2 = TLanes.Add(TLanes.Load(r2), b);
            TLanes.Store(TLanes.Merge(TLanes.Merge(x0, x1, table), x2, table + vectorLanes), y);
            TLanes.Store(TLanes.Merge(TLanes.Merge(x0, x1, table + (2 * vectorLanes)), x2, table + (3 * vectorLanes)), y + TLanes.Count);
            TLanes.Store(TLanes.Merge(TLanes.Merge(x0, x1, table + (4 * vectorLanes)), x2, table + (5 * vectorLanes)), y + (2 * TLanes.Count));
            r0 += TLanes.Count;
            r1 += TLanes.Count;
            r2 += TLanes.Count;
            y += 3 * TLanes.Count;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Store4(T* totals, nint* rows, int vectors, T bias, T* y)
    {
        var b = TLanes.Broadcast(bias);
        T* r0 = totals + rows[0];
        T* r1 = totals + rows[1];
        T* r2 = totals + rows[2];
        T* r3 = totals + rows[3];
        for (; vectors > 0; vectors--)
        {
            Zip4(TLanes.Add(TLanes.Load(r0), b), TLanes.Add(TLanes.Load(r1), b), TLanes.Add(TLanes.Load(r2), b), TLanes.Add(TLanes.Load(r3), b), y);
            r0 += TLanes.Count;
            r1 += TLanes.Count;
            r2 += TLanes.Count;
            r3 += TLanes.Count;
            y += 4 * TLanes.Count;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Store8(T* totals, nint* rows, int vectors, T bias, T* y)
    {
        for (; vectors > 0; vectors--)
        {
            Zip8(totals, rows, bias, y);
            totals += TLanes.Count;
            y += 8 * TLanes.Count;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Row(T* totals, nint* rows, int q, T bias) => TLanes.Add(TLanes.Load(totals + rows[q]), TLanes.Broadcast(bias));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Zip(TLanes left, TLanes right, T* y)
    {
        TLanes.Store(TLanes.ZipLow(left, right), y);
        TLanes.Store(TLanes.ZipHigh(left, right), y + TLanes.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Zip8(T* totals, nint* rows, T bias, T* y)
    {
        var r0 = Row(totals, rows, 0, bias);
        var r1 = Row(totals, rows, 1, bias);
        var r2 = Row(totals, rows, 2, bias);
        var r3 = Row(totals, rows, 3, bias);
        var r4 = Row(totals, rows, 4, bias);
        var r5 = Row(totals, rows, 5, bias);
        var r6 = Row(totals, rows, 6, bias);
        var r7 = Row(totals, rows, 7, bias);
        Zip4(TLanes.ZipLow(r0, r4), TLanes.ZipLow(r1, r5), TLanes.ZipLow(r2, r6), TLanes.ZipLow(r3, r7), y);
        Zip4(TLanes.ZipHigh(r0, r4), TLanes.ZipHigh(r1, r5), TLanes.ZipHigh(r2, r6), TLanes.ZipHigh(r3, r7), y + (4 * TLanes.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Zip4(TLanes r0, TLanes r1, TLanes r2, TLanes r3, T* y)
    {
        Zip(TLanes.ZipLow(r0, r2), TLanes.ZipLow(r1, r3), y);
        Zip(TLanes.ZipHigh(r0, r2), TLanes.ZipHigh(r1, r3), y + (2 * TLanes.Count));
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Merge(T* totals, nint* rows, int stride, int vectors, T bias, T* y)
    {
        var b = TLanes.Broadcast(bias);
        for (; vectors > 0; vectors--)
        {
            int* table = (int*)Tables[stride];
            for (int v = 0; v < stride; v++)
            {
                var merged = TLanes.Load(totals + rows[0]);
                for (int q = 1; q < stride; q++)
                {
                    merged = TLanes.Merge(merged, TLanes.Load(totals + rows[q]), table);
                    table += TLanes.Count * sizeof(T) / sizeof(int);
                }

                TLanes.Store(TLanes.Add(merged, b), y);
                y += TLanes.Count;
            }

            totals += TLanes.Count;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Scatter(T* totals, nint* rows, nint none, int stride, int vectors, T bias, T* y)
    {
        var b = TLanes.Broadcast(bias);
        nint count = (nint)vectors * TLanes.Count;
        for (nint i = 0; i < count * stride; i += TLanes.Count)
        {
            TLanes.Store(b, y + i);
        }

        for (int q = 0; q < stride; q++)
        {
            if (rows[q] != none)
            {
                T* row = totals + rows[q];
                T* target = y + q;
                for (nint i = 0; i < count; i += 2)
                {
                    target[0] = row[i] + bias;
                    target[stride] = row[i + 1] + bias;
                    target += 2 * stride;
                }
            }
        }
    }

    // [output vector][row 1..stride - 1][lane]: the first step places rows 0 and 1, each further step one row more. Kept for the life of the process.
    private static nint Table(int stride)
    {
        int parts = sizeof(T) / sizeof(int);
        int lanes = TLanes.Count * parts;
        int* table = (int*)NativeMemory.Alloc((nuint)(Math.Max(1, stride * (stride - 1) * lanes) * sizeof(int)));
        int* next = table;
        for (int v = 0; v < stride; v++)
        {
            for (int q = 1; q < stride; q++)
            {
                for (int lane = 0; lane < lanes; lane++)
                {
                    (int m, int row) = Math.DivRem((v * TLanes.Count) + (lane / parts), stride);
                    int inRow = (m * parts) + (lane % parts);
                    *next++ = row == q ? lanes + inRow : q == 1 && row == 0 ? inRow : lane;
                }
            }
        }

        return (nint)table;
    }
}
