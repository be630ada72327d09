using FsCheck;
using FsCheck.Fluent;

using ParityHarness.Judging;
using ParityHarness.Oracle;
using ParityHarness.Problems;
using ParityHarness.Tensors;
using ParityHarness.Tests.Judging;

using Xunit;

namespace ParityHarness.Tests.Oracle;

/// <summary>The oracle against exact rational arithmetic, and its bound against arithmetic in any order.</summary>
public class OracleTests
{
    private static readonly string[] AllShapes =
    [
        "l4_k3",
        "n2_ic6_oc4_l9_k3_s2_p1_op1_bias",
        "ic4_oc6_l7_k4_s3_p2_op2_g2_bias",
        "ic3_oc3_l11_k3_d2_p2_g3",
        "ic2_oc2_l5_k3_s2_d4_op3_bias_unbatched",
        "ic2_l3_k2_s7_op6",
        "ic5_l1_k9_p4",
        "ic2_l6_k5_s6_d9_p3_bias",
    ];

    public static TheoryData<string> Shapes { get; } = [.. AllShapes];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Outputs_where_nothing_rounds_are_exact(string shape)
    {
        foreach (var dtype in (string[])["float32", "float64"])
        {
            for (var seed = 0; seed < 8; seed++)
            {
                ForEachOutput($"{shape} {dtype} integer seed{seed}", (oracle, i, terms, bias) =>
                {
                    Assert.True(oracle.IsExact);
                    Assert.Equal(0, oracle.Bound[i]);
                    Assert.Equal(0, (NaiveDefinition.Exact(terms, bias) - Dyadic.Of(oracle.Exact[i])).Mantissa);
                });
            }
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Float32_is_right_to_double_precision_and_the_bound_allows_for_the_rest(string shape)
    {
        foreach (var regime in (string[])["random", "wide", "cancelling"])
        {
            ForEachOutput($"{shape} float32 {regime} seed3", (oracle, i, terms, bias) =>
            {
                var magnitude = NaiveDefinition.Magnitude(terms, bias);
                var error = (NaiveDefinition.Exact(terms, bias) - Dyadic.Of(oracle.Exact[i])).Abs();
                var m = terms.Length + (bias is null ? 0 : 1);

                // m roundings of 2^-53 each, and the bound is m roundings of 2^-24.
                Assert.True(error.IsAtMost(magnitude * Dyadic.Of(m * 1.001) * Dyadic.Of(1.0 / (1L << 53))));
                Assert.True((magnitude * Dyadic.Of(m) * Dyadic.Of(1.0 / (1 << 24)) + error).IsAtMost(Dyadic.Of(oracle.Bound[i])));
                Assert.True(Dyadic.Of(oracle.Bound[i]).IsAtMost(magnitude * Dyadic.Of(m * 1.001) * Dyadic.Of(1.0 / (1 << 24)) + Dyadic.Of(m * 7.1e-46)), "the bound is wider than it need be");
            });
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Float64_is_right_as_if_in_twice_the_precision(string shape)
    {
        foreach (var regime in (string[])["random", "wide", "cancelling"])
        {
            ForEachOutput($"{shape} float64 {regime} seed4", (oracle, i, terms, bias) =>
            {
                var magnitude = NaiveDefinition.Magnitude(terms, bias);
                var exact = NaiveDefinition.Exact(terms, bias);
                var error = (exact - Dyadic.Of(oracle.Exact[i]) - Dyadic.Of(oracle.Low[i])).Abs();
                var m = terms.Length + (bias is null ? 0 : 1);

                Assert.True(error.IsAtMost(magnitude * Dyadic.Of((m + 1.0) * (m + 1) * Math.ScaleB(1, -105))), $"output {i} of {shape} {regime}");
                Assert.True((magnitude * Dyadic.Of(m * Math.ScaleB(1, -53)) + error).IsAtMost(Dyadic.Of(oracle.Bound[i])));
                Assert.True(Dyadic.Of(oracle.Bound[i]).IsAtMost(magnitude * Dyadic.Of(m * 1.001 * Math.ScaleB(1, -53)) + Dyadic.Of(m * 5e-324)));
            });
        }
    }

    [Theory]
    [InlineData("special")]
    [InlineData("random")]
    [InlineData("wide")]
    [InlineData("cancelling")]
    public void The_bound_bounds_float32_arithmetic_in_any_order_with_and_without_FMA(string regime) =>
        Prop.ForAll(Gen.Choose(0, 1 << 20).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var shape = AllShapes[random.Next(AllShapes.Length)];
            ForEachOutput($"{shape} float32 {regime} seed{seed}", (oracle, i, terms, bias) =>
            {
                // Where infinities and overflow come in, only the class counts.
                if (!double.IsFinite(oracle.Magnitude[i]) || oracle.Magnitude[i] >= float.MaxValue / 2)
                {
                    return;
                }

                foreach (var fused in (bool[])[false, true])
                {
                    random.Shuffle(terms);
                    var y = random.Next(2) == 0 ? Chain(terms, bias, fused) : Tree(terms, bias, random);
                    Assert.True(Math.Abs(y - oracle.Exact[i]) <= oracle.Bound[i], $"{shape} {regime} seed{seed}: {y} where {oracle.Exact[i]} +- {oracle.Bound[i]}");
                }
            });
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(40));

    [Fact]
    public void The_bound_is_tight_enough_to_refuse_an_error_of_a_few_units_where_there_are_few_terms()
    {
        using var bout = new Bout("l40_k1 float32 random seed2");
        var oracle = bout.Oracle;

        for (var i = 0; i < oracle.Count; i++)
        {
            Assert.InRange(oracle.Bound[i] / Math.Abs(oracle.Exact[i]), 1.0 / (1 << 24), 1.001 / (1 << 24));
        }
    }

    [Fact]
    public void An_output_without_products_equals_the_bias_to_the_bit()
    {
        using var bout = new Bout("l3_k1_s3_op2_bias float32 random seed2");
        var bias = bout.Tensors.Bias!.At(0);
        var oracle = bout.Oracle;
        Assert.Equal((bias, bias), (oracle.Exact[1], oracle.Exact[8]));

        Bout.Nudge(bout.Candidate, 1, 2);
        Assert.Equal((Verdict.Failed, 1L), (bout.Judge().Verdict, bout.Judge().FirstWrong));
    }

    [Theory]
    [InlineData("n2_ic32_oc48_l65_k3_s2_g2_bias float32 random seed1")]
    [InlineData("ic64_oc32_l65_k3_d3 float64 random seed1")]
    [InlineData("ic64_oc64_l65_k5_p2_bias float32 integer seed1")]
    [InlineData("l70000_k5_s2 float32 random seed1")]
    [InlineData("ic512_oc400_l1_k2 float32 random seed1")]
    public void A_sample_has_the_values_that_all_outputs_have_and_each_once(string text)
    {
        using var bout = new Bout(text);
        var all = bout.Oracle;
        var sample = new OracleEvaluator();
        ProblemRules.Check(bout.Problem, out var length);
        sample.Evaluate(bout.Problem, bout.Tensors, length);
        var further = Enumerable.Range(0, 40).Select(j => (long)j * all.Count / 40).Except(sample.Indices.ToArray()).ToArray();
        var sampled = sample.Count;

        Assert.InRange(sampled, 32, all.Count / 2);
        Assert.Contains(0L, sample.Indices.ToArray());
        sample.EvaluateAt(further);
        Assert.Equal(sampled + further.Length, sample.Indices.ToArray().Distinct().Count());
        for (var j = 0; j < sample.Count; j++)
        {
            var i = (int)sample.Indices[j];
            Assert.Equal(all.Exact[i] + all.Low[i], sample.Exact[j] + sample.Low[j], all.IsExact ? 0 : 1e-12);
            Assert.Equal(all.Bound[i], sample.Bound[j], all.IsExact ? 0 : 1e-12);
        }
    }

    [Fact]
    public void A_sample_reaches_both_ends_every_phase_and_several_channels()
    {
        using var bout = new Bout("n2_ic64_oc16_l129_k8_s4 float32 random seed1");
        var sample = new OracleEvaluator();
        ProblemRules.Check(bout.Problem, out var length);
        sample.Evaluate(bout.Problem, bout.Tensors, length);
        var indices = sample.Indices.ToArray();

        Assert.True(sample.Count < bout.Candidate.Output.Count);
        Assert.Equal(4, indices.Select(i => i % length % 4).Distinct().Count());
        Assert.Contains(0L, indices);
        Assert.Contains(bout.Candidate.Output.Count - 1, indices);
        Assert.True(indices.Select(i => i / length % 16).Distinct().Count() >= 3);
    }

    private static float Chain((double X, double W)[] terms, double? bias, bool fused)
    {
        var sum = (float)(bias ?? 0);
        foreach (var (x, w) in terms)
        {
            sum = fused ? MathF.FusedMultiplyAdd((float)x, (float)w, sum) : sum + (float)((float)x * (float)w);
        }

        return sum;
    }

    private static float Tree((double X, double W)[] terms, double? bias, Random random)
    {
        var values = terms.Select(t => (float)((float)t.X * (float)t.W)).ToList();
        if (bias is { } b)
        {
            values.Add((float)b);
        }

        while (values.Count > 1)
        {
            var (i, j) = (random.Next(values.Count), random.Next(values.Count - 1));
            j += j >= i ? 1 : 0;
            values[i] += values[j];
            values.RemoveAt(j);
        }

        return values.Count == 0 ? 0 : values[0];
    }

    private static void ForEachOutput(string text, Action<OracleEvaluator, int, (double X, double W)[], double?> assert)
    {
        var problem = ProblemText.Parse(text);
        using var tensors = new TensorSet();
        DataFiller.Fill(problem, tensors);
        Assert.Null(ProblemRules.Check(problem, out var length));
        var oracle = new OracleEvaluator();
        oracle.Evaluate(problem, tensors, length, all: true);
        var i = 0;
        foreach (var (terms, bias) in NaiveDefinition.Outputs(problem, tensors))
        {
            assert(oracle, i, terms, bias);
            i++;
        }

        Assert.Equal(oracle.Count, i);
    }
}
