using ParityHarness.Problems;

namespace ParityHarness.Generation;

/// <summary>Makes problems that break one rule of PyTorch's, or several, with small numbers.</summary>
internal static class IllegalProblems
{
    /// <summary>How many rules there are.</summary>
    public static int Rules { get; } = Enum.GetValues<BrokenRule>().Length;

    /// <summary>A small problem that breaks a rule, and no other; of several, the last, and as many of the others as it leaves broken.</summary>
    public static Problem Draw(IReadOnlyList<BrokenRule> rules, ref CounterRandom random, ulong dataSeed)
    {
        var problem = DrawLegal(ref random, dataSeed);
        foreach (var rule in rules)
        {
            problem = Break(problem, rule, ref random);
        }

        // A module has no shapes but its own; and one without groups or output channels ends libtorch's process.
        return problem.Groups <= 0 || problem.OutChannels == 0 || problem.HasOverrides
            ? problem with { Form = Form.Functional, PaddingMode = PaddingMode.Zeros }
            : problem;
    }

    /// <summary>A small legal problem.</summary>
    public static Problem DrawLegal(ref CounterRandom random, ulong dataSeed)
    {
        var length = random.Between(2, 9);
        var stride = random.Between(1, 3);
        return new Problem
        {
            Batch = random.Between(1, 3),
            Unbatched = random.OneIn(8),
            InChannels = random.Between(1, 4),
            OutChannels = random.Between(1, 4),
            Length = length,
            KernelSize = random.Between(1, 4),
            Stride = stride,
            Padding = random.Between(0, (length - 1) * stride / 2),
            Dilation = random.Between(1, 3),
            HasBias = random.OneIn(2),
            DType = random.OneIn(3) ? random.Pick(OtherTypes) : DType.Float32,
            DataSeed = dataSeed,
        };
    }

