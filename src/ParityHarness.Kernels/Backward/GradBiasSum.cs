using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ParityHarness.Kernels;

/// <summary>One channel's grad_bias, block by block: see <see cref="BackwardDefinition{T}"/>.</summary>
internal unsafe ref struct GradBiasSum<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Elements of a block.</summary>
    public const int BlockElements = 1024;

    /// <summary>Partial sums of a block.</summary>
    public const int Partials = 64;

    /// <summary>Sums that can wait for their neighbour: one for each bit of a number of blocks.</summary>
    public const int MostWaiting = 64;

    private readonly T* waiting;
    private int count;
    private long blocks;

    /// <summary>Nothing yet. waiting has room for <see cref="MostWaiting"/>.</summary>
    public GradBiasSum(T* waiting) => this.waiting = waiting;

    /// <summary>Adds a block by its partial sums, which are overwritten.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(T* partial)
    {
        T sum = Tree(partial);
        for (long pairs = blocks++; (pairs & 1) == 1; pairs >>= 1)
        {
            sum = waiting[--count] + sum;
        }

        waiting[count++] = sum;
    }

    // Without loops, where the processor would have to guess how often. 128 bits are everywhere.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Tree(T* partial)
    {
        if (sizeof(T) == sizeof(double))
        {
            for (int j = 0; j < Partials / 2; j += Vector128<T>.Count)
            {
                (Vector128.Load(partial + j) + Vector128.Load(partial + j + (Partials / 2))).Store(partial + j);
            }
        }

        // 16 vectors are left.
        var v0 = Pair(partial, 0) + Pair(partial, 4);
        var v1 = Pair(partial, 1) + Pair(partial, 5);
        var v2 = Pair(partial, 2) + Pair(partial, 6);
        var v3 = Pair(partial, 3) + Pair(partial, 7);
        var one = (v0 + v2) + (v1 + v3);
        return sizeof(T) == sizeof(double) ? one[0] + one[1] : (one[0] + one[2]) + (one[1] + one[3]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<T> Pair(T* partial, int vector)
        => Vector128.Load(partial + (vector * Vector128<T>.Count)) + Vector128.Load(partial + ((vector + 8) * Vector128<T>.Count));

    /// <summary>The sum of all blocks; +0 of none.</summary>
    public T Total()
    {
        T total = T.Zero;
        while (count > 0)
        {
            total += waiting[--count];
        }

        return total;
    }
}
