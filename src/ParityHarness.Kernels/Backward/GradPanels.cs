using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

/// <summary>A row of lanes in panels of 3 vectors; of a last 4 vectors each panel has 2, since 1 alone does not fill the multipliers' latency.</summary>
internal readonly struct GradPanels
{
    private const int Vectors = 3;
    private readonly int vectors;
    private readonly int lanes;

    /// <summary>The panels of so many elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public GradPanels(int elements, int lanes)
    {
        this.lanes = lanes;
        vectors = ((elements - 1) / lanes) + 1;
        Count = ((vectors - 1) / Vectors) + 1;
    }

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>Elements of the widest panel that there can be.</summary>
    public int Width => Vectors * lanes;

    /// <summary>The first element and the number of vectors of a panel.</summary>
    public (int Start, int Vectors) this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            int first = index * Vectors;
            if (vectors % Vectors == 1 && vectors > 1 && index >= Count - 2)
            {
                return ((index == Count - 1 ? first - 1 : first) * lanes, 2);
            }

            return (first * lanes, Math.Min(Vectors, vectors - first));
        }
    }
}
