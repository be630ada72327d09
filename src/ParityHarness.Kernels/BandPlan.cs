namespace ParityHarness.Kernels;

/// <summary>
/// The polyphase form of a problem whose outputs can be stored in whole runs: output o = m*stride + q belongs to the phase k0 = (q + padding) mod stride,
/// for every q, and all phases have the same positions m = 0, 1, ... In the terms of <see cref="Definition{T, TInteger}"/>, j = m + the phase's shift.
/// A band is the fewest output channels whose rows (channel, phase) fill tiles of 8 rows in each class; its outputs are stored together.
/// </summary>
internal readonly struct BandPlan
{
    private const long LargestStride = 64;

    // Panels hold the taps' reach beside the positions: farther than this they would be mostly reach.
    private const long LargestReach = 96;

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
        Step = Stride == 1 ? (int)shape.Dilation : 1;
        Positions = ((OutputLength - 1) / Stride) + 1;

        // Taps change at k0 = K mod stride, the shift at k0 = padding mod stride.
        int first = Math.Min(KernelSize % Stride, Padding % Stride);
        int second = Math.Max(KernelSize % Stride, Padding % Stride);
        Class0 = Class(0, first);
        Class1 = Class(first, second);
        Class2 = Class(second, Stride);
        LeastShift = Padding / Stride;
        Spread = Padding % Stride == 0 ? 0 : 1;
        Reach = (KernelSize - 1) / Stride * Step;
        BandChannels = 1;
        while ((BandChannels * Class0.Phases % TilePlan.TileRows) + (BandChannels * Class1.Phases % TilePlan.TileRows) + (BandChannels * Class2.Phases % TilePlan.TileRows) > 0)
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

    public int Padding { get; }

    /// <summary>How much farther back the next tap of a phase reads.</summary>
    public int Step { get; }

    /// <summary>How many m there are.</summary>
    public int Positions { get; }

    /// <summary>The classes, in the order of their phases; one without phases does not exist.</summary>
    public BandClass Class0 { get; }

    public BandClass Class1 { get; }

    public BandClass Class2 { get; }

    /// <summary>The smallest shift of a class.</summary>
    public int LeastShift { get; }

    /// <summary>The largest shift less the smallest.</summary>
    public int Spread { get; }

    /// <summary>Taps of the phase that has most.</summary>
    public int MostTaps => ((KernelSize - 1) / Stride) + 1;

    /// <summary>How far the last tap reads behind the first.</summary>
    public int Reach { get; }

    /// <summary>Whether each output has a tap that reads the input; the others, appended at the far end, are the bias alone.</summary>
    public bool CoversOutput
    {
        get
        {
            for (int o = Math.Max(0, OutputLength - Stride); o < OutputLength; o++)
            {
                int k0 = (int)(((long)o + Padding) % Stride);
                long j = ((long)o + Padding - k0) / Stride;
                if (j > Length - 1 + ((long)(KernelSize - 1 - k0) / Stride * Step))
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>Output channels of a band; the last band of a group may have fewer.</summary>
    public int BandChannels { get; }

    /// <summary>Bands of a group.</summary>
    public int Bands { get; }

    /// <summary>Whether tiles of 8 rows are not mostly empty.</summary>
    public bool FillsTiles => Tiles(BandChannels) * TilePlan.TileRows <= 2 * BandChannels * Stride;

    /// <summary>Elements of a group's packed weights.</summary>
    public long PackedElementsOfGroup => ((Bands - 1L) * PackedElementsOf(BandChannels)) + PackedElementsOf(ChannelsOf(Bands - 1));

    /// <summary>Elements of the packed weights.</summary>
    public long PackedElements => Groups * PackedElementsOfGroup;

    /// <summary>False where a phase has no tap, dilation spreads the phases, or an extent is extreme: <see cref="TilePlan"/> or the definition then serves.</summary>
    public static bool TryCreate(in ConvTranspose1dShape shape, out BandPlan plan)
    {
        plan = default;
        bool fits = (shape.Stride == 1 || (shape.Dilation == 1 && shape.Stride <= LargestStride && shape.KernelSize >= shape.Stride))
            && shape.Padding <= int.MaxValue / 2
            && shape.Dilation <= LargestReach
            && (shape.KernelSize - 1) / shape.Stride * (shape.Stride == 1 ? shape.Dilation : 1) <= LargestReach;
        if (fits)
        {
            plan = new BandPlan(shape);
        }

        return fits;
    }

    /// <summary>Output channels of a band.</summary>
    public int ChannelsOf(int band) => Math.Min(BandChannels, OutputChannels - (band * BandChannels));

    /// <summary>Elements of a band's packed weights.</summary>
    public long PackedElementsOf(int channels)
        => (long)TilePlan.TileRows * Channels
            * (((long)Class0.Tiles(channels) * Class0.Taps) + ((long)Class1.Tiles(channels) * Class1.Taps) + ((long)Class2.Tiles(channels) * Class2.Taps));

    /// <summary>Tiles of a band.</summary>
    public int Tiles(int channels) => Class0.Tiles(channels) + Class1.Tiles(channels) + Class2.Tiles(channels);

    private BandClass Class(int from, int to)
        => from == to ? default : new BandClass(from, to - from, ((KernelSize - 1 - from) / Stride) + 1, (Padding - from + Stride - 1) / Stride);
}
