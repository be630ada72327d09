using System.Globalization;
using System.Text;

using ParityHarness.Generation;
using ParityHarness.Problems;

using Xunit;

namespace ParityHarness.Tests.Generation;

public class GeneratorTests
{
    public static TheoryData<string> Profiles => [.. Profile.All.Select(profile => profile.Name)];

    [Theory]
    [MemberData(nameof(Profiles))]
    public void A_problem_is_a_function_of_its_index_whatever_was_asked_before(string profile)
    {
        var forwards = new Generator(Profile.Parse(profile), 11);
        var texts = Enumerable.Range(0, 3000).Select(i => forwards.At(i).ToString()).ToArray();
        var backwards = new Generator(Profile.Parse(profile), 11);
        for (var i = texts.Length - 1; i >= 0; i--)
        {
            Assert.Equal(texts[i], backwards.At(i).ToString());
        }
    }

    [Fact]
    public void The_shards_together_are_the_whole()
    {
        const int Shards = 7;
        var whole = Enumerable.Range(0, 2000).Select(i => new Generator(Profile.Smoke, 3).At(i).ToString()).ToArray();
        var union = new string[whole.Length];
        Parallel.For(0, Shards, shard =>
        {
            var generator = new Generator(Profile.Smoke, 3);
            for (var i = shard; i < union.Length; i += Shards)
            {
                union[i] = generator.At(i).ToString();
            }
        });
        Assert.Equal(whole, union);
    }

