using System.Numerics;

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
    public void Add(T* partial)
    {
        for (int half = Partials / 2; half > 0; half /= 2)
        {
            for (int j = 0; j < half; j++)
            {
                partial[j] += partial[j + half];
            }
        }

        T sum = partial[0];
        for (long pairs = blocks++; (pairs & 1) == 1; pairs >>= 1)
        {
            sum = waiting[--count] + sum;
        }

        waiting[count++] = sum;
    }

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
