using ParityHarness.Judging;
using ParityHarness.Problems;
using ParityHarness.Results;
using ParityHarness.Tests.Campaigns;

using Xunit;

namespace ParityHarness.Tests.Judging;

/// <summary>What a side keeps from one call to the next is found though each call by itself is right.</summary>
public class StateCheckTests
{
    private const string Asked = "n2_ic4_oc6_l9_k3_s2_p1_op1_d2_g2_bias float32 random seed1";

    [Theory]
    [InlineData("weight_cached_by_its_ends", "candidate is wrong when one element has changed in place since the last call (in weight): ")]
    [InlineData("input_cached_by_its_ends", "candidate is wrong when one element has changed in place since the last call (in input): ")]
    [InlineData("arguments_cached_by_shapes", "candidate is wrong beside a call with other arguments and the same shapes (")]
    [InlineData("needs_like_alignment", "candidate gives other bits when input and output are aligned unlike each other: output ")]
    [InlineData("shape_alone_without_output_padding", "candidate answers the shape [2, 6, 19] in place of [2, 6, 20] when asked for the shape alone, with output.data NULL")]
    public void State_is_found_and_named(string name, string detail)
    {
        var run = CampaignRun.Of(CampaignRun.Problems(CampaignRun.Faulty(name), Asked), CampaignRun.InProcess);

        Assert.StartsWith(detail, Assert.Single(run.Rows).Text("detail"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Asked)]
    [InlineData("n2_ic4_oc6_l9_k3_s2_p1_op1_d2_g2_bias float64 grad_input+grad_weight+grad_bias integer seed1")]
    [InlineData("ic2_oc2_l3_k2 complex64 random seed3")]
    [InlineData("l3_k2 float32 input=[1,2,3] weight=[4,5]")]
    public void A_side_that_keeps_nothing_passes(string problem)
    {
        var run = CampaignRun.Of(CampaignRun.Problems("kernel", problem), CampaignRun.InProcess);

        Assert.True(run.Result.Holds, run.Result.Why);
        Assert.Equal(1, run.Tally[Counter.Repeated]);
    }

    [Theory]
    [InlineData("l9_k3_s2_p1_op1_d2")]
    [InlineData("l8_k2_s3_p2")]
    [InlineData("l9_k1_s2_p2")]
    [InlineData("l8_k5_d2")]
    public void A_neighbour_has_other_arguments_and_the_same_output_length(string text)
    {
        var problem = ProblemText.Parse(text);
        ProblemRules.Check(problem, out var length);
        var legal = StateChecks.Neighbours(problem).Where(other => ProblemRules.Check(other, out _) is null).ToArray();

        Assert.NotEmpty(legal);
        Assert.All(legal, other => Assert.NotEqual(problem, other));
        Assert.All(legal, other => Assert.Equal((null, length), (ProblemRules.Check(other, out var its), its)));
    }
}
