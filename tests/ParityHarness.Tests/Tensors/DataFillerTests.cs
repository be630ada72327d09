using System.Numerics;
using System.Security.Cryptography;

using ParityHarness.Generation;
using ParityHarness.Problems;
using ParityHarness.Tensors;
using ParityHarness.Tests.Oracle;
using ParityHarness.Tests.Problems;

using Xunit;

namespace ParityHarness.Tests.Tensors;

public class DataFillerTests
{
    /// <summary>A recorded seed must make the same bits on every machine and for ever.</summary>
    [Theory]
    [InlineData("n2_ic8_oc12_l17_k3_s2_p1_op1_d2_g4_bias float32 forward integer seed7", "45358DD343951B2C")]
    [InlineData("ic3000_oc2_l5_k4_bias float32 forward integer seed14", "E5CA8A7F5965F828")]
    [InlineData("ic4_oc4_l33_k5_bias float64 forward integer seed8", "B2D12B466132771A")]
    [InlineData("ic4_oc4_l33_k5_bias float32 forward random seed9", "AD63C57AB4CDC090")]
    [InlineData("ic4_oc4_l33_k5_bias float64 forward random seed9", "644202F840925226")]
    [InlineData("ic4_oc4_l33_k5_bias float32 forward wide seed10", "0265219AE50D231F")]
    [InlineData("ic4_oc4_l33_k5_bias float32 forward cancelling seed11", "BC99F4478A032BD8")]
    [InlineData("ic4_oc4_l33_k5_bias float64 forward special seed12", "5852405B5F33406A")]
    [InlineData("ic4_oc4_l33_k5_bias float32 forward special seed13", "AC087A352B1E2FDD")]
    public void A_seed_makes_the_same_bits_everywhere(string text, string expected)
    {
        using var tensors = Fill(text);
        Assert.Equal(expected, Hash(tensors));
    }

    [Fact]
    public void The_tensors_do_not_depend_on_what_was_filled_before()
    {
        const string Text = "n2_ic3_oc3_l9_k3_bias float32 forward special seed5";
        using var fresh = Fill(Text);
        using var used = Fill("n3_ic8_oc9_l70_k5 float64 forward wide seed6");
        DataFiller.Fill(ProblemText.Parse(Text), used);
        Assert.Equal(Hash(fresh), Hash(used));
    }

    [Fact]
    public void Another_seed_makes_other_bits()
    {
        using var one = Fill("l33_k5 float32 forward random seed1");
        using var two = Fill("l33_k5 float32 forward random seed2");
        Assert.False(Hash(one) == Hash(two), "the same tensors");
    }

    /// <summary>The sum over all products of the magnitudes, by the definition: no partial sum in any order exceeds it.</summary>
    [Fact]
    public void In_the_integer_regime_no_order_of_summation_can_round()
    {
        using var tensors = new TensorSet();
        var generator = new Generator(Profile.Ci, 21);
        var (problems, wide, wideDoubles) = (0, 0, 0);
        for (var i = 0; problems < 3000; i++)
        {
            var problem = generator.At(i);
            if (problem.Regime != Regime.Integer || problem.IsBackward || generator.TierAt(i) is Tier.Illegal or Tier.Boundary or Tier.Size || ProblemSize.MultiplyAdds(problem) > 30_000)
            {
                continue;
            }

            problems++;
            DataFiller.Fill(problem, tensors);
            Assert.True(tensors.IsExact, problem.ToString());
            var bits = problem.DType == DType.Float32 ? 24 : 53;
            Assert.True(LargestSum(problem, tensors) <= 1L << bits, problem.ToString());
            var width = Math.Max(SignificantBits(tensors.Input), SignificantBits(tensors.Weight));
            Assert.True(width <= (bits == 24 ? 12 : 27), problem.ToString());
            wide += bits == 24 && width == 12 ? 1 : 0;
            wideDoubles += bits == 53 && width == 27 ? 1 : 0;
        }

        // TF32 keeps 11 bits and bfloat16 8: these problems tell.
        Assert.InRange(wide, 200, 800);
        Assert.InRange(wideDoubles, 80, 400);
    }

