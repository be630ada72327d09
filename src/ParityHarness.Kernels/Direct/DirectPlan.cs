using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

/// <summary>
/// The sizes of a problem that needs no preparations. In the terms of <see cref="Definition{T, TInteger}"/>: output o stands at place
/// m = o / stride with residue q = o % stride. A residue belongs to at most one phase k0, that with (k0*dilation - padding) mod stride = q; its
/// tap i reads position m + <see cref="Shift"/>(k0) - i*<see cref="InputStep"/>.
/// </summary>
internal readonly struct DirectPlan
{
    /// <summary>The largest stride.</summary>
    public const int MaxStride = 16;

    private const long LargestExtent = 1 << 24;

    // Copies of a panel stand on the stack.
    private const long LargestPanel = 1 << 14;
    private const int PanelWidth = 64;

    // Up to here the bands' preparations cost more than they gain, as measured: outputs that stay in L2, weights that need no packing, or little to do.
    private const int FewPairs = 64;
    private const int FewChannels = 64;
    private const int MostChannelsPerOutput = 8; // of more the chains of single rows wait for themselves
    private const long FewWeights = 1 << 15;
    private const long FewOutputs = 1 << 17;
    private const long SmallProducts = 1 << 14;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private DirectPlan(in ConvTranspose1dShape shape)
    {
        Groups = (int)shape.Groups;
        Channels = Groups == 1 ? (int)shape.InputChannels : (int)shape.InputChannels / Groups;
        OutputChannels = Groups == 1 ? (int)shape.OutputChannels : (int)shape.OutputChannels / Groups;
        Length = (int)shape.InputLength;
        KernelSize = (int)shape.KernelSize;
        OutputLength = (int)shape.OutputLength;
        Stride = (int)shape.Stride;
        Dilation = (int)shape.Dilation;
        Padding = (int)shape.Padding;
        int divisor = Dilation == 1 ? 1 : (int)CommonDivisor.Of(Stride, Dilation);
        TapStep = divisor == 1 ? Stride : Stride / divisor;
        InputStep = divisor == 1 ? Dilation : Dilation / divisor;
        Phases = Math.Min(KernelSize, TapStep);
        Positions = Stride == 1 ? OutputLength : ((OutputLength - 1) / Stride) + 1;
    }

    /// <summary>Input channels of a group.</summary>
    public int Channels { get; }

    /// <summary>Output channels of a group.</summary>
    public int OutputChannels { get; }

    public int Groups { get; private init; }

    public int Length { get; }

    public int KernelSize { get; }

    public int OutputLength { get; }

    public int Stride { get; }

    public int Dilation { get; }

    public int Padding { get; }

    /// <summary>From one tap of a phase to the next.</summary>
    public int TapStep { get; }

    /// <summary>How much farther back the next tap reads.</summary>
    public int InputStep { get; }

    public int Phases { get; }

    /// <summary>How many places there are.</summary>
    public int Positions { get; }

    /// <summary>False where a phase has many taps, or an extent is large.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool TryCreate(in ConvTranspose1dShape shape, out DirectPlan plan)
    {
        plan = default;
        bool small = shape.Stride <= MaxStride && shape.KernelSize <= SummationBlock.Terms && shape.InputChannels <= LargestExtent && shape.InputLength <= LargestExtent
            && shape.OutputChannels <= LargestExtent && shape.Padding <= LargestExtent && shape.OutputLength <= LargestExtent && shape.Dilation <= 1 << 16;
        if (!small)
        {
            return false;
        }

        plan = new DirectPlan(shape);
        return plan.Channels * (PanelWidth + ((plan.KernelSize - 1) * (long)plan.Dilation / plan.Stride)) <= LargestPanel;
    }

    /// <summary>Taps of a phase.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Taps(int phase) => TapStep == 1 ? KernelSize : ((KernelSize - 1 - phase) / TapStep) + 1;

    /// <summary>From a place to what the first tap of a phase reads: the padding less the phase's way, in whole strides, rounded up.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Shift(int phase)
    {
        int rest = Padding - (phase * Dilation);
        return Stride == 1 ? rest : rest >= 0 ? (rest + Stride - 1) / Stride : -(-rest / Stride);
    }

    /// <summary>The same for so many of the groups.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public DirectPlan OfGroups(int count) => this with { Groups = count };

    /// <summary>Whether this is the fastest path.</summary>
    /// <param name="batch">N.</param>
    /// <param name="threads">How many threads there are; only groups and items of the batch are shared out.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool Wins(long batch, int threads)
    {
        long weights = (long)Channels * OutputChannels * KernelSize;
        if (threads > 1 && batch * Groups < threads && Length * weights > PartedWork.LeastProductsPerThread)
        {
            return false;
        }

        bool isFew = (long)Channels * OutputChannels <= FewPairs || (Channels <= FewChannels && weights <= FewWeights && OutputChannels * (long)OutputLength <= FewOutputs);
        return (isFew && Channels <= MostChannelsPerOutput * OutputChannels) || batch * Groups * Length * weights <= SmallProducts;
    }
}
