using ParityHarness.Problems;

namespace ParityHarness.Generation;

/// <summary>
/// Draws problems at the places where implementations are known to change their ways: libtorch's choice between its
/// own loop and oneDNN, sums too long for a narrow accumulator, long inputs, parameters around 2^31 and 2^32, sizes of
/// zero, and an empty batch with parameters that are otherwise illegal. The kinds take turns.
/// </summary>
internal static class BoundaryProblems
{
    // libtorch 2 sends float32 to oneDNN above so many elements of input.
    private const long PathChange = 20480;

    private static ReadOnlySpan<long> Narrowed => [(1L << 31) - 1, 1L << 31, (1L << 31) + 1, (1L << 32) - 1, 1L << 32, (1L << 32) + 1];

    private static ReadOnlySpan<long> LongInputs => [4095, 4096, 4097, 4098, 4112, 8191, 8192, 8193];

    /// <summary>The problem of a turn.</summary>
    public static Problem Draw(Profile profile, long turn, ref CounterRandom random, ulong dataSeed)
    {
        var isLarge = profile.MaxMultiplyAdds > PathChange * 16 && profile.MaxChannels >= 256;
        return (turn % 8, isLarge) switch
        {
            (0, true) => AroundPathChange(ref random, dataSeed),
            (1, true) => ManyTerms(ref random, dataSeed),
            (2, true) => LongInput(ref random, dataSeed),
            (0 or 3, _) => NarrowedDilation(ref random, dataSeed),
            (1 or 4, _) => NarrowedStride(ref random, dataSeed),
            (2 or 5, _) => NarrowedPadding(ref random, dataSeed),
            (6, _) => ZeroSizes(ref random, dataSeed),
            _ => EmptyBatch(ref random, dataSeed),
        };
    }

    /// <summary>N * Cin * L at 20,480 and one channel's length beside it; groups and batch of one or two.</summary>
    private static Problem AroundPathChange(ref CounterRandom random, ulong dataSeed)
    {
        var groups = random.Between(1, 2);
        var batch = random.Between(1, 2);
        var inChannels = groups * (1L << random.Below(4)) * (random.OneIn(2) ? 1 : 5);
        return new Problem
        {
            Batch = batch,
            Groups = groups,
            InChannels = inChannels,
            OutChannels = groups * random.Between(1, 3),
            Length = Math.Min(PathChange / (batch * inChannels), 8192) + random.Between(-1, 1),
            KernelSize = random.Between(1, 3),
            Stride = random.Between(1, 2),
            Dilation = random.Between(1, 2),
            HasBias = random.OneIn(2),
            Regime = random.OneIn(2) ? Regime.Integer : Regime.Random,
            DataSeed = dataSeed,
        };
    }

    /// <summary>
    /// From 2,048 to 8,192 terms an output. Half of the problems hold integers of so many bits that rounding an input to
    /// bfloat16 or TF32 shows.
    /// </summary>
    private static Problem ManyTerms(ref CounterRandom random, ulong dataSeed)
    {
        var kernelSize = 8L << random.Below(3);
        var regime = random.OneIn(2) ? Regime.Integer : Regime.Random;
        while (regime == Regime.Integer && !IntegerLimits.IsWide(dataSeed))
        {
            dataSeed++;
        }

        return new Problem
        {
            InChannels = Math.Clamp(2048 / kernelSize + random.Between(-1, 3), 1, 256),
            OutChannels = random.Between(1, 2),
            Length = kernelSize + random.Between(0, 8),
            KernelSize = kernelSize,
            Padding = random.OneIn(2) ? 0 : kernelSize / 2,
            HasBias = random.OneIn(2),
            DType = random.OneIn(4) ? DType.Float64 : DType.Float32,
            Regime = regime,
            DataSeed = dataSeed,
        };
    }

    private static Problem LongInput(ref CounterRandom random, ulong dataSeed) => new()
    {
        OutChannels = random.Between(1, 2),
        Length = random.Pick(LongInputs) + random.Between(0, 1),
        KernelSize = random.Between(2, 4),
        Stride = random.Between(1, 2),
        Dilation = random.Between(1, 2),
        Padding = random.Between(0, 1),
        HasBias = random.OneIn(2),
        DType = random.OneIn(4) ? DType.Float64 : DType.Float32,
        Regime = random.OneIn(2) ? Regime.Integer : Regime.Random,
        DataSeed = dataSeed,
    };

    /// <summary>Three taps so far apart that one output window sees the middle one alone, or a single tap.</summary>
    private static Problem NarrowedDilation(ref CounterRandom random, ulong dataSeed)
    {
        var problem = Small(ref random, dataSeed) with { KernelSize = random.OneIn(4) ? 1 : 3, Dilation = random.Pick(Narrowed) };
        return problem.KernelSize == 1 ? problem : CutTo(problem, ref random);
    }

    /// <summary>Three inputs so far apart that one output window sees the middle one alone, or a single input.</summary>
    private static Problem NarrowedStride(ref CounterRandom random, ulong dataSeed)
    {
        var problem = Small(ref random, dataSeed) with { Length = random.OneIn(4) ? 1 : 3, Stride = random.Pick(Narrowed) };
        return problem.Length == 1 ? problem : CutTo(problem, ref random);
    }

    /// <summary>Padding that leaves nothing, or just what an output_padding of the same size gives back.</summary>
    private static Problem NarrowedPadding(ref CounterRandom random, ulong dataSeed)
    {
        var problem = Small(ref random, dataSeed);
        if (random.OneIn(2))
        {
            return problem with { Padding = random.Pick(Narrowed) };
        }

        var outputPadding = random.Pick(Narrowed);
        return CutTo(problem with { Length = 1, OutputPadding = outputPadding, Stride = outputPadding + random.Between(1, 2) }, ref random);
    }

    private static Problem ZeroSizes(ref CounterRandom random, ulong dataSeed)
    {
        var problem = Small(ref random, dataSeed) with { Batch = random.Between(1, 2) };
        for (var times = random.Between(1, 2); times > 0; times--)
        {
            problem = random.Below(5) switch
            {
                0 => problem with { Batch = 0, Unbatched = false },
                1 => problem with { InChannels = 0 },
                2 => problem with { OutChannels = 0 },
                3 => problem with { Length = 0 },
                _ => problem with { KernelSize = 0 },
            };
        }

        return problem;
    }

    private static Problem EmptyBatch(ref CounterRandom random, ulong dataSeed) =>
        IllegalProblems.Draw([(BrokenRule)random.Below(IllegalProblems.Rules)], ref random, dataSeed) with { Batch = 0, Unbatched = false };

    private static Problem Small(ref CounterRandom random, ulong dataSeed) => new()
    {
        InChannels = random.Between(1, 2),
        OutChannels = random.Between(1, 2),
        Length = random.Between(1, 5),
        KernelSize = random.Between(1, 3),
        HasBias = random.OneIn(2),
        Unbatched = random.OneIn(4),
        DType = random.OneIn(4) ? DType.Float64 : DType.Float32,
        DataSeed = dataSeed,
    };

    /// <summary>The same with a padding that leaves two to nine outputs of the middle.</summary>
    private static Problem CutTo(Problem problem, ref CounterRandom random)
    {
        var last = ProblemRules.OutputLength(problem.Length, problem.KernelSize, problem.Stride, 0, problem.OutputPadding, problem.Dilation) - 1;
        return problem with { Padding = Math.Max(0, last / 2 - random.Between(1, 4)) };
    }
}