    /// <summary>What is drawn seldom comes near the limits, so the limits themselves are held against the count of products.</summary>
    [Fact]
    public void The_largest_integers_that_may_be_drawn_cannot_round_either()
    {
        var generator = new Generator(Profile.Smoke, 22);
        var seen = 0;
        for (var i = 0; i < 5000; i++)
        {
            var problem = generator.At(i);
            if (problem.Regime != Regime.Integer || problem.IsBackward || generator.TierAt(i) is Tier.Illegal or Tier.Boundary or Tier.Size)
            {
                continue;
            }

            seen++;
            using var ones = new TensorSet();
            DataFiller.Fill(problem, ones);
            var (input, weight) = (Values(ones.Input), Values(ones.Weight));
            Array.Fill(input, 1);
            Array.Fill(weight, 1);
            var products = Sums(problem, input, weight).Select(sum => (long)sum.Magnitude).DefaultIfEmpty(0).Max();
            var limits = IntegerLimits.Of(problem);
            Assert.True(TermCounts.OfOutput(problem) >= products, $"{problem}: {products} products");
            var active = Math.Min(limits.ActiveChannels, limits.GroupChannels);
            Assert.True(
                (Int128)products / limits.GroupChannels * active * limits.Input * limits.Weight + 16 <= (problem.DType == DType.Float32 ? 1L << 24 : 1L << 53),
                problem.ToString());
        }

        Assert.True(seen > 1000, $"only {seen} problems");
    }

    /// <summary>Of each gradient the sum over all products of the magnitudes: no partial sum in any order exceeds it.</summary>
    [Fact]
    public void In_the_integer_regime_no_order_of_summation_of_a_gradient_can_round()
    {
        using var tensors = new TensorSet();
        var generator = new Generator(Profile.Ci, 23);
        var (problems, wide) = (0, 0);
        for (var i = 0; problems < 600; i++)
        {
            var problem = generator.At(i);
            if (problem.Regime != Regime.Integer || !problem.IsBackward || generator.TierAt(i) is Tier.Illegal or Tier.Boundary or Tier.Size || ProblemSize.MultiplyAdds(problem) > 20_000)
            {
                continue;
            }

            problems++;
            DataFiller.Fill(problem, tensors);
            Assert.True(tensors.IsExact, problem.ToString());
            var bits = problem.DType == DType.Float32 ? 24 : 53;
            foreach (var terms in Oracle.NaiveGradientTerms.Of(problem, tensors))
            {
                Assert.True(terms.Sum(term => Math.Abs(term.X * term.W)) <= 1L << bits, problem.ToString());
            }

            var width = Math.Max(SignificantBits(tensors.GradOutput!), Math.Max(SignificantBits(tensors.Input), SignificantBits(tensors.Weight)));
            wide += width == (bits == 24 ? 12 : 27) ? 1 : 0;
        }

        // TF32 keeps 11 bits and bfloat16 8: these problems tell.
        Assert.InRange(wide, 60, 240);
    }

    /// <summary>The limits themselves, against the largest count of products that there is.</summary>
    [Fact]
    public void The_largest_integers_that_may_be_drawn_for_gradients_cannot_round_either()
    {
        foreach (var text in (string[])["n32_ic4_oc64_l1000_k9_s2", "n7_ic3_oc2_l5000_k3_s7_p2", "ic256_oc256_l3_k32_g2", "n64_l20_k20_d3_op2", "l9000_k1"])
        {
            for (var seed = 0UL; seed < 40; seed++)
            {
                var problem = ProblemText.Parse($"{text} float{(seed % 2 == 0 ? 32 : 64)} grad_input+grad_weight+grad_bias integer") with { DataSeed = seed };
                var limits = IntegerLimits.Of(problem);
                var largest = 1L << IntegerLimits.Bits(problem.DType);
                Assert.True(limits.IsExact && TermCounts.OfGradient(problem, Pass.GradInput) * limits.GradOutput * limits.Weight <= largest, problem.ToString());
                Assert.True(TermCounts.OfGradient(problem, Pass.GradWeight) * limits.GradOutput * limits.Input <= largest, problem.ToString());
                Assert.True(TermCounts.OfGradient(problem, Pass.GradBias) * limits.GradOutput <= largest, problem.ToString());
            }
        }
    }

