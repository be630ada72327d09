using ParityHarness.Benchmarks;
using ParityHarness.Generation;
using ParityHarness.Problems;
using ParityHarness.Tensors;
using ParityHarness.Tests.Oracle;

using Xunit;

namespace ParityHarness.Tests.Benchmarks;

public class BenchmarkCaseTests
{
    // By the definition: each pair of an input and a tap whose product reaches an output.
    [Theory]
    [InlineData("l4_k3")]
    [InlineData("l4_k3_p1")]
    [InlineData("n2_ic4_oc6_l5_k3_s2_p2_op1_d2_g2")]
    [InlineData("ic2_oc3_l7_k5_s3_p4_unbatched")]
    [InlineData("l1_k9_d3_p7_s2")]
    public void Products_that_padding_cuts_off_do_not_count(string line)
    {
        var p = ProblemText.Parse(line);
        Assert.Null(ProblemRules.Check(p, out var length));
        var products = NaiveProducts.Of(p).LongCount();
        Assert.Equal(products, BenchmarkCase.Products(p));

        // Each product stands once in grad_input and once in grad_weight; grad_bias adds each grad_output, which is half a multiply-add.
        var additions = p.Batch * p.OutChannels * length;
        Assert.Equal(products, BenchmarkCase.Products(p with { Pass = Pass.GradInput }));
        Assert.Equal(products, BenchmarkCase.Products(p with { Pass = Pass.GradWeight }));
        Assert.Equal((additions + 1) / 2, BenchmarkCase.Products(p with { Pass = Pass.GradBias }));
        Assert.Equal((2 * products) + ((additions + 1) / 2), BenchmarkCase.Products(p with { Pass = Pass.GradInput | Pass.GradWeight | Pass.GradBias }));
    }

    [Theory]
    [InlineData("forward", 24 + 72 + 9)]
    [InlineData("grad_input", 45 + 72)]
    [InlineData("grad_weight", 45 + 24)]
    [InlineData("grad_bias", 45)]
    [InlineData("grad_input+grad_weight", 45 + 72 + 24)]
    public void Only_the_operands_of_the_pass_are_read(string pass, long elements)
    {
        using var tensors = new TensorSet();
        var problem = ProblemText.Parse("ic6_oc9_l4_k4_g3_p1_bias float32 random seed1") with { Pass = Passes.Parse(pass), OutputPadding = 0 };
        DataFiller.Fill(problem, tensors);

        Assert.Equal(elements, BenchmarkCase.ElementsRead(problem, tensors));
    }

    [Theory]
    [InlineData("l4_k3", null)]
    [InlineData("l4_k3_p3", "PyTorch rejects it (output_size)")]
    [InlineData("n0_l4_k3", "its output is empty")]
    public void What_has_no_output_is_not_timed(string line, string? why) => Assert.Equal(why, BenchmarkCase.WhyNot(ProblemText.Parse(line)));

    [Fact]
    public void Generated_problems_are_above_the_limit_and_the_same_each_time()
    {
        var problems = BenchmarkCases.Generated(Profile.Ci, seed: 3, count: 20, mflop: 0.1);

        Assert.Equal(20, problems.Count);
        Assert.All(problems, p => Assert.True(2e-6 * BenchmarkCase.Products(p.Problem) > 0.1, p.Problem.ToString()));
        Assert.All(problems, p => Assert.Equal(Regime.Random, p.Problem.Regime));
        Assert.All(problems, p => Assert.Equal(Pass.Forward, p.Problem.Pass));
        Assert.Equal(problems, BenchmarkCases.Generated(Profile.Ci, seed: 3, count: 20, mflop: 0.1));
        Assert.All(BenchmarkCases.Generated(Profile.Ci, seed: 3, count: 20, mflop: 0.1, Pass.GradWeight), p => Assert.Equal(Pass.GradWeight, p.Problem.Pass));
    }

    [Fact]
    public void What_only_a_module_can_be_asked_is_timed_as_a_module_only()
    {
        var cases = BenchmarkCases.InForms([("a", ProblemText.Parse("l4_k3")), ("b", ProblemText.Parse("l4_k3_s2 output_size=[10]"))], [Form.Module, Form.Functional]);

        Assert.Equal([("a", Form.Module), ("a", Form.Functional), ("b", Form.Module)], cases.Select(c => (c.Name, c.Problem.Form)));
    }

    [Fact]
    public void A_gradient_has_no_forms()
    {
        var cases = BenchmarkCases.InForms([("a", ProblemText.Parse("l4_k3 float32 grad_input"))], [Form.Module, Form.Functional]);

        Assert.Equal([("a", Form.Functional)], cases.Select(c => (c.Name, c.Problem.Form)));
    }

    [Fact]
    public void Each_problem_is_asked_for_each_pass()
    {
        List<(string Name, Problem Problem)> problems = [("a", ProblemText.Parse("l4_k3 float32 grad_bias"))];

        Assert.Equal([Pass.GradInput, Pass.Forward], BenchmarkCases.InPasses(problems, [Pass.GradInput, Pass.Forward]).Select(p => p.Problem.Pass));
        Assert.Equal([Pass.GradBias], BenchmarkCases.InPasses(problems, []).Select(p => p.Problem.Pass));
    }
}