    /// <summary>
    /// What a seed means must be the same on every machine, and change only on purpose: recorded results name problems
    /// by seed and index.
    /// </summary>
    [Theory]
    [InlineData("smoke", "0B6E46879C7C090E")]
    [InlineData("ci", "81AB90A515A46E8D")]
    [InlineData("nightly", "E09A3D70BD6A1F76")]
    public void A_seed_means_the_same_problems_everywhere(string profile, string expected)
    {
        var generator = new Generator(Profile.Parse(profile), 1);
        var lines = string.Join('\n', Enumerable.Range(0, 5000).Select(i => generator.At(i).ToString()));
        Assert.Equal(expected, Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(lines)))[..16]);
    }

    [Fact]
    public void Another_seed_makes_other_problems_and_other_numbers_in_the_grid()
    {
        var (one, two) = (new Generator(Profile.Ci, 1), new Generator(Profile.Ci, 2));
        var (first, second) = (OfRow(one, 7), OfRow(two, 7));
        Assert.NotEqual(first.DataSeed, second.DataSeed);
        Assert.Equal(first, second with { DataSeed = first.DataSeed });
        var same = Enumerable.Range((int)one.GridEnd, 1000).Count(i => one.At(i) with { DataSeed = 0 } == two.At(i) with { DataSeed = 0 });
        Assert.InRange(same, 0, 20);

        static Problem OfRow(Generator generator, int row) =>
            generator.At(Enumerable.Range(0, (int)generator.GridEnd).Single(i => generator.RowAt(i) == row));
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Each_row_of_the_grid_is_one_problem(string profile)
    {
        var generator = new Generator(Profile.Parse(profile), 3);
        var rows = Enumerable.Range(0, (int)generator.GridEnd + 100).Select(i => generator.RowAt(i)).Where(row => row is not null).Select(row => row!.Value).Order();
        Assert.Equal(Enumerable.Range(0, generator.Grid.Count), rows);
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Every_set_of_gradients_is_asked_for_and_the_grid_s_rows_stay_forward(string profile)
    {
        var generator = new Generator(Profile.Parse(profile), 6);
        var counts = new Dictionary<Pass, int>();
        for (var i = 0; i < 20_000; i++)
        {
            var problem = generator.At(i);
            Assert.True(!problem.IsBackward || (problem.DType is DType.Float32 or DType.Float64 && generator.RowAt(i) is null), problem.ToString());
            counts[problem.Pass] = counts.GetValueOrDefault(problem.Pass) + 1;
        }

        Assert.Equal(8, counts.Count);
        Assert.All(counts, set => Assert.True(set.Value >= 50, $"{set.Key}: {set.Value}"));
        Assert.InRange(20_000 - counts[Pass.Forward], profile == "smoke" ? 800 : 2000, 6000);
    }

    [Fact]
    public void Smoke_covers_pairs_and_the_others_cover_triples() =>
        Assert.Equal([2, 3, 3], Profile.All.Select(profile => new Generator(profile, 1).Grid.Strength));

    [Fact]
    public void An_index_below_zero_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Generator(Profile.Smoke, 1).At(-1));

    [Fact]
    public void Far_indices_have_problems_too()
    {
        var generator = new Generator(Profile.Nightly, ulong.MaxValue);
        foreach (var index in (long[])[long.MaxValue, long.MaxValue - 1, 1L << 40])
        {
            Assert.Equal(generator.At(index), generator.At(index));
        }
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void The_text_of_every_problem_parses_back(string profile)
    {
        var generator = new Generator(Profile.Parse(profile), 4);
        for (var i = 0; i < 5000; i++)
        {
            var problem = generator.At(i);
            var parsed = ProblemText.Parse(problem.ToString());
            Assert.Equal(problem, parsed);
            Assert.Equal(problem.Form, parsed.Form);
            Assert.Equal(problem.DataSeed, parsed.DataSeed);
        }
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void No_problem_exceeds_the_bounds_of_its_profile(string name)
    {
        var profile = Profile.Parse(name);
        var generator = new Generator(profile, 5);
        for (var i = 0; i < 50_000; i++)
        {
            var problem = generator.At(i);
            var bytes = BytesByHand(problem);
            Assert.True(bytes == ProblemSize.Bytes(problem), $"{problem}: {bytes} bytes, said {ProblemSize.Bytes(problem)}");
            Assert.True(bytes <= profile.MaxBytes, $"{problem}: {bytes} bytes");
            if (generator.TierAt(i) == Tier.Size)
            {
                Assert.True(ProblemSize.MultiplyAdds(problem) <= (name == "smoke" ? 200_000 : 2_000_000), $"{problem}: {ProblemSize.MultiplyAdds(problem)} multiply-adds");
                continue;
            }

            Assert.True(ProblemSize.MultiplyAdds(problem) <= profile.MaxMultiplyAdds, $"{problem}: {ProblemSize.MultiplyAdds(problem)} multiply-adds");
            Assert.True(problem.Batch <= profile.MaxBatch && problem.Length <= profile.MaxLength && problem.KernelSize <= profile.MaxKernelSize
                && problem.InChannels <= profile.MaxChannels && problem.OutChannels <= profile.MaxChannels, problem.ToString());
            if (problem.Regime is Regime.Wide or Regime.Cancelling or Regime.Special)
            {
                Assert.True(ProblemSize.MultiplyAdds(problem) <= 20_000, $"{problem} is judged in full");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void A_problem_is_illegal_exactly_where_a_rule_is_broken_but_for_those_at_boundaries(string profile)
    {
        var generator = new Generator(Profile.Parse(profile), 6);
        var counts = new int[5];
        for (var i = 0; i < 20_000; i++)
        {
            var problem = generator.At(i);
            var (tier, reason) = (generator.TierAt(i), ProblemRules.Check(problem, out _));
            Assert.Equal(tier == Tier.Illegal, generator.RulesAt(i).Count > 0);
            Assert.True(tier == Tier.Boundary || tier == Tier.Illegal == reason is not null, $"{problem}: {reason}");
            counts[(int)tier]++;
        }

        Assert.Equal((generator.Grid.Count, 2000, 2000), (counts[(int)Tier.Grid], counts[(int)Tier.Boundary], counts[(int)Tier.Illegal]));
        Assert.Equal(profile == "smoke" ? 400 : 250, counts[(int)Tier.Size]);
    }

    [Fact]
    public void Rules_are_broken_in_pairs_too()
    {
        var generator = new Generator(Profile.Ci, 21);
        var pairs = Enumerable.Range(0, 100_000).Select(i => generator.RulesAt(i)).Where(rules => rules.Count == 2).Select(rules => (rules[0], rules[1])).ToHashSet();
        var rules = Enum.GetValues<BrokenRule>().Length;

        Assert.DoesNotContain(pairs, pair => pair.Item1 == pair.Item2);
        Assert.InRange(pairs.Count, rules * (rules - 1) * 9 / 10, rules * (rules - 1));
    }

    [Theory]
    [InlineData("input around 20,480 elements", "ci")]
    [InlineData("2,048 terms and more", "ci")]
    [InlineData("input longer than 4,096", "ci")]
    [InlineData("dilation around 2^31", "smoke")]
    [InlineData("stride around 2^32", "smoke")]
    [InlineData("padding around 2^31", "smoke")]
    [InlineData("output_padding around 2^32", "smoke")]
    [InlineData("no input channels", "smoke")]
    [InlineData("no output channels", "smoke")]
    [InlineData("no input", "smoke")]
    [InlineData("no taps", "smoke")]
    [InlineData("an empty batch with a broken rule", "smoke")]
    public void Boundaries_are_met_within_a_thousand_problems_whatever_the_seed(string what, string profile)
    {
        Func<Problem, bool> holds = what switch
        {
            "input around 20,480 elements" => p => p.Batch * p.InChannels * p.Length is > 20_400 and <= 20_480,
            "2,048 terms and more" => p => p.InChannels / p.Groups * p.KernelSize > 2048,
            "input longer than 4,096" => p => p.Length > 4096,
            "dilation around 2^31" => p => Math.Abs(p.Dilation - (1L << 31)) <= 1,
            "stride around 2^32" => p => Math.Abs(p.Stride - (1L << 32)) <= 1,
            "padding around 2^31" => p => Math.Abs(p.Padding - (1L << 31)) <= 1,
            "output_padding around 2^32" => p => Math.Abs(p.OutputPadding - (1L << 32)) <= 1,
            "no input channels" => p => p.InChannels == 0,
            "no output channels" => p => p.OutChannels == 0,
            "no input" => p => p.Length == 0,
            "no taps" => p => p.KernelSize == 0,
            _ => p => p.Batch == 0 && !p.Unbatched && ProblemRules.Check(p, out _) is not null,
        };
        foreach (var seed in (ulong[])[1, 2, 3, 4, 5])
        {
            var generator = new Generator(Profile.Parse(profile), seed);
            Assert.True(Enumerable.Range(0, 1000).Any(i => generator.TierAt(i) == Tier.Boundary && holds(generator.At(i))), $"seed {seed}");
        }
    }

    /// <summary>In the integer regime, so that one lost term shows.</summary>
    [Theory]
    [InlineData("smoke", ProblemClass.TermsAbove1024 | ProblemClass.TermsAbove2048 | ProblemClass.TermsAbove4096 | ProblemClass.OutputsAbove1024)]
    [InlineData("ci", (ProblemClass)((1L << 46) - (1L << 34)))]
    [InlineData("nightly", (ProblemClass)((1L << 46) - (1L << 34)))]
    internal void The_first_problem_beyond_each_size_is_one_that_every_implementation_does(string profile, ProblemClass sizes)
    {
        foreach (var seed in (ulong[])[1, 2, 3])
        {
            var generator = new Generator(Profile.Parse(profile), seed);
            var firsts = Enumerable.Range(0, profile == "smoke" ? 200 : 960).Where(i => generator.TierAt(i) == Tier.Size).Select(i => generator.At(i)).ToArray();
            Assert.All(firsts, p => Assert.Equal((DType.Float32, Pass.Forward, Regime.Integer, Form.Functional), (p.DType, p.Pass, p.Regime, p.Form)));
            Assert.Equal(sizes, sizes & firsts.Aggregate(ProblemClass.None, (met, p) => met | ProblemClasses.Of(p)));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(137)]
    [InlineData(1_000_000_007)]
    public void Every_rule_is_broken_alone_within_any_thousand_problems(long start)
    {
        var generator = new Generator(Profile.Smoke, 7);
        var broken = Enumerable.Range(0, 1000).Select(i => generator.RulesAt(start + i)).Where(rules => rules.Count == 1).Select(rules => rules[0]).Distinct().Count();
        Assert.Equal(Enum.GetValues<BrokenRule>().Length, broken);
    }

    [Fact]
    public void A_broken_rule_gives_its_reason_and_mending_it_alone_makes_the_problem_legal()
    {
        var generator = new Generator(Profile.Smoke, 8);
        for (var i = 0; i < 20_000; i++)
        {
            if (generator.RulesAt(i) is not [var rule])
            {
                continue;
            }

            var problem = generator.At(i);
            var (reason, mended) = Mend(rule, problem);
            Assert.True(ProblemRules.Check(problem, out _) == reason, $"{rule}: {problem} gives {ProblemRules.Check(problem, out _)}");
            Assert.True(ProblemRules.Check(mended, out _) is null, $"{rule}: {problem} mended to {mended} gives {ProblemRules.Check(mended, out _)}");
        }
    }

    [Fact]
    public void The_module_is_never_given_what_ends_libtorch_s_process()
    {
        var generator = new Generator(Profile.Smoke, 9);
        for (var i = 0; i < 20_000; i++)
        {
            var problem = generator.At(i);
            Assert.False(problem.Form == Form.Module && (problem.Groups <= 0 || problem.HasOverrides || problem.OutChannels == 0), problem.ToString());
        }
    }

    [Fact]
    public void The_shares_of_dtype_regime_and_form_are_as_documented()
    {
        var generator = new Generator(Profile.Ci, 10);
        var problems = Enumerable.Range(1000, 20_000).Where(i => generator.TierAt(i) == Tier.Random).Select(i => generator.At(i)).ToArray();
        AssertShare(0.50, problem => problem.Regime == Regime.Integer);
        AssertShare(0.32, problem => problem.Regime == Regime.Random);
        AssertShare(0.50, problem => problem.DType == DType.Float32);
        AssertShare(0.16, problem => problem.DType == DType.Float64);
        AssertShare(0.09, problem => problem.DType == DType.Float16);
        AssertShare(0.09, problem => problem.DType == DType.BFloat16);
        AssertShare(0.03, problem => problem.DType == DType.Int64);
        AssertShare(0.12, problem => problem.DType.IsComplex());
        AssertShare(0.10, problem => problem.Form == Form.Module);

        void AssertShare(double expected, Func<Problem, bool> holds) =>
            Assert.Equal(expected, problems.Count(holds) / (double)problems.Length, tolerance: 0.02);
    }

    [Fact]
    public void Smoke_problems_are_tiny_and_ci_spends_its_work_between_50_000_and_a_million()
    {
        var generator = new Generator(Profile.Smoke, 1);
        var smoke = Enumerable.Range(1000, 10_000).Where(i => generator.TierAt(i) == Tier.Random).Select(i => ProblemSize.MultiplyAdds(generator.At(i))).ToArray();
        Assert.True(smoke.Count(work => work is >= 8 and <= 2000) > 0.85 * smoke.Length);
        var ci = Enumerable.Range(1000, 19_000).Select(i => (double)ProblemSize.MultiplyAdds(new Generator(Profile.Ci, 1).At(i))).ToArray();
        Assert.True(ci.Where(work => work is >= 50_000 and <= 1_000_000).Sum() > 0.7 * ci.Sum());
    }

    [Fact]
    public void Boundaries_occur_more_often_than_chance_would_have_them()
    {
        var generator = new Generator(Profile.Ci, 12);
        var problems = Enumerable.Range(1000, 20_000).Where(i => generator.TierAt(i) == Tier.Random).Select(i => generator.At(i)).ToArray();
        AssertAtLeast(1000, p => p.KernelSize > 1 && p.Stride == p.KernelSize);
        AssertAtLeast(1000, p => p.Stride > p.KernelSize);
        AssertAtLeast(1000, p => p.OutputPadding >= p.Stride && p.OutputPadding < p.Dilation);
        AssertAtLeast(300, p => p.Dilation > p.Length);
        AssertAtLeast(3000, p => p.Length >= 4 && (p.Length + 1) % 4 <= 2);
        AssertAtLeast(50, p => p.Batch * p.InChannels * p.Length is > 20480 - 512 and < 20480 + 512);
        AssertAtLeast(100, p => p.Batch == 0 && !p.Unbatched);

        void AssertAtLeast(int count, Func<Problem, bool> holds) => Assert.True(
            problems.Count(holds) >= count,
            string.Create(CultureInfo.InvariantCulture, $"{problems.Count(holds)} of {problems.Length}"));
    }

    private static long BytesByHand(Problem problem)
    {
        static long Count(IEnumerable<long> shape) => shape.Aggregate(1L, (product, size) => product * size);
        var weightSize = (problem.WeightDType ?? problem.DType).Size();
        var bytes = Count(problem.InputShape) * problem.DType.Size() + Count(problem.WeightShape) * weightSize;
        if (problem.HasBias)
        {
            bytes += Count(problem.BiasShape) * (problem.BiasDType ?? problem.DType).Size();
        }

        if (ProblemRules.Check(problem, out var length) is null)
        {
            var outputs = (problem.Unbatched ? 1 : problem.Batch) * problem.WeightShape[1] * problem.Groups * length;
            var answered = problem.Pass == Pass.Forward
                ? outputs
                : (problem.Pass.HasFlag(Pass.GradInput) ? Count(problem.InputShape) : 0) + (problem.Pass.HasFlag(Pass.GradWeight) ? Count(problem.WeightShape) : 0)
                    + (problem.Pass.HasFlag(Pass.GradBias) ? Count(problem.BiasShape) : 0);
            bytes += answered * (2 * weightSize + 24) + (problem.Pass == Pass.Forward ? 0 : outputs * weightSize);
        }

        return bytes;
    }

    private static (RejectionReason Reason, Problem Mended) Mend(BrokenRule rule, Problem problem) => rule switch
    {
        BrokenRule.InputOneDimension or BrokenRule.InputFourDimensions =>
            (RejectionReason.InputDimensions, problem with { InputShapeOverride = null }),
        BrokenRule.WeightTwoDimensions or BrokenRule.WeightFourDimensions =>
            (RejectionReason.WeightDimensions, problem with { WeightShapeOverride = null }),
        BrokenRule.GroupsZero or BrokenRule.GroupsNegative => (RejectionReason.NonPositiveGroups, problem with { Groups = 1 }),
        BrokenRule.StrideList => (RejectionReason.ParameterCount, problem with { StrideList = null }),
        BrokenRule.PaddingList => (RejectionReason.ParameterCount, problem with { PaddingList = null }),
        BrokenRule.OutputPaddingList => (RejectionReason.ParameterCount, problem with { OutputPaddingList = null }),
        BrokenRule.DilationList => (RejectionReason.ParameterCount, problem with { DilationList = null }),
        BrokenRule.PaddingNegative => (RejectionReason.NegativePadding, problem with { Padding = 0 }),
        BrokenRule.OutputPaddingNegative => (RejectionReason.NegativeOutputPadding, problem with { OutputPadding = 0 }),
        BrokenRule.StrideZero or BrokenRule.StrideNegative => (RejectionReason.NonPositiveStride, problem with { Stride = 1 }),
        BrokenRule.GroupsAboveChannels or BrokenRule.GroupsNotDividing => (RejectionReason.WeightGroups, problem with { Groups = 1 }),
        BrokenRule.InputChannels => (RejectionReason.InputChannels, problem with { InputShapeOverride = null }),
        BrokenRule.BiasLength or BrokenRule.BiasTwoDimensions => (RejectionReason.BiasShape, problem with { BiasShapeOverride = null }),
        BrokenRule.LengthZero => (RejectionReason.EmptyInput, problem with { Length = 1 }),
        BrokenRule.KernelSizeZero => (RejectionReason.KernelSize, problem with { KernelSize = 1 }),
        BrokenRule.DilationZero or BrokenRule.DilationNegative or BrokenRule.EmptyBatchDilationZero =>
            (RejectionReason.NonPositiveDilation, problem with { Dilation = 1 }),
        BrokenRule.OutputPaddingTooLarge or BrokenRule.EmptyBatchOutputPaddingTooLarge =>
            (RejectionReason.OutputPaddingTooLarge, problem with { OutputPadding = Math.Max(problem.Stride, problem.Dilation) - 1 }),
        BrokenRule.OutChannelsZero => (RejectionReason.EmptyWeight, problem with { OutChannels = 1 }),
        BrokenRule.OutputLengthZero or BrokenRule.OutputLengthNegative => (RejectionReason.OutputSize, problem with { Padding = 0 }),
        BrokenRule.WeightDType => (RejectionReason.DType, problem with { WeightDType = null }),
        BrokenRule.BiasDType => (RejectionReason.DType, problem with { BiasDType = null }),
        BrokenRule.EmptyBatchDType => (RejectionReason.DType, problem with { WeightDType = null, BiasDType = null }),
        BrokenRule.Int32 or BrokenRule.Int16 or BrokenRule.Int8 or BrokenRule.UInt8 or BrokenRule.Bool =>
            (RejectionReason.DType, problem with { DType = DType.Float32 }),
        BrokenRule.ModuleInChannels => (RejectionReason.ModuleChannels, problem with { InChannels = problem.InChannels + 1 }),
        BrokenRule.ModuleOutChannels => (RejectionReason.ModuleChannels, problem with { OutChannels = problem.OutChannels + 1 }),
        BrokenRule.PaddingMode => (RejectionReason.PaddingMode, problem with { PaddingMode = PaddingMode.Zeros }),
        _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, "unknown rule"),
    };
}
