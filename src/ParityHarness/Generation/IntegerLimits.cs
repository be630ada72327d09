using ParityHarness.Problems;

namespace ParityHarness.Generation;

/// <summary>
/// How large the integers of a problem may be so that no partial sum, in any order and with or without fused
/// multiply-add, can round: terms * input * weight + bias &lt;= 2^p with p the significand's bits: 24 for float32, 53 for
/// float64 and int64, 11 for float16 and 8 for bfloat16, since a sum may be kept in 16 bits on the way. Where those are
/// more terms than p bits can count, most channels are zero. A complex product counts as eight terms, since it may be made
/// of three real ones with sums as factors.
/// <para>
/// Of gradients (float32 and float64) all that are asked for must fit at once: products * |grad_output| * |weight| for grad_input,
/// with the products of one input, GroupOut * K at most; N * L * |grad_output| * |input| for grad_weight; and
/// N * Lout * |grad_output| for grad_bias, each &lt;= 2^p. See <see cref="TermCounts"/>.
/// </para>
/// </summary>
internal readonly struct IntegerLimits
{
    /// <summary>Largest |input|.</summary>
    public long Input { get; private init; }

    /// <summary>Largest |weight|.</summary>
    public long Weight { get; private init; }

    /// <summary>Largest |grad_output|.</summary>
    public long GradOutput { get; private init; }

    /// <summary>Whether the input (else the weight) is zero outside the active channels.</summary>
    public bool InputIsSparse { get; private init; }

    /// <summary>Input channels of a group that are not zero.</summary>
    public long ActiveChannels { get; private init; }

    /// <summary>By how much the active channels are rotated.</summary>
    public ulong Rotation { get; private init; }

    /// <summary>Input channels of a group.</summary>
    public long GroupChannels { get; private init; }

    /// <summary>Input elements of a channel.</summary>
    public long Length { get; private init; }

    /// <summary>Weight elements of an input channel.</summary>
    public long ChannelWeights { get; private init; }

    /// <summary>Whether the promise holds; it does not for problems with more terms than the significand can count.</summary>
    public bool IsExact { get; private init; }

    /// <summary>Whether a seed gives one operand 12 (27) significant bits, where there is room for them.</summary>
    public static bool IsWide(ulong dataSeed) => Choice(dataSeed) % 4 == 0;

    /// <summary>The limits of a problem.</summary>
    public static IntegerLimits Of(Problem problem)
    {
        if (problem.IsBackward)
        {
            return OfGradients(problem);
        }

        var bits = Bits(problem.DType);
        var room = (1L << bits) - (problem.DType.IsComplex() ? 64 : 16);
        var terms = TermCounts.OfOutput(problem);
        terms = problem.DType.IsComplex() ? Math.Min(terms, long.MaxValue / 8) * 8 : terms;
        var shape = problem.WeightShape;
        var groups = Math.Max(1, problem.Groups);
        var groupChannels = shape.Length > 0 ? Math.Max(1, shape[0] / groups) : 1;
        var common = new IntegerLimits
        {
            ActiveChannels = long.MaxValue,
            GroupChannels = groupChannels,
            Length = Math.Max(1, problem.InputShape.Length > 0 ? problem.InputShape[^1] : 1) * problem.DType.Parts(),
            ChannelWeights = Math.Max(1, shape.Length == 3 ? shape[1] * shape[2] : 1) * problem.DType.Parts(),
            Rotation = CounterRandom.At(problem.DataSeed, 77),
        };
        var choice = Choice(problem.DataSeed);
        var wide = bits == 24 ? (1L << 12) - 1 : (1L << 27) - 1;
        var taps = Math.Max(1, terms / groupChannels);
        common = common with { IsExact = taps <= room };
        if (IsWide(problem.DataSeed) && bits >= 24 && taps <= room / wide)
        {
            // One operand has 12 (27) significant bits, the other -1, 0, 1 (up to 2^(p - 27)) in few enough channels.
            var active = Math.Min(groupChannels, room / wide / taps);
            var other = Math.Min(ReadableOther(bits), room / wide / (active * taps));
            var inputIsWide = choice / 4 % 2 == 0;
            return common with
            {
                Input = inputIsWide ? wide : other,
                Weight = inputIsWide ? other : wide,
                InputIsSparse = !inputIsWide,
                ActiveChannels = active,
            };
        }

        if (terms > room && taps <= room)
        {
            return common with { Input = 1, Weight = 1, InputIsSparse = choice / 4 % 2 == 0, ActiveChannels = room / taps };
        }

        var limit = 1L;
        while (limit < 16 && terms <= room / ((limit + 1) * (limit + 1)))
        {
            limit++;
        }

        return common with { Input = limit, Weight = limit };
    }

    /// <summary>
    /// Of the three operands each product has grad_output as one factor. In a quarter of the problems either that or the others
    /// have 12 (27) significant bits, where there is room for them.
    /// </summary>
    private static IntegerLimits OfGradients(Problem problem)
    {
        var bits = Bits(problem.DType);
        var room = 1L << bits;
        var products = Math.Max(
            problem.Pass.HasFlag(Pass.GradInput) ? TermCounts.OfGradient(problem, Pass.GradInput) : 1,
            problem.Pass.HasFlag(Pass.GradWeight) ? TermCounts.OfGradient(problem, Pass.GradWeight) : 1);
        var summands = problem.Pass.HasFlag(Pass.GradBias) ? TermCounts.OfGradient(problem, Pass.GradBias) : 1;
        var common = new IntegerLimits { ActiveChannels = long.MaxValue, GroupChannels = 1, Length = 1, ChannelWeights = 1, IsExact = products <= room && summands <= room };
        var wide = bits == 24 ? (1L << 12) - 1 : (1L << 27) - 1;
        if (IsWide(problem.DataSeed) && products <= room / wide)
        {
            var other = Math.Min(ReadableOther(bits), room / wide / products);
            var gradIsWide = Choice(problem.DataSeed) / 4 % 2 == 0 && summands <= room / wide;
            if (gradIsWide || summands <= room / other)
            {
                return common with { GradOutput = gradIsWide ? wide : other, Input = gradIsWide ? other : wide, Weight = gradIsWide ? other : wide };
            }
        }

        var limit = 1L;
        while (limit < 16 && products <= room / ((limit + 1) * (limit + 1)) && summands <= room / (limit + 1))
        {
            limit++;
        }

        return common with { GradOutput = limit, Input = limit, Weight = limit };
    }

    /// <summary>Bits of the significand in which sums must fit.</summary>
    public static int Bits(DType dtype) => dtype switch
    {
        DType.Float16 => 11,
        DType.BFloat16 => 8,
        DType.Float64 or DType.Complex128 or DType.Int64 => 53,
        _ => 24,
    };

    private static ulong Choice(ulong dataSeed) => CounterRandom.At(dataSeed, 78);

    private static long ReadableOther(int bits) => bits == 24 ? 16 : 1 << 20;
}
