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

    /// <summary>Partial sums that are left after the first two halvings.</summary>
    public const int Folded = 16;

    /// <summary>Sums that can wait for their neighbour: one for each bit of a number of blocks.</summary>
    public const int MostWaiting = 64;

    private readonly T* waiting;
    private int count;
    private long blocks;

    /// <summary>Nothing yet. waiting has room for <see cref="MostWaiting"/>.</summary>
    public GradBiasSum(T* waiting) => this.waiting = waiting;

    /// <summary>Adds a block by its partial sums, which are overwritten.</summary>
    public void Add(T* partial)
    {
        for (int half = Partials / 2; half >= Folded; half /= 2)
        {
            for (int j = 0; j < half; j++)
            {
                partial[j] += partial[j + half];
            }
        }

        AddFolded(partial);
    }

    /// <summary>Adds a block of whose partial sums <see cref="Folded"/> are left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddFolded(T* partial)
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
            var one = (Quad(partial, 0) + Quad(partial, 2)) + (Quad(partial, 1) + Quad(partial, 3));
            return one[0] + one[1];
        }

        var pair = Pair(partial, 0) + Pair(partial, 1);
        return (pair[0] + pair[2]) + (pair[1] + pair[3]);
    }

    // Of 4 and of 8 vectors.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<T> Pair(T* partial, int vector)
        => Vector128.Load(partial + (vector * Vector128<T>.Count)) + Vector128.Load(partial + ((vector + 2) * Vector128<T>.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<T> Quad(T* partial, int vector)
        => Vector128.Load(partial + (vector * Vector128<T>.Count)) + Vector128.Load(partial + ((vector + 4) * Vector128<T>.Count));

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
