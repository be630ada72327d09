using ParityHarness.Problems;

namespace ParityHarness.Generation;

/// <summary>The parameters of a legal problem without overrides, while they are chosen.</summary>
internal struct Draft
{
    public bool Unbatched;
    public long Batch;
    public long Groups;
    public long InChannels;
    public long OutChannels;
    public long Length;
    public long KernelSize;
    public long Stride;
    public long Dilation;
    public long OutputPadding;
    public long Padding;
    public bool HasBias;
    public DType DType;
    public Regime Regime;
    public Form Form;

    /// <summary>
    /// The regime that a dtype has in place of a wanted one. int64 has no other than integer and random, any 64 bits; which
    /// NaN or infinity a complex product gives depends on how it is made, so that complex numbers are not special.
    /// </summary>
    public static Regime RegimeOf(DType dtype, Regime wanted) => dtype switch
    {
        DType.Int64 when wanted != Regime.Integer => Regime.Random,
        DType.Complex64 or DType.Complex128 when wanted == Regime.Special => Regime.Random,
        _ => wanted,
    };

    /// <summary>(L - 1)*stride + dilation*(K - 1) + output_padding + 1, the output length without padding.</summary>
    public readonly long UnpaddedLength => ProblemRules.OutputLength(Length, KernelSize, Stride, 0, OutputPadding, Dilation);

    /// <summary>The padding that leaves one or two outputs.</summary>
    public readonly long LargestPadding => (UnpaddedLength - 1) / 2;

    /// <summary>As <see cref="ProblemSize.MultiplyAdds"/>; an empty batch counts as one.</summary>
    public readonly long MultiplyAdds => Math.Max(1, Batch) * InChannels * Length * (OutChannels / Groups) * KernelSize;

    /// <summary>As <see cref="ProblemSize.Bytes"/>; an empty batch counts as one.</summary>
    public readonly long Bytes
    {
        get
        {
            var batch = Math.Max(1, Batch);
            return ProblemSize.BytesOf(
                batch * InChannels * Length,
                InChannels * (OutChannels / Groups) * KernelSize,
                HasBias ? OutChannels : 0,
                batch * OutChannels * (UnpaddedLength - 2 * Padding),
                DType);
        }
    }

    /// <summary>The problem.</summary>
    public readonly Problem ToProblem(ulong dataSeed) => new()
    {
        Unbatched = Unbatched,
        Batch = Unbatched ? 1 : Batch,
        Groups = Groups,
        InChannels = InChannels,
        OutChannels = OutChannels,
        Length = Length,
        KernelSize = KernelSize,
        Stride = Stride,
        Dilation = Dilation,
        OutputPadding = OutputPadding,
        Padding = Padding,
        HasBias = HasBias,
        DType = DType,
        Regime = Regime,
        Form = Form,
        DataSeed = dataSeed,
    };
}
