using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

/// <summary>
/// The sizes of a problem whose outputs have few terms. In the terms of <see cref="Definition{T, TInteger}"/>: output o stands at place
/// m = (o + padding) / stride with residue q = (o + padding) % stride. A residue belongs to at most one phase k0, that with
/// k0*dilation % stride = q; its tap i reads position m - k0*dilation/stride - i*<see cref="InputStep"/>.
/// </summary>
internal readonly struct DirectPlan
{
    /// <summary>The largest stride.</summary>
    public const int MaxStride = 16;

    private const long LargestExtent = 1 << 24;

    // Up to here the bands' preparations cost more than they gain, as measured.
    private const long SmallProducts = 512;
    private const int FewPairs = 16;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private DirectPlan(in ConvTranspose1dShape shape)
    {
        Channels = (int)(shape.InputChannels / shape.Groups);
        OutputChannels = (int)(shape.OutputChannels / shape.Groups);
        Groups = (int)shape.Groups;
        Length = (int)shape.InputLength;
        KernelSize = (int)shape.KernelSize;
        OutputLength = (int)shape.OutputLength;
        Stride = (int)shape.Stride;
        Dilation = (int)shape.Dilation;
        Padding = (int)shape.Padding;
        int divisor = Stride;
        for (int rest = Dilation; rest != 0;)
        {
            (divisor, rest) = (rest, divisor % rest);
        }

        TapStep = Stride / divisor;
        InputStep = Dilation / divisor;
        Phases = Math.Min(KernelSize, TapStep);
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

    /// <summary>False where an output has many terms, or an extent is large.</summary>
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
        int taps = ((plan.KernelSize - 1) / plan.TapStep) + 1;
        return plan.Channels * (long)taps <= SummationBlock.Terms;
    }

    /// <summary>The same for so many of the groups.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public DirectPlan OfGroups(int count) => this with { Groups = count };

    /// <summary>Whether this is the fastest path: few channels a group, or little to do.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool Wins(long batch) => (long)Channels * OutputChannels <= FewPairs
        || batch * Groups * Channels * OutputChannels * Length * KernelSize <= SmallProducts;
}
