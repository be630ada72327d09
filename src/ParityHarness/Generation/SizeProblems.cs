using ParityHarness.Problems;

namespace ParityHarness.Generation;

/// <summary>
/// Draws legal problems of ordinary parameters just beyond a size at which implementations are known to change their ways: a
/// buffer of 1,024 terms, a grid of 65,535 blocks, channels or a batch that no unrolled loop has. The sizes take turns. The first
/// problem of each is a float32 forward pass on integers, which every implementation does.
/// </summary>
internal static class SizeProblems
{
    private const int SmallSizes = 4;
    private const int AllSizes = 12;

    private static ReadOnlySpan<DType> OtherDTypes => [DType.Float64, DType.Float64, DType.Float16, DType.BFloat16, DType.Int64, DType.Complex64];

    private static ReadOnlySpan<long> Taps => [1, 1, 2, 3, 4, 4];

    /// <summary>The problem of a turn.</summary>
    public static Problem Draw(Profile profile, long turn, ref CounterRandom random, ulong dataSeed)
    {
        var sizes = profile.HasLargeSizes ? AllSizes : SmallSizes;
        var (round, size) = Math.DivRem(turn, sizes);
        var isPlain = round == 0;
        var pass = !isPlain && random.OneIn(profile.GradientOneIn) ? (Pass)((int)Pass.GradInput << random.Below(3)) : Pass.Forward;
        var problem = size switch
        {
            0 => ManyTerms(1024, pass, ref random),
            1 => ManyTerms(2048, pass, ref random),
            2 => ManyTerms(4096, pass, ref random),
            3 => ManyOutputs(1024, 4, ref random),
            4 => Small(ref random) with { InChannels = 257 },
            5 => Small(ref random) with { OutChannels = 257 },
            6 => Small(ref random) with { Batch = random.Between(33, 35) },
            7 => LongOutput(ref random),
            8 => ManyOutputs(1 << 18, 16, ref random),
            9 => LargeBatch(ref random),
            10 => WideStride(41, ref random),
            _ => WideStride(47, ref random),
        };
        problem = problem with { HasBias = pass == Pass.GradBias || random.OneIn(2), DataSeed = dataSeed };
        if (isPlain)
        {
            return problem;
        }

        problem = problem with { Pass = pass, Regime = random.OneIn(2) ? Regime.Integer : Regime.Random };
        if (random.OneIn(4))
        {
            var other = problem with { DType = pass == Pass.Forward ? random.Pick(OtherDTypes) : DType.Float64 };
            problem = ProblemSize.Bytes(other) <= profile.MaxBytes ? other : problem;
        }

        return problem;
    }

    /// <summary>
    /// One to four more terms than <paramref name="limit"/> for each tap: channels times taps for an output and for grad_input,
    /// positions for the other gradients.
    /// </summary>
    private static Problem ManyTerms(long limit, Pass pass, ref CounterRandom random)
    {
        var taps = random.Pick(Taps);
        var few = random.Between(1, 2);
        if (pass is Pass.GradWeight or Pass.GradBias)
        {
            return new Problem { InChannels = few, OutChannels = random.Between(1, 2), Length = limit + random.Between(1, 4), KernelSize = taps };
        }

        // Of a phase of the stride there are as many taps; padding cuts off what fewer of them reach.
        var stride = random.OneIn(4) ? 2 : 1;
        var many = limit / taps + random.Between(1, 4);
        return new Problem
        {
            InChannels = pass == Pass.GradInput ? few : many,
            OutChannels = pass == Pass.GradInput ? many : few,
            Length = taps + random.Between(0, 1),
            KernelSize = pass == Pass.GradInput ? taps : taps * stride,
            Stride = stride,
            Padding = pass == Pass.GradInput ? 0 : random.Between(0, 1) * (taps - 1) * stride / 2,
        };
    }

    /// <summary>At least one more output than <paramref name="limit"/>; half of the problems have them all in one row.</summary>
    private static Problem ManyOutputs(long limit, long mostRows, ref CounterRandom random)
    {
        var (batch, outChannels) = random.OneIn(2) ? (1L, 1L) : (random.Between(1, 3), random.Between(2, mostRows));
        return WithLength(limit / (batch * outChannels) + 1, ref random) with { Batch = batch, OutChannels = outChannels };
    }

    private static Problem LongOutput(ref CounterRandom random) =>
        WithLength(65537, ref random) with { InChannels = random.Between(1, 2), OutChannels = random.Between(1, 2) };

    private static Problem LargeBatch(ref CounterRandom random) => new()
    {
        Batch = random.Between(65536, 65539),
        Length = random.Between(1, 2),
        KernelSize = random.Between(1, 2),
        Stride = random.Between(1, 2),
    };

    /// <summary>A kernel as long as the stride, longer by one, shorter by one, or twice as long.</summary>
    private static Problem WideStride(long stride, ref CounterRandom random)
    {
        var kernelSize = random.Below(4) switch
        {
            0 => stride,
            1 => stride + 1,
            2 => stride - 1,
            _ => 2 * stride,
        };
        return Small(ref random) with
        {
            Stride = stride,
            KernelSize = kernelSize,
            Padding = random.Between(0, 1) * (kernelSize / 2),
            OutputPadding = random.OneIn(2) ? 0 : random.Between(1, stride - 1),
        };
    }

    private static Problem Small(ref CounterRandom random) => new()
    {
        InChannels = random.Between(1, 3),
        OutChannels = random.Between(1, 3),
        Length = random.Between(2, 8),
        KernelSize = random.Between(1, 4),
        Stride = random.Between(1, 2),
        Dilation = random.Between(1, 2),
    };

    /// <summary>Of at least that output length, which a stride may multiply from a shorter input.</summary>
    private static Problem WithLength(long outputLength, ref CounterRandom random)
    {
        var stride = 1L << random.Below(3);
        return new Problem { Length = outputLength / stride + random.Between(1, 3), KernelSize = random.Between(1, stride + 2), Stride = stride };
    }
}