    [Theory]
    [InlineData("l4_k3_p1 float32 grad_input grad_output=[1,1,1,1] input=[1,1,1,inf] weight=[1,2,3]", true)]
    [InlineData("l4_k3_p1 float32 grad_input grad_output=[1,1,1,1] input=[1,1,1,1] weight=[1,2,0.5]", false)]
    [InlineData("l4_k3_p1 float32 grad_weight grad_output=[1,1,1,1] input=[1,1,1,0.5] weight=[1,2,3]", false)]
    [InlineData("l4_k3_p1 float32 grad_bias grad_output=[4194303,1,1,1] input=[1,1,1,1] weight=[1,2,0.5] bias=[0.5]", true)]
    [InlineData("l4_k3_p1 float32 grad_bias grad_output=[4194304,1,1,1] input=[1,1,1,1] weight=[1,2,3] bias=[0]", false)]
    [InlineData("l9_k3 float64 grad_input+grad_weight+grad_bias integer seed4", true)]
    [InlineData("l9_k3 float64 grad_input random seed4", false)]
    public void Exactness_of_gradients_is_claimed_only_where_it_is_proved(string text, bool exact)
    {
        using var tensors = Fill(text);
        Assert.Equal(exact, tensors.IsExact);
    }

    [Fact]
    public void Where_wide_integers_leave_room_for_few_channels_the_sum_still_fits_and_every_channel_has_its_turn()
    {
        using var tensors = new TensorSet();
        var inputs = new HashSet<long>();
        var weights = new HashSet<long>();
        for (var seed = 0; seed < 100; seed++)
        {
            var problem = ProblemText.Parse($"ic3000_oc1_l4_k3_bias float32 forward integer seed{seed}");
            DataFiller.Fill(problem, tensors);
            Assert.True(tensors.IsExact && LargestSum(problem, tensors) <= 1 << 24, problem.ToString());
            var active = ActiveChannels(tensors.Input, 4);
            if (active.Count < 2500)
            {
                inputs.UnionWith(active);
            }

            active = ActiveChannels(tensors.Weight, 3);
            if (active.Count < 2500)
            {
                weights.UnionWith(active);
            }
        }

        Assert.Equal(3000, inputs.Count);
        Assert.Equal(3000, weights.Count);
    }

    [Fact]
    public void More_terms_than_a_significand_counts_are_not_called_exact()
    {
        // Nor can channels of zeros help where the taps alone are more.
        using var tensors = Fill("n0_l300_k300 bfloat16 forward integer seed1");
        Assert.False(tensors.IsExact);
    }

    [Theory]
    [InlineData("l4_k3 float32 input=[1,1,1,1] weight=[1,2,3]", true)]
    [InlineData("l4_k3 float32 input=[1,1,1,1] weight=[1,2,0.5]", false)]
    [InlineData("l4_k3 float32 input=[1,1,1,NaN] weight=[1,2,3]", false)]
    [InlineData("l4_k3 float32 input=[1,1,1,inf] weight=[0,0,0]", false)]
    [InlineData("l1_k1 float32 input=[4096] weight=[4095]", true)]
    [InlineData("l1_k1 float32 input=[4096] weight=[4097]", false)]
    [InlineData("l1_k1 float64 input=[134217728] weight=[67108864] bias=[1]", false)]
    [InlineData("l4_k3 float32 integer seed1", true)]
    [InlineData("l4_k3 float32 random seed1", false)]
    [InlineData("l4_k3 float16 integer seed1", true)]
    [InlineData("ic4096_l4_k3 bfloat16 integer seed1", true)]
    [InlineData("l4_k3 bfloat16 random seed1", false)]
    [InlineData("l4_k3 int64 random seed1", true)]
    [InlineData("l1_k1 float16 input=[64] weight=[31]", true)]
    [InlineData("l1_k1 float16 input=[64] weight=[33]", false)]
    [InlineData("l1_k1 bfloat16 input=[16] weight=[17]", false)]
    [InlineData("l1_k1 complex64 input=[512,1] weight=[4095,0]", true)]
    [InlineData("l1_k1 complex64 input=[512,1] weight=[4097,0]", false)]
    public void Exactness_is_claimed_only_where_it_is_proved(string text, bool exact)
    {
        using var tensors = Fill(text);
        Assert.Equal(exact, tensors.IsExact);
    }

