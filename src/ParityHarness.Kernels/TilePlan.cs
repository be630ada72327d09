namespace ParityHarness.Kernels;

/// <summary>
/// The polyphase form of a problem, in the terms of <see cref="Definition{T, TInteger}"/>. Since tap i of every phase reads j - i*dilation/g,
/// phases differ only in how many taps they have, and those numbers differ by at most one: there are at most two classes.
/// </summary>
internal readonly struct TilePlan
{
    /// <summary>Rows of a tile; 24 accumulators of 3 vectors each, or twice 12.</summary>
    public const int TileRows = 8;

    // Up to here panels are worth their memory.
    private const long LargestPanel = 1 << 24;

    private TilePlan(in ConvTranspose1dShape shape)
    {
        Channels = (int)(shape.InputChannels / shape.Groups);
        OutputChannels = (int)(shape.OutputChannels / shape.Groups);
        Groups = (int)shape.Groups;
        Length = (int)shape.InputLength;
        KernelSize = (int)shape.KernelSize;
        OutputLength = (int)Math.Min(shape.OutputLength, int.MaxValue); // more only in a plan that is made to pack weights
        Stride = (int)shape.Stride;
        Dilation = (int)shape.Dilation;
        Padding = (int)shape.Padding;
        int divisor = GreatestCommonDivisor(Stride, Dilation);
        TapStep = Stride / divisor;
        InputStep = Dilation / divisor;

        int phases = Math.Min(KernelSize, TapStep);
        (int taps, int remainder) = Math.DivRem(KernelSize, TapStep);
        int longer = taps == 0 ? phases : remainder;
        Longer = Class(0, longer, taps + 1);
        Shorter = Class(longer, phases - longer, taps);
        CoversOutput = phases == Stride && Covers(Longer) && Covers(Shorter);
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

    /// <summary>How much farther back the next tap reads.</summary>
    public int InputStep { get; }

    /// <summary>The phases with one tap more.</summary>
    public PhaseClass Longer { get; }

    /// <summary>The other phases.</summary>
    public PhaseClass Shorter { get; }

    /// <summary>Whether the classes' positions name every output; the others are the bias alone.</summary>
    public bool CoversOutput { get; }

    /// <summary>Whether tiles of 8 rows are not mostly empty.</summary>
    public bool RowsFillTiles => OutputChannels * Math.Max(Longer.Phases, Shorter.Phases) > 4;

    /// <summary>Elements of the weights when packed in tiles of 8 rows.</summary>
    public long PackedElements => (long)Groups * (PackedElementsOf(Longer) + PackedElementsOf(Shorter));

    /// <summary>False where vectors would mostly multiply padding, or an extent is extreme; the definition then serves better.</summary>
    public static bool TryCreate(in ConvTranspose1dShape shape, out TilePlan plan)
    {
        plan = default;
        if (shape.Stride > int.MaxValue || shape.Padding > int.MaxValue || shape.Dilation > int.MaxValue)
        {
            return false;
        }

        plan = new TilePlan(shape);
        int taps = Math.Max(plan.Longer.Phases > 0 ? plan.Longer.Taps : 0, plan.Shorter.Taps);
        long padding = (long)(taps - 1) * plan.InputStep;
        return padding <= 16L * (plan.Length + 16) && (long)plan.Channels * (padding + 64) <= LargestPanel;
    }

    /// <summary>Elements of one group's packed weights of a class: [tile][channel][tap][8].</summary>
    public long PackedElementsOf(in PhaseClass phases)
        => (((long)OutputChannels * phases.Phases) + TileRows - 1) / TileRows * TileRows * Channels * phases.Taps;

    /// <summary>The output that j = 0 names for a phase; may lie outside.</summary>
    public long Origin(int phase) => ((long)phase * Dilation) - Padding;

    private static int GreatestCommonDivisor(int a, int b)
    {
        while (b != 0)
        {
            (a, b) = (b, a % b);
        }

        return a;
    }

    private PhaseClass Class(int firstPhase, int phases, int taps)
    {
        if (phases == 0)
        {
            return default;
        }

        // The last phase has the earliest first position, the first phase the latest last.
        long before = -Origin(firstPhase + phases - 1);
        long after = OutputLength - 1 - Origin(firstPhase);
        long first = before > 0 ? (before + Stride - 1) / Stride : 0;
        long last = after < 0 ? -1 : Math.Min(after / Stride, Length - 1 + ((long)(taps - 1) * InputStep));
        return new PhaseClass(firstPhase, phases, taps, first, (int)Math.Clamp(last - first + 1, 0, int.MaxValue));
    }

    private bool Covers(in PhaseClass phases)
    {
        long reach = (long)(phases.Taps - 1) * InputStep;
        return phases.Phases == 0
            || (Origin(phases.FirstPhase + phases.Phases - 1) < Stride && (OutputLength - 1 - Origin(phases.FirstPhase)) / Stride <= Length - 1 + reach);
    }
}
