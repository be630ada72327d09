using ParityHarness.Problems;

using Xunit;

namespace ParityHarness.Tests.Problems;

public class ProblemRulesTests
{
    [Theory]
    [InlineData("l4_k3", 6)]
    [InlineData("l4_k3_s2", 9)]
    [InlineData("l4_k3_d2", 8)]
    [InlineData("l4_k3_p2", 2)]
    [InlineData("l4_k3_s2_p1_op1", 8)]
    [InlineData("l4_k3_s2_op1", 10)]
    [InlineData("l4_k3_s2_d3_op2", 15)]
    [InlineData("n0_l4_k3", 6)]
    [InlineData("ic2_l4_k3_g2_oc2 b=2", 6)]
    [InlineData("l4_k3 s=[2] op=[1]", 10)]
    public void A_legal_problem_has_the_documented_output_length(string text, long length)
    {
        Assert.Null(ProblemRules.Check(ProblemText.Parse(text), out var outputLength));
        Assert.Equal(length, outputLength);
    }

    [Theory]
    [InlineData("l4_k3_p3", RejectionReason.OutputSize)]
    [InlineData("l4_k3_p4", RejectionReason.OutputSize)]
    [InlineData("l4_k3_op1", RejectionReason.OutputPaddingTooLarge)]
    [InlineData("l4_k3_p9223372036854775807", RejectionReason.OutputSize)]
    [InlineData("l9223372036854775807_k3_s9223372036854775807", RejectionReason.Overflow)]
    [InlineData("l4_k3_d-9223372036854775808", RejectionReason.NonPositiveDilation)]
    [InlineData("oc-9223372036854775808_l4_k3_g-1", RejectionReason.NonPositiveGroups)]
    [InlineData("oc-9223372036854775808_l4_k3_g-1_module", RejectionReason.NonPositiveGroups)]
    [InlineData("l4_k3 x=scalar", RejectionReason.InputDimensions)]
    [InlineData("l4_k3 w=scalar", RejectionReason.WeightDimensions)]
    [InlineData("l4_k3 op=[]", RejectionReason.ParameterCount)]
    [InlineData("ic0_l4_k3", RejectionReason.WeightGroups)]
    public void An_illegal_problem_has_its_reason(string text, RejectionReason reason) =>
        Assert.Equal(reason, ProblemRules.Check(ProblemText.Parse(text), out _));

    [Fact]
    public void Any_problem_is_legal_or_has_a_reason_and_shapes() => AnyProblem.ForAll(problem =>
    {
        Assert.NotEqual(RejectionReason.Unspecified, ProblemRules.Check(problem, out var length));
        Assert.True(length >= 0);
        Assert.True(problem.InputShape.Length <= 8 && problem.WeightShape.Length <= 8 && problem.BiasShape.Length <= 8);
    });
}