    [Theory]
    [InlineData("float32")]
    [InlineData("float64")]
    public void Random_numbers_have_mean_0_variance_1_and_full_significands(string dtype)
    {
        using var tensors = Fill($"l200000_k1 {dtype} forward random seed3");
        var values = Values(tensors.Input);
        var mean = values.Average();
        Assert.Equal(0, mean, tolerance: 0.01);
        Assert.Equal(1, values.Average(value => (value - mean) * (value - mean)), tolerance: 0.02);
        Assert.InRange(values.Max(), 2.5, 3);
        Assert.InRange(values.Min(), -3, -2.5);
        Assert.True(values.Distinct().Count() > 150_000);
        if (dtype == "float64")
        {
            Assert.True(values.Count(value => (float)value != value) > 199_000);
        }
    }

    [Fact]
    public void Wide_numbers_spread_over_sixty_powers_of_two()
    {
        using var tensors = Fill("l20000_k1 float32 forward wide seed3");
        var exponents = Values(tensors.Input).Where(value => value != 0).Select(Math.ILogB).ToArray();
        Assert.True(exponents.Max() >= 29 && exponents.Min() <= -31);
        Assert.True(exponents.Distinct().Count() >= 60);
    }

    [Theory]
    [InlineData("ic8_oc4_l40_k3")]
    [InlineData("ic8_oc8_l40_k4_g8")]
    public void Cancelling_products_nearly_cancel(string shape)
    {
        var cancelling = MedianShareLeft(shape + " float32 forward cancelling seed4");
        var random = MedianShareLeft(shape + " float32 forward random seed4");
        Assert.True(cancelling < 1e-3, $"{cancelling}");
        Assert.True(random > 0.05, $"{random}");
    }

    [Theory]
    [InlineData("float32", -126)]
    [InlineData("float64", -1022)]
    public void Every_special_value_occurs_and_one_problem_has_one_kind(string dtype, int smallestExponent)
    {
        using var tensors = new TensorSet();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var seed = 0; seed < 300; seed++)
        {
            DataFiller.Fill(ProblemText.Parse($"ic3_oc3_l20_k3_bias {dtype} forward special seed{seed}"), tensors);
            Assert.False(tensors.IsExact);
            double[][] all = [Values(tensors.Input), Values(tensors.Weight), Values(tensors.Bias!)];
            var kinds = new HashSet<string>(StringComparer.Ordinal);
            for (var t = 0; t < 3; t++)
            {
                var notFinite = all[t].Count(value => !double.IsFinite(value));
                Assert.InRange(notFinite, 0, 2);
                Note(all[t].Any(double.IsNaN), $"NaN in {t}");
                Note(all[t].Any(double.IsPositiveInfinity), $"inf in {t}");
                Note(all[t].Any(double.IsNegativeInfinity), $"-inf in {t}");
            }

            Assert.True(kinds.Select(kind => kind[^1]).Distinct().Count() <= 1, "not finite in several tensors");
            Note(all[0].Any(value => value == 0 && double.IsNegative(value)), "-0");
            Note(all[0].Any(value => value == 0 && !double.IsNegative(value)), "+0");
            Note(all[0].Any(value => value != 0 && Math.ILogB(value) < smallestExponent), "denormal input");
            var product = Math.ILogB(all[0].Where(double.IsFinite).Max(Math.Abs)) + Math.ILogB(all[1].Where(double.IsFinite).Max(Math.Abs));
            Note(product < smallestExponent && all[0].All(value => Math.ILogB(value) >= smallestExponent), "denormal products");
            Note(product >= -smallestExponent - 8, "near overflow");
            seen.UnionWith(kinds);

            void Note(bool holds, string kind)
            {
                if (holds)
                {
                    kinds.Add(kind);
                }
            }
        }

