using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ParityHarness.Kernels;

// Lanes are partial sums: 4 vectors of them at a time, over a block that stays in L1. Order of summation: BackwardDefinition's.

/// <summary>grad_bias by vectors.</summary>
internal static unsafe class GradBiasLanes<T, TLanes>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    private const int Partials = GradBiasSum<T>.Partials;
    private const int Line = 64;
    private const int Block = GradBiasSum<T>.BlockElements;

    private static readonly nint Tables = Table();

    /// <summary>Computes some channels, of all groups.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(in GradPlan plan, int firstChannel, int endChannel, T* gradOutput, T* gradBias)
    {
        byte* room = stackalloc byte[(Partials * sizeof(T)) + Line];
        T* partial = (T*)(((nint)room + Line - 1) & -Line);
        T* waiting = stackalloc T[GradBiasSum<T>.MostWaiting];
        long channels = (long)plan.Groups * plan.OutputChannels;
        for (int c = firstChannel; c < endChannel; c++)
        {
            var sum = new GradBiasSum<T>(waiting);
            for (long n = 0; n < plan.Batch; n++)
            {
                T* row = gradOutput + (((n * channels) + c) * plan.OutputLength);
                for (int from = 0; from < plan.OutputLength; from += Block)
                {
                    int count = Math.Min(Block, plan.OutputLength - from);
                    (int whole, int rest) = Math.DivRem(count, Partials);
                    for (int j = 0; j < Partials; j += 4 * TLanes.Count)
                    {
                        Sum(row + from + j, whole, (rest - j) / TLanes.Count, partial + j);
                    }

                    int tail = rest % TLanes.Count;
                    if (tail > 0)
                    {
                        AddTail(row + from + count, tail, count >= TLanes.Count, partial + rest - tail);
                    }

                    sum.Add(partial);
                }
            }

            gradBias[c] = sum.Total();
        }
    }

    // The last elements of a row, fewer than a vector: those of a whole vector that ends with them, moved to its start, and zeros. Single elements
    // would make the vectors that are read next wait for them.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddTail(T* end, int tail, bool hasVector, T* partial)
    {
        if (hasVector)
        {
            int* table = (int*)Tables + (tail * TLanes.Count * (sizeof(T) / sizeof(int)));
            TLanes.Store(TLanes.Add(TLanes.Load(partial), TLanes.Merge(TLanes.Load(end - TLanes.Count), TLanes.Zero, table)), partial);
            return;
        }

        for (int e = 0; e < tail; e++)
        {
            partial[e] += end[e - tail];
        }
    }

    // [tail][lane]: which lane moves here, or a zero. Kept for the life of the process.
    private static nint Table()
    {
        int parts = sizeof(T) / sizeof(int);
        int lanes = TLanes.Count * parts;
        int* table = (int*)NativeMemory.Alloc((nuint)(TLanes.Count * lanes * sizeof(int)));
        for (int tail = 0; tail < TLanes.Count; tail++)
        {
            for (int lane = 0; lane < lanes; lane++)
            {
                table[(tail * lanes) + lane] = lane < tail * parts ? lanes - (tail * parts) + lane : lanes + lane;
            }
        }

        return (nint)table;
    }

    // count times 4 vectors, and then so many of the next 4 as are there.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Sum(T* source, int count, int more, T* partial)
    {
        TLanes s0 = TLanes.Zero, s1 = TLanes.Zero, s2 = TLanes.Zero, s3 = TLanes.Zero;
        for (; count > 0; count--)
        {
            s0 = TLanes.Add(s0, TLanes.Load(source));
            s1 = TLanes.Add(s1, TLanes.Load(source + TLanes.Count));
            s2 = TLanes.Add(s2, TLanes.Load(source + (2 * TLanes.Count)));
            s3 = TLanes.Add(s3, TLanes.Load(source + (3 * TLanes.Count)));
            source += Partials;
        }

        if (more > 0)
        {
            s0 = TLanes.Add(s0, TLanes.Load(source));
        }

        if (more > 1)
        {
            s1 = TLanes.Add(s1, TLanes.Load(source + TLanes.Count));
        }

        if (more > 2)
        {
            s2 = TLanes.Add(s2, TLanes.Load(source + (2 * TLanes.Count)));
        }

        if (more > 3)
        {
            s3 = TLanes.Add(s3, TLanes.Load(source + (3 * TLanes.Count)));
        }

        TLanes.Store(s0, partial);
        TLanes.Store(s1, partial + TLanes.Count);
        TLanes.Store(s2, partial + (2 * TLanes.Count));
        TLanes.Store(s3, partial + (3 * TLanes.Count));
    }
}
