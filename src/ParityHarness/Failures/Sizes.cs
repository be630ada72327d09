using ParityHarness.Problems;

namespace ParityHarness.Failures;

/// <summary>
/// The sizes of a problem without overrides, by which a hypothesis finds its way: of a legal one, and of one that PyTorch rejects for its
/// output's length or its output_padding, since who counts those otherwise may accept it.
/// </summary>
internal readonly record struct Sizes(
    long Batch, long Groups, long GroupIn, long GroupOut, long Length, long KernelSize, long Stride, long Padding, long OutputPadding, long Dilation, long OutputLength)
{
    public long InChannels => Groups * GroupIn;

    public long OutChannels => Groups * GroupOut;

    /// <summary>Whether there is a bias of Cout elements.</summary>
    public bool HasBias { get; init; }

    /// <summary>Whether it is torch.nn.ConvTranspose1d that is called, which wants out_channels divisible by groups.</summary>
    public bool IsModule { get; init; }

    /// <summary>Why a problem of these sizes is rejected; null for a legal one.</summary>
    public RejectionReason? Rejection { get; init; }

    /// <summary>The sizes, or null where the problem is not one that hypotheses are asked about.</summary>
    public static Sizes? Of(Problem problem)
    {
        if (problem.HasOverrides || problem.OutputSize is not null || problem.PaddingMode != PaddingMode.Zeros)
        {
            return null;
        }

        var broken = ProblemRules.Check(problem, out _);
        if (broken is not (null or RejectionReason.OutputSize or RejectionReason.OutputPaddingTooLarge) || problem.DType.IsNeverImplemented() || ProblemSize.Bytes(problem) > 1 << 30)
        {
            return null;
        }

        var sizes = new Sizes(
            problem.Unbatched ? 1 : problem.Batch, problem.Groups, problem.InChannels / problem.Groups, problem.OutChannels / problem.Groups,
            problem.Length, problem.KernelSize, problem.Stride, problem.Padding, problem.OutputPadding, problem.Dilation, 0);
        return sizes with { OutputLength = sizes.LengthWith(), HasBias = problem.HasBias, IsModule = problem.Form == Form.Module, Rejection = broken };
    }

    /// <summary>The sizes with other parameters, and whether they are legal then.</summary>
    public Sizes With(long? stride = null, long? padding = null, long? outputPadding = null, long? dilation = null, long? groups = null)
    {
        var (g, gOut) = (groups ?? Groups, GroupOut);
        var isDivisible = g > 0 && InChannels % g == 0;
        var changed = this with
        {
            Stride = stride ?? Stride,
            Padding = padding ?? Padding,
            OutputPadding = outputPadding ?? OutputPadding,
            Dilation = dilation ?? Dilation,
            Groups = isDivisible ? g : 1,
            GroupIn = isDivisible ? InChannels / g : InChannels,
        };
        changed = changed with { OutputLength = changed.LengthWith() };
        return changed with
        {
            Rejection = !isDivisible ? RejectionReason.WeightGroups
                : IsModule && OutChannels % g != 0 ? RejectionReason.ModuleChannels
                : HasBias && g * gOut != OutChannels ? RejectionReason.BiasShape
                : changed.Padding < 0 ? RejectionReason.NegativePadding
                : changed.OutputPadding >= changed.Stride && changed.OutputPadding >= changed.Dilation ? RejectionReason.OutputPaddingTooLarge
                : changed.OutputLength <= 0 ? RejectionReason.OutputSize
                : null,
        };
    }

    /// <summary>PyTorch's output length, with other parameters where they are given; beyond 64 bits it wraps around.</summary>
    public long LengthWith(long? stride = null, long? padding = null, long? outputPadding = null, long? dilation = null) =>
        ProblemRules.OutputLength(Length, KernelSize, stride ?? Stride, padding ?? Padding, outputPadding ?? OutputPadding, dilation ?? Dilation);
}
