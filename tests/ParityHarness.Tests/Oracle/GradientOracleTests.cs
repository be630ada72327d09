using ParityHarness.Judging;
using ParityHarness.Oracle;
using ParityHarness.Problems;
using ParityHarness.Tensors;
using ParityHarness.Tests.Judging;

using Xunit;

namespace ParityHarness.Tests.Oracle;

/// <summary>The oracle's gradients against exact rational arithmetic, against the forward pass, and by hand.</summary>
public class GradientOracleTests
{
    private const string All = "grad_input+grad_weight+grad_bias";

    public static TheoryData<string> Shapes { get; } =
    [
        "l4_k3",
        "n2_ic6_oc4_l9_k3_s2_p1_op1",
        "ic4_oc6_l7_k4_s3_p2_op2_g2",
        "n3_ic3_oc3_l11_k3_d2_p2_g3",
        "ic2_oc2_l5_k3_s2_d4_op3_unbatched",
        "n2_ic2_l3_k2_s7_op6",
        "ic5_l1_k9_p4",
        "n2_ic2_l6_k5_s6_d9_p3_module",
    ];

    /// <summary>The documented cases: input ones(1, 1, 4), weight [1, 2, 3], and 1, 2, 3 ... as grad_output.</summary>
    [Theory]
    [InlineData("l4_k3", "grad_input", "14 20 26 32")]
    [InlineData("l4_k3", "grad_weight", "10 14 18")]
    [InlineData("l4_k3", "grad_bias", "21")]
    [InlineData("l4_k3_s2", "grad_input", "14 26 38 50")]
    [InlineData("l4_k3_s2", "grad_weight", "16 20 24")]
    [InlineData("l4_k3_d2", "grad_input", "22 28 34 40")]
    [InlineData("l4_k3_p1", "grad_input", "8 14 20 11")]
    [InlineData("l4_k3_p1", "grad_weight", "6 10 9")]
    [InlineData("l4_k3_s2_op1", "grad_input", "14 26 38 50")]
    [InlineData("l4_k3_s2_op1", "grad_bias", "55")]
    [InlineData("l4_k3_s2_p1_op1", "grad_weight", "12 16 20")]
    [InlineData("l4_k3_s2_p1_op1", "grad_input+grad_weight+grad_bias", "8 20 32 44 12 16 20 36")]
    public void Gradients_of_the_documented_cases_are_those_worked_out_by_hand(string shape, string pass, string expected)
    {
        var length = ProblemText.Parse(shape) is var plain && ProblemRules.Check(plain, out var found) is null ? found : 0;
        using var bout = new Bout($"{shape} float32 {pass} input=[1,1,1,1] weight=[1,2,3]{(pass.Contains("bias", StringComparison.Ordinal) ? " bias=[0]" : "")} grad_output=[{string.Join(',', Enumerable.Range(1, (int)length))}]");

        Assert.Equal(expected, string.Join(' ', bout.Oracle.Exact.ToArray()));
        Assert.Equal(expected, string.Join(' ', bout.Candidate.Output.Span<float>().ToArray()));
        Assert.Equal(Verdict.Passed, bout.Judge().Verdict);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Gradients_where_nothing_rounds_are_exact(string shape)
    {
        foreach (var dtype in (string[])["float32", "float64"])
        {
            for (var seed = 0; seed < 8; seed++)
            {
                ForEachElement($"{shape} {dtype} {All} integer seed{seed}", (oracle, i, terms) =>
                {
                    Assert.True(oracle.IsExact);
                    Assert.Equal(0, oracle.Bound[i]);
                    Assert.Equal(0, (NaiveDefinition.Exact(terms, null) - Dyadic.Of(oracle.Exact[i])).Mantissa);
                });
            }
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Gradients_are_right_to_the_oracles_precision_and_the_bound_allows_for_the_rest(string shape)
    {
        foreach (var (dtype, digits) in ((string, int)[])[("float32", 24), ("float64", 53)])
        {
            foreach (var regime in (string[])["random", "wide", "cancelling"])
            {
                ForEachElement($"{shape} {dtype} {All} {regime} seed3", (oracle, i, terms) =>
                {
                    var magnitude = NaiveDefinition.Magnitude(terms, null);
                    var error = (NaiveDefinition.Exact(terms, null) - Dyadic.Of(oracle.Exact[i]) - Dyadic.Of(oracle.Low[i])).Abs();
                    var isBias = terms.Length > 0 && terms.All(term => term.W == 1);
                    var roundings = isBias ? terms.Length - 1 : terms.Length;
                    var own = digits == 24 ? Math.ScaleB(terms.Length, -53) : Math.ScaleB((terms.Length + 1.0) * (terms.Length + 1), -105);

                    Assert.True(error.IsAtMost(magnitude * Dyadic.Of(own)), $"element {i} of {shape} {dtype} {regime}");
                    Assert.True((magnitude * Dyadic.Of(Math.ScaleB(roundings, -digits)) + error).IsAtMost(Dyadic.Of(oracle.Bound[i]) + (roundings == 0 ? error : Dyadic.Of(0))));
                    Assert.True(Dyadic.Of(oracle.Bound[i]).IsAtMost(magnitude * Dyadic.Of(Math.ScaleB(terms.Length * 1.001, -digits)) + Dyadic.Of(terms.Length * 7.1e-46)), "the bound is wider than it need be");
                });
            }
        }
    }

    /// <summary>The output is linear in each operand, so that a difference of any size is the derivative, but for rounding.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public void Gradients_are_the_finite_differences_of_the_forward_pass(string shape)
    {
        using var backward = new Bout($"{shape} float64 {All} random seed5");
        var gradients = backward.Oracle;
        using var forward = new Bout($"{shape}_bias float64 random seed5");
        var gradOutput = backward.Tensors.GradOutput!.Span<double>().ToArray();
        double Loss() => forward.Oracle.Exact.ToArray().Zip(gradOutput, (y, g) => y * g).Sum();

        var at = 0;
        foreach (var operand in (Tensor[])[forward.Tensors.Input, forward.Tensors.Weight, forward.Tensors.Bias!])
        {
            for (var i = 0; i < operand.Count; i++, at++)
            {
                ref var value = ref operand.Span<double>()[i];
                var before = value;
                value = before + 0.5;
                var above = Loss();
                value = before - 0.5;
                Assert.Equal(above - Loss(), gradients.Exact[at], 1e-10);
                value = before;
            }
        }

        Assert.Equal(gradients.Count, at);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_gradient_of_the_input_is_the_adjoint_of_the_forward_pass(string shape)
    {
        using var forward = new Bout($"{shape} float64 random seed6");
        using var backward = new Bout($"{shape} float64 grad_input random seed6");
        var x = forward.Tensors.Input.Span<double>().ToArray();

        Assert.Equal(Dot(backward.Tensors.GradOutput!.Span<double>().ToArray(), forward.Reference.Output), Dot(x, backward.Reference.Output), 1e-10);
        Assert.Equal(Dot(backward.Tensors.GradOutput!.Span<double>().ToArray(), forward.Candidate.Output), Dot(x, backward.Candidate.Output), 1e-10);
    }

    [Fact]
    public void A_sampled_gradient_holds_what_the_whole_one_does()
    {
        using var bout = new Bout($"n4_ic8_oc24_l300_k7_s3_p2 float32 {All} random seed7");
        var (sampled, whole) = (new OracleEvaluator(), bout.Oracle);
        ProblemRules.Check(bout.Problem, out var length);
        sampled.Evaluate(bout.Problem, bout.Tensors, length);

        Assert.False(sampled.IsExhaustive);
        Assert.Equal(sampled.Count, sampled.Indices.ToArray().Distinct().Count());
        foreach (var part in sampled.Gradients)
        {
            var inPart = sampled.Indices.ToArray().Where(i => i >= part.Start && i < part.End).ToArray();
            Assert.Contains(part.Start, inPart);
            Assert.Contains(part.End - 1, inPart);
        }

        for (var i = 0; i < sampled.Count; i++)
        {
            var index = (int)sampled.Indices[i];
            Assert.Equal((whole.Exact[index], whole.Bound[index], whole.Magnitude[index]), (sampled.Exact[i], sampled.Bound[i], sampled.Magnitude[i]));
        }
    }

    [Theory]
    [InlineData("grad_input")]
    [InlineData("grad_weight")]
    [InlineData("grad_bias")]
    public void One_wrong_element_outside_the_sample_is_found(string wrong)
    {
        using var bout = new Bout($"n4_ic8_oc24_l300_k7_s3_p2 float32 {All} random seed7");
        bout.CopyReference();
        var part = Parts(bout).Single(part => part.Pass.Name() == wrong);
        var index = part.Start + part.Rows * part.Length / 2 + 1;
        bout.MoveByBounds(bout.Candidate, (int)index, 3);

        var judgement = bout.Judge();
        Assert.Equal((Verdict.Failed, MismatchKind.Value, Side.Candidate, index), (judgement.Verdict, judgement.Kind, judgement.Side, judgement.FirstWrong));
        Assert.Contains($"at first in {wrong}:", judgement.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("grad_input")]
    [InlineData("grad_weight")]
    [InlineData("grad_bias")]
    public void Each_gradient_is_judged_for_accuracy_by_itself(string careless)
    {
        using var bout = new Bout($"n8_ic40_oc40_l500_k3 float32 {All} random seed8");
        bout.CopyReference();
        var part = Parts(bout).Single(part => part.Pass.Name() == careless);
        var oracle = bout.Oracle;
        for (var i = (int)part.Start; i < part.End; i++)
        {
            // Inside the bound of grad_bias, 4,000 additions; of the others too.
            Bout.Set(bout.Candidate, i, oracle.Exact[i] + (i % 2 == 0 ? 0.9 : -0.9) * oracle.Bound[i]);
        }

        var judgement = bout.Judge();
        Assert.Equal((Verdict.Failed, MismatchKind.Accuracy, Side.Candidate), (judgement.Verdict, judgement.Kind, judgement.Side));
        Assert.Contains($"rms error in {careless} ", judgement.Detail, StringComparison.Ordinal);
    }

    /// <summary>Where a tap falls outside of the output, PyTorch multiplies a zero; where all taps are inside, infinity is infinity.</summary>
    [Theory]
    [InlineData("grad_input grad_output=[1,1,1,1,1,1] weight=[inf,1,1]", 4, 0)]
    [InlineData("p1 grad_input grad_output=[1,1,1,1] weight=[inf,1,1]", 3, 1)]
    [InlineData("p1 grad_input grad_output=[1,1,1,1] weight=[1,1,NaN]", 3, 1)]
    [InlineData("p1 grad_weight grad_output=[1,1,1,1] input=[inf,1,1,1]", 2, 1)]
    [InlineData("p1 grad_input grad_output=[0,inf,1,1] weight=[1,0,2]", 4, 0)]
    [InlineData("p1 grad_bias grad_output=[1,inf,-inf,1]", 1, 0)]
    public void What_padding_makes_of_infinity_is_not_judged_and_counted(string problem, int judged, int unjudged)
    {
        var parts = problem.Split(' ', 2);
        using var bout = new Bout(parts[0].StartsWith('p') ? $"l4_k3_{parts[0]} float32 {parts[1]}" : $"l4_k3 float32 {problem}");
        var judgement = bout.Judge();

        Assert.Equal((Verdict.Passed, judged + unjudged, unjudged), (judgement.Verdict, judgement.Elements, judgement.Unjudged));
        for (var i = 0; i < bout.Candidate.Output.Count; i++)
        {
            var right = bout.Candidate.Output.At(i);
            Bout.Set(bout.Candidate, i, double.IsNaN(right) ? 1 : double.NaN);
            Assert.Equal(bout.Oracle.IsDefined(i) ? Verdict.Failed : Verdict.Passed, bout.Judge().Verdict);
            Bout.Set(bout.Candidate, i, right);
        }
    }

    [Theory]
    [InlineData("float16")]
    [InlineData("bfloat16")]
    [InlineData("complex64")]
    [InlineData("complex128")]
    public void Gradients_of_other_dtypes_are_not_done_and_not_called_wrong(string dtype)
    {
        using var bout = new Bout($"l4_k3 {dtype} grad_weight integer seed1");
        Bout.Answer(bout.Candidate, bout.Problem.DType, 1, 1, 3);

        Assert.Equal(OutcomeKind.Unsupported, bout.Reference.Kind);
        Assert.Equal(Verdict.Unsupported, bout.Judge().Verdict);
    }

    [Fact]
    public void Of_whole_numbers_there_are_no_gradients()
    {
        using var bout = new Bout("l4_k3 int64 grad_input integer seed1");
        Assert.Equal((RejectionReason.DType, RejectionReason.DType), (bout.Reference.Reason, bout.Candidate.Reason));
        Assert.True(bout.Judge().RejectedByBoth);
    }

    private static IReadOnlyList<OutputPart> Parts(Bout bout) => bout.Oracle.Gradients;

    private static double Dot(double[] values, Tensor tensor) => values.Zip(tensor.Span<double>().ToArray(), (a, b) => a * b).Sum();

    private static void ForEachElement(string problem, Action<OracleEvaluator, int, (double X, double W)[]> check)
    {
        using var bout = new Bout(problem);
        var oracle = bout.Oracle;
        var terms = NaiveGradientTerms.Of(bout.Problem, bout.Tensors);
        Assert.Equal(terms.Length, oracle.Count);
        for (var i = 0; i < terms.Length; i++)
        {
            check(oracle, i, [.. terms[i]]);
        }
    }
}