    private static Problem Break(Problem problem, BrokenRule rule, ref CounterRandom random)
    {
        var channels = problem.InChannels;
        var weightColumns = problem.GroupOutChannels;
        switch (rule)
        {
            case BrokenRule.InputOneDimension:
                return problem with { InputShapeOverride = [problem.Length] };
            case BrokenRule.InputFourDimensions:
                return problem with { InputShapeOverride = [1, problem.Batch, channels, problem.Length] };
            case BrokenRule.WeightTwoDimensions:
                return problem with { WeightShapeOverride = [channels, weightColumns] };
            case BrokenRule.WeightFourDimensions:
                return problem with { WeightShapeOverride = [channels, weightColumns, problem.KernelSize, 1] };
            case BrokenRule.GroupsZero:
                return problem with { Groups = 0 };
            case BrokenRule.GroupsNegative:
                return problem with { Groups = -random.Between(1, 3) };
            case BrokenRule.StrideList:
                return problem with { StrideList = [problem.Stride, problem.Stride] };
            case BrokenRule.PaddingList:
                return problem with { PaddingList = [problem.Padding, problem.Padding] };
            case BrokenRule.OutputPaddingList:
                return problem with { OutputPaddingList = [problem.OutputPadding, problem.OutputPadding] };
            case BrokenRule.DilationList:
                return problem with { DilationList = [problem.Dilation, problem.Dilation] };
            case BrokenRule.PaddingNegative:
                return problem with { Padding = -random.Between(1, 3), Form = AnyForm(ref random) };
            case BrokenRule.OutputPaddingNegative:
                return problem with { Padding = 0, OutputPadding = -1, Form = AnyForm(ref random) };
            case BrokenRule.StrideZero:
                return problem with { Padding = 0, Stride = 0, Form = AnyForm(ref random) };
            case BrokenRule.StrideNegative:
                // So many taps that there would be an output all the same.
                return problem with { Padding = 0, Stride = -1, KernelSize = problem.Length + random.Between(0, 2), Form = AnyForm(ref random) };
            case BrokenRule.GroupsAboveChannels:
                return problem with { HasBias = false, Groups = channels + random.Between(1, 3), WeightShapeOverride = [channels, weightColumns, problem.KernelSize] };
            case BrokenRule.GroupsNotDividing:
                channels = 2 * random.Between(1, 3) + 1;
                return problem with { HasBias = false, InChannels = channels, Groups = 2, WeightShapeOverride = [channels, weightColumns, problem.KernelSize] };
            case BrokenRule.InputChannels:
                channels += channels == 1 || random.OneIn(2) ? 1 : -1;
                return problem with { InputShapeOverride = problem.Unbatched ? [channels, problem.Length] : [problem.Batch, channels, problem.Length] };
            case BrokenRule.BiasLength:
                return problem with { HasBias = true, BiasShapeOverride = [problem.OutChannels + (problem.OutChannels == 0 || random.OneIn(2) ? 1 : -1)] };
            case BrokenRule.BiasTwoDimensions:
                return problem with { HasBias = true, BiasShapeOverride = [1, problem.OutChannels] };
            case BrokenRule.LengthZero:
                // With taps enough for an output although there is no input.
                return problem with { Padding = 0, Length = 0, KernelSize = problem.Stride + random.Between(1, 3), Dilation = 1 };
            case BrokenRule.KernelSizeZero:
                return problem with { Padding = 0, KernelSize = 0, Length = problem.Dilation + random.Between(1, 5) };
            case BrokenRule.DilationZero:
                return problem with { Padding = 0, Dilation = 0, Form = AnyForm(ref random) };
            case BrokenRule.DilationNegative:
                return problem with { Padding = 0, Dilation = -1, Length = problem.KernelSize + random.Between(0, 4), Form = AnyForm(ref random) };
            case BrokenRule.OutputPaddingTooLarge:
                return TooLargeOutputPadding(problem, ref random) with { Form = AnyForm(ref random) };
            case BrokenRule.OutChannelsZero:
                return problem with { OutChannels = 0 };
            case BrokenRule.OutputLengthZero:
                return CutToNothing(problem, ref random) with { Form = AnyForm(ref random) };
            case BrokenRule.OutputLengthNegative:
                ProblemRules.Check(problem with { Padding = 0 }, out var length);
                return problem with { Padding = length / 2 + random.Between(1, 3), Form = AnyForm(ref random) };
            case BrokenRule.WeightDType:
                return problem with { WeightDType = Other(problem.DType) };
            case BrokenRule.BiasDType:
                return problem with { HasBias = true, BiasDType = Other(problem.DType) };
            case BrokenRule.Int32:
                return problem with { DType = DType.Int32 };
            case BrokenRule.Int16:
                return problem with { DType = DType.Int16 };
            case BrokenRule.Int8:
                return problem with { DType = DType.Int8 };
            case BrokenRule.UInt8:
                return problem with { DType = DType.UInt8 };
            case BrokenRule.Bool:
                return problem with { DType = DType.Bool };
            case BrokenRule.ModuleInChannels:
                return problem with { Form = Form.Module, Groups = 2, InChannels = 2 * random.Between(1, 3) + 1, OutChannels = 2 * random.Between(1, 3) };
            case BrokenRule.ModuleOutChannels:
                return problem with { Form = Form.Module, Groups = 2, InChannels = 2 * random.Between(1, 3), OutChannels = 2 * random.Between(1, 3) + 1 };
            case BrokenRule.PaddingMode:
                return problem with { Form = Form.Module, PaddingMode = (PaddingMode)random.Between(1, 3) };
            case BrokenRule.EmptyBatchDilationZero:
                return problem with { Batch = 0, Unbatched = false, Padding = 0, Dilation = 0 };
            case BrokenRule.EmptyBatchOutputPaddingTooLarge:
                return TooLargeOutputPadding(problem, ref random) with { Batch = 0, Unbatched = false };
            case BrokenRule.EmptyBatchDType:
                problem = problem with { Batch = 0, Unbatched = false };
                return random.OneIn(2)
                    ? problem with { WeightDType = Other(problem.DType) }
                    : problem with { HasBias = true, BiasDType = Other(problem.DType) };
            default:
                throw new ArgumentOutOfRangeException(nameof(rule), rule, "unknown rule");
        }
    }

    private static ReadOnlySpan<DType> OtherTypes => [DType.Float64, DType.Float64, DType.Float16, DType.BFloat16, DType.Int64, DType.Complex64, DType.Complex128];

    private static Problem TooLargeOutputPadding(Problem problem, ref CounterRandom random) =>
        problem with { OutputPadding = Math.Max(problem.Stride, problem.Dilation) + (random.OneIn(2) ? 0 : random.Between(1, 3)) };

    private static Problem CutToNothing(Problem problem, ref CounterRandom random)
    {
        // An even length without padding: L more by one changes it by the stride, which is odd here.
        problem = problem with { Padding = 0, Stride = random.OneIn(2) ? 1 : 3 };
        ProblemRules.Check(problem, out var length);
        if (length % 2 != 0)
        {
            problem = problem with { Length = problem.Length + 1 };
            length += problem.Stride;
        }

        return problem with { Padding = length / 2 };
    }

    private static DType Other(DType dtype) => dtype == DType.Float32 ? DType.Float64 : DType.Float32;

    private static Form AnyForm(ref CounterRandom random) => random.OneIn(4) ? Form.Module : Form.Functional;
}
