using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

/// <summary>
/// The polyphase form of a problem whose outputs are stored in whole runs: output o = m*stride + q, and all q have the same positions m = 0, 1, ...
/// In the terms of <see cref="Definition{T, TInteger}"/>, phase k0 is at q = (k0*dilation - padding) mod stride and j = m + the phase's shift; a q that
/// no phase is at has the bias alone.
/// A band is the fewest output channels whose rows (channel, phase) fill tiles of 8 rows in each class; its outputs are stored together.
/// </summary>
internal readonly struct BandPlan
{
    /// <summary>Rows of a tile; 24 accumulators of 3 vectors each, or twice 12.</summary>
    public const int TileRows = 8;

    private const long LargestStride = 1024;

    // Panels hold what the taps reach beside the positions.
    private const long LargestReach = 4096;
    private const long LargestPanel = 1 << 24;

    private readonly BandClasses classes;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private BandPlan(in ConvTranspose1dShape shape)
    {
        Channels = (int)(shape.InputChannels / shape.Groups);
        OutputChannels = (int)(shape.OutputChannels / shape.Groups);
        Groups = (int)shape.Groups;
        Length = (int)shape.InputLength;
        KernelSize = (int)shape.KernelSize;
        OutputLength = (int)Math.Min(shape.OutputLength, int.MaxValue); // more only in a plan that is made to pack weights
        Stride = (int)shape.Stride;
        Padding = (int)shape.Padding;
        Dilation = (int)shape.Dilation;
        int divisor = (int)CommonDivisor.Of(Stride, Dilation);
        TapStep = Stride / divisor;
        Step = Dilation / divisor;
        Positions = ((OutputLength - 1) / Stride) + 1;
        Reach = (KernelSize - 1) / TapStep * Step;
        LeastShift = int.MaxValue;
        int largestShift = int.MinValue;
        int phases = Math.Min(KernelSize, TapStep);
        for (int k0 = 0; k0 < phases;)
        {
            int first = k0;
            int taps = Taps(first);
            int shift = Shift(first);
            do
            {
                k0++;
            }
            while (k0 < phases && Taps(k0) == taps && Shift(k0) == shift);
            LeastShift = Math.Min(LeastShift, shift);
            largestShift = Math.Max(largestShift, shift);
            if (ClassCount < BandClasses.Most)
            {
                classes[ClassCount] = new BandClass(first, k0 - first, taps, SummationBlock.Channels(taps, Channels), shift);
            }

            ClassCount++;
        }

        Spread = largestShift - LeastShift;
        BandChannels = 1;
        while (BandChannels < TileRows && !FillsTiles(BandChannels))
        {
            BandChannels *= 2;
        }

        BandChannels = Math.Min(BandChannels, OutputChannels);
        Bands = ((OutputChannels - 1) / BandChannels) + 1;
    }

    /// <summary>Input channels of a group.</summary>
    public int Channels { get; }

    /// <summary>Output channels of a group.</summary>
    public int OutputChannels { get; }

    public int Groups { get; }

    public int Length { get; }

    public int KernelSize { get; }

    public int OutputLength { get; }

    public int Stride { get; }

    public int Dilation { get; }

    public int Padding { get; }

    /// <summary>From one tap of a phase to the next.</summary>
    public int TapStep { get; }

    /// <summary>How much farther back the next tap of a phase reads.</summary>
    public int Step { get; }

    /// <summary>How many m there are.</summary>
    public int Positions { get; }

    /// <summary>How many classes there are.</summary>
    public int ClassCount { get; }

    /// <summary>The smallest shift of a class.</summary>
    public int LeastShift { get; }

    /// <summary>The largest shift less the smallest.</summary>
    public int Spread { get; }

    /// <summary>Taps of the phase that has most.</summary>
    public int MostTaps => Taps(0);

    /// <summary>How far the last tap reads behind the first.</summary>
    public int Reach { get; }

    /// <summary>Up to here outputs have taps that read before the input.</summary>
    public int Head => (int)Math.Clamp((long)(Reach - LeastShift) * Stride, 0, OutputLength);

    /// <summary>From here on outputs have taps that read behind the input.</summary>
    public int Tail => (int)Math.Clamp((Length - LeastShift - (long)Spread) * Stride, 0, OutputLength);

    /// <summary>Output channels of a band; the last band of a group may have fewer.</summary>
    public int BandChannels { get; }

    /// <summary>Bands of a group.</summary>
    public int Bands { get; }

    /// <summary>Elements of a group's packed weights.</summary>
    public long PackedElementsOfGroup => ((Bands - 1L) * PackedElementsOf(BandChannels)) + PackedElementsOf(ChannelsOf(Bands - 1));

    /// <summary>Elements of the packed weights.</summary>
    public long PackedElements => Groups * PackedElementsOfGroup;

    /// <summary>False where an extent is extreme: the definition then serves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool TryCreate(in ConvTranspose1dShape shape, out BandPlan plan)
    {
        plan = default;
        if (shape.Stride > LargestStride || shape.Padding > int.MaxValue / 4 || shape.Dilation > LargestReach || shape.KernelSize * shape.Dilation > int.MaxValue / 4)
        {
            return false;
        }

        var made = new BandPlan(shape);
        if (made.ClassCount > BandClasses.Most || made.Reach > LargestReach || made.Spread > LargestReach || (made.Reach + made.Spread + 64L) * made.Channels > LargestPanel)
        {
            return false;
        }

        plan = made;
        return true;
    }

    /// <summary>A class; they stand in the order of their phases.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public BandClass Class(int index) => classes[index];

    /// <summary>The q that phase k0 is at.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Residue(int phase) => (int)((((long)phase * Dilation) - Padding) + ((long)Shift(phase) * Stride));

    /// <summary>Output channels of a band.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int ChannelsOf(int band) => Math.Min(BandChannels, OutputChannels - (band * BandChannels));

    /// <summary>Elements of a band's packed weights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public long PackedElementsOf(int channels)
    {
        long terms = 0;
        for (int i = 0; i < ClassCount; i++)
        {
            terms += (long)classes[i].PackedRows(channels) * classes[i].Taps;
        }

        return Channels * terms;
    }

    /// <summary>Tiles of a band.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Tiles(int channels)
    {
        int tiles = 0;
        for (int i = 0; i < ClassCount; i++)
        {
            tiles += classes[i].Tiles(channels);
        }

        return tiles;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Taps(int phase) => ((KernelSize - 1 - phase) / TapStep) + 1;

    // The padding less the phase's way, in whole strides, rounded up.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Shift(int phase)
    {
        int rest = Padding - (phase * Dilation);
        return rest >= 0 ? (rest + Stride - 1) / Stride : -(-rest / Stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool FillsTiles(int channels)
    {
        int rest = 0;
        for (int i = 0; i < Math.Min(ClassCount, BandClasses.Most); i++)
        {
            rest += channels * classes[i].Phases % TileRows;
        }

        return rest == 0;
    }
}