        string[] expected = [.. from kind in (string[])["NaN", "inf", "-inf"] from t in Enumerable.Range(0, 3) select $"{kind} in {t}", "-0", "+0", "denormal input", "denormal products", "near overflow"];
        Assert.Equal(expected.Order(StringComparer.Ordinal), seen.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("float32 forward", -126, false, true)]
    [InlineData("float64 forward", -1022, false, true)]
    [InlineData("float32 grad_input", -126, true, true)]
    public void Weights_are_denormal_in_place_of_inputs_where_bit_33_of_the_seed_is_set(string what, int smallestExponent, bool inputToo, bool weightToo)
    {
        using var tensors = new TensorSet();
        var (inputs, weights) = (false, false);
        for (var seed = 1UL << 33; seed < (1UL << 33) + 60; seed++)
        {
            DataFiller.Fill(ProblemText.Parse($"ic3_oc3_l20_k3_bias {what} special seed{seed}"), tensors);
            inputs |= IsDenormal(tensors.Input);
            weights |= IsDenormal(tensors.Weight);
            Assert.False(tensors.GradOutput is { } gradOutput && IsDenormal(gradOutput));
        }

        Assert.Equal((inputToo, weightToo), (inputs, weights));

        bool IsDenormal(Tensor tensor) => Values(tensor).Any(value => value != 0 && Math.ILogB(value) < smallestExponent);
    }

    [Theory]
    [InlineData("l4_k3 float32 cancelling w=scalar")]
    [InlineData("ic4_oc1_l4_k3_g3 float32 cancelling w=1x1x3")]
    [InlineData("ic1_oc1_l4_k2_g3 float32 cancelling w=1x1x2")]
    [InlineData("l4_k3 float32 cancelling x=scalar")]
    [InlineData("l4_k3 float32 cancelling x=0 w=3x0x2")]
    [InlineData("l4_k3 float32 integer x=0x9223372036854775807 w=9223372036854775807x0x9223372036854775807")]
    [InlineData("ic4_oc4_l4_k3_g-2 float32 integer")]
    [InlineData("l4_k3_s-9223372036854775808_d-9223372036854775808 float32 integer")]
    public void Odd_problems_have_tensors_all_the_same(string text)
    {
        var problem = ProblemText.Parse(text);
        for (ulong seed = 0; seed < 20; seed++)
        {
            using var tensors = new TensorSet();
            DataFiller.Fill(problem with { DataSeed = seed }, tensors);
            Assert.Equal<long>(problem.InputShape, tensors.Input.Shape);
            Assert.Equal<long>(problem.WeightShape, tensors.Weight.Shape);
        }
    }

