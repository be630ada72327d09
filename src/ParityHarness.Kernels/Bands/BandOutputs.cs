using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

// Memory: the totals of a band at a panel, [row][panel's width], class by class, and a row of zeros after them for each q that no phase is at.

/// <summary>Totals on their way to the output.</summary>
internal unsafe struct BandOutputs<T, TLanes>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    private readonly T* spare;
    private readonly nint* rowOffsets;
    private readonly nint* rowSteps;
    private readonly int stride;
    private readonly nint outputLength;
    private readonly nint zeros;
    private readonly bool isByElements;

    /// <summary>For a plan, with room for the totals, a vector for each q, and two numbers for each q.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public BandOutputs(in BandPlan plan, T* totals, T* spare, nint* numbers)
    {
        Totals = totals;
        this.spare = spare;
        stride = plan.Stride;
        outputLength = plan.OutputLength;
        rowOffsets = numbers;
        rowSteps = numbers + stride;
        zeros = Elements(plan) - BandPanels<T, TLanes>.Width;
        new Span<T>(totals + zeros, BandPanels<T, TLanes>.Width).Clear();
        isByElements = Interleave<T, TLanes>.IsByElements(stride, Math.Min(plan.KernelSize, plan.TapStep));
    }

    /// <summary>The totals that tiles add to.</summary>
    public T* Totals { get; }

    /// <summary>Elements of a band's totals.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Elements(in BandPlan plan) => (((nint)plan.Tiles(plan.BandChannels) * BandPlan.TileRows) + 1) * BandPanels<T, TLanes>.Width;

    /// <summary>Bands of so many channels come. Where the totals of the first channel's phase at each q stand, and how much farther the next channel's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Lay(in BandPlan plan, int bandChannels)
    {
        new Span<nint>(rowOffsets, stride).Fill(zeros);
        new Span<nint>(rowSteps, stride).Clear();
        int before = 0;
        for (int i = 0; i < plan.ClassCount; i++)
        {
            var phases = plan.Class(i);
            int q = plan.Residue(phases.FirstPhase);
            for (int phase = 0; phase < phases.Phases; phase++)
            {
                rowOffsets[q] = ((before * (nint)BandPlan.TileRows) + phase) * BandPanels<T, TLanes>.Width;
                rowSteps[q] = phases.Phases * (nint)BandPanels<T, TLanes>.Width;
                q += plan.Dilation; // the shift is the same, so this stays below the stride
            }

            before += phases.Tiles(bandChannels);
        }
    }

    /// <summary>The totals are complete: stores so many outputs of each channel, the first channel's from a place on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Store(int channels, int count, T* bias, T* y)
    {
        (int whole, int rest) = Math.DivRem(count, stride * TLanes.Count);
        for (int c = 0; c < channels; c++)
        {
            T value = bias is null ? T.Zero : T.Zero + bias[c];
            Interleave<T, TLanes>.Store(Totals, rowOffsets, zeros, isByElements, stride, whole, rest, value, spare, y);
            y += outputLength;
            for (int q = 0; q < stride; q++)
            {
                rowOffsets[q] += rowSteps[q];
            }
        }

        for (int q = 0; q < stride; q++)
        {
            rowOffsets[q] -= channels * rowSteps[q];
        }
    }
}