    [Theory]
    [InlineData("ic3_oc-1_l4_k3", "weight of shape [3, -1, 3] cannot be made")]
    [InlineData("ic65536_l65536_k3", "input of shape [1, 65536, 65536] cannot be made")]
    [InlineData("l4_k3 input=[1,2]", "input of shape [1, 1, 4] has 4 elements, but 2 values are given")]
    [InlineData("l4_k3 float32 weight=[1,2,1e39]", "weight holds 1E+39, which float32 cannot hold")]
    [InlineData("l4_k3 float16 weight=[1,2,70000]", "weight holds 70000, which float16 cannot hold")]
    [InlineData("l4_k3 int32 weight=[1,2,0.5]", "weight holds 0.5, which int32 cannot hold")]
    [InlineData("l4_k3 int8 weight=[1,2,128]", "weight holds 128, which int8 cannot hold")]
    [InlineData("l4_k3 bool weight=[1,0,2]", "weight holds 2, which bool cannot hold")]
    [InlineData("l4_k3 int64 weight=[1,0,NaN]", "weight holds NaN, which int64 cannot hold")]
    public void What_cannot_be_made_is_refused_by_name(string text, string message)
    {
        var error = Assert.Throws<ProblemDataException>(() => Fill(text).Dispose());
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bool_tensor_holds_only_0_and_1()
    {
        using var tensors = Fill("ic4_oc4_l20_k5_bias bool forward integer seed3");
        foreach (var tensor in (Tensor[])[tensors.Input, tensors.Weight, tensors.Bias!])
        {
            Assert.All(Values(tensor), value => Assert.True(value is 0 or 1));
        }
    }

    [Fact]
    public void Any_small_problem_is_filled_within_its_guards_or_refused() => AnyProblem.ForAll(
        any =>
        {
            var problem = any with
            {
                Batch = any.Batch & 3,
                InChannels = any.InChannels & 7,
                OutChannels = any.OutChannels & 7,
                Length = any.Length & 15,
                KernelSize = any.KernelSize & 7,
            };
            if (ProblemSize.Bytes(problem) > 1 << 20)
            {
                return;
            }

            using var tensors = new TensorSet();
            try
            {
                DataFiller.Fill(problem, tensors);
            }
            catch (ProblemDataException)
            {
                return;
            }

            Assert.True(tensors.Input.GuardsAreIntact() && tensors.Weight.GuardsAreIntact());
            Assert.Equal(problem.HasBias, tensors.Bias is not null);
            Assert.True(tensors.Bias?.GuardsAreIntact() ?? true);
        },
        times: 3000);

    private static TensorSet Fill(string text)
    {
        var tensors = new TensorSet();
        DataFiller.Fill(ProblemText.Parse(text), tensors);
        return tensors;
    }

    private static double[] Values(Tensor tensor)
    {
        var values = new double[tensor.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = tensor.At(i);
        }

        return values;
    }

    private static string Hash(TensorSet tensors)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var tensor in (Tensor?[])[tensors.Input, tensors.Weight, tensors.Bias])
        {
            if (tensor is not null)
            {
                unsafe
                {
                    hash.AppendData(new ReadOnlySpan<byte>(tensor.Data, (int)tensor.Count * tensor.DType.Size()));
                }
            }
        }

        return Convert.ToHexString(hash.GetHashAndReset())[..16];
    }

    private static int SignificantBits(Tensor tensor) => Values(tensor).Select(value => (ulong)Math.Abs(value)).DefaultIfEmpty(0UL).Max(whole =>
        whole == 0 ? 0 : 64 - BitOperations.LeadingZeroCount(whole) - BitOperations.TrailingZeroCount(whole));

    private static HashSet<long> ActiveChannels(Tensor tensor, int channelSize)
    {
        var active = new HashSet<long>();
        for (var i = 0L; i < tensor.Count; i++)
        {
            if (tensor.At(i) != 0)
            {
                active.Add(i / channelSize);
            }
        }

        return active;
    }

    /// <summary>Largest sum|x||w| + |bias| of an output, padding cut off or not.</summary>
    private static double LargestSum(Problem problem, TensorSet tensors) =>
        Sums(problem, Values(tensors.Input), Values(tensors.Weight)).Select(sum => sum.Magnitude).DefaultIfEmpty(0).Max() + (tensors.Bias is { } bias ? Values(bias).Max(Math.Abs) : 0);

    private static double MedianShareLeft(string text)
    {
        using var tensors = Fill(text);
        var shares = Sums(ProblemText.Parse(text), Values(tensors.Input), Values(tensors.Weight)).Where(sum => sum.Magnitude > 0).Select(sum => Math.Abs(sum.Value) / sum.Magnitude).Order().ToArray();
        return shares[shares.Length / 2];
    }

    private static (double Value, double Magnitude)[] Sums(Problem problem, double[] input, double[] weight)
    {
        var unpadded = problem with { Padding = 0, OutputPadding = 0 };
        var sums = new (double Value, double Magnitude)[(problem.Unbatched ? 1 : problem.Batch) * problem.OutChannels * Math.Max(0, NaiveProducts.OutputLength(unpadded))];
        foreach (var (x, w, y) in NaiveProducts.Of(unpadded))
        {
            var product = input[x] * weight[w];
            sums[y] = (sums[y].Value + product, sums[y].Magnitude + Math.Abs(product));
        }

        return sums;
    }
}
