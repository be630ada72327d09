using ParityHarness.Results;
using ParityHarness.Tests.Campaigns;

using Xunit;

namespace ParityHarness.Tests.Judging;

/// <summary>
/// A side is held against its own answers to related problems, so that it is found out even where the other side is wrong
/// in the same way and the tolerance is one that compares only the two.
/// </summary>
public class RelationTests
{
    [Theory]
    [InlineData("kernel")]
    [InlineData("kernel:scalar")]
    [InlineData("libtorch")]
    [InlineData("onednn")]
    public void Right_implementations_obey_every_relation(string name)
    {
        var run = CampaignRun.Of(
            CampaignRun.Problems(
                name,
                "n3_ic4_oc6_l9_k3_s2_p1_op1_g2_bias float32 integer seed1",
                "n2_ic3_oc2_l5_k4_s3_p2_op2_d4 float32 integer seed2",
                "ic4_oc2_l7_k2_s5_unbatched_bias float32 integer seed3",
                "n2_ic2_oc2_l4_k3_s2_op1_g2_bias_module float32 integer seed4",
                "n3_ic2_oc3_l4_k1_s3_g2 float32 integer seed5"), // of which each group has one output channel
            CampaignRun.InProcess);

        Assert.Equal((5, 5, 5, ""), (run.Tally.Problems, run.Tally.Passed, run.Tally[Counter.Related], string.Join('\n', run.Rows.Select(row => row.Text("detail")))));
    }

    [Theory]
    [InlineData("float64")]
    [InlineData("float16")]
    [InlineData("bfloat16")]
    [InlineData("int64")]
    [InlineData("complex64")]
    [InlineData("complex128")]
    public void They_hold_for_every_dtype(string dtype)
    {
        var run = CampaignRun.Of(
            CampaignRun.Problems("kernel", $"n3_ic4_oc6_l9_k3_s2_p1_op1_g2_bias {dtype} integer seed1", $"ic3_l5_k4_s3_p2_op2_d4 {dtype} integer seed2"), CampaignRun.InProcess);

        Assert.Equal((2, 2, ""), (run.Tally.Passed, run.Tally[Counter.Related], string.Join('\n', run.Rows.Select(row => row.Text("detail")))));
    }

    [Theory]
    [InlineData("kernel")]
    [InlineData("libtorch")]
    public void They_hold_in_a_fuzz(string name)
    {
        var tally = CampaignRun.Of(CampaignRun.Smoke(name, seed: 3) with { Where = "dtype!=bfloat16" }, CampaignRun.InProcess with { Count = 3000 }).Tally;

        Assert.InRange(tally[Counter.Related], 10, tally[Counter.Repeated]);
        Assert.DoesNotContain(tally.Failures.Keys, kind => kind.StartsWith("relation", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("groups_interleaved", "n1_ic4_oc4_l3_k2_g2", "gives other values when each group is computed by itself: output [0,")]
    [InlineData("bias_of_first_group", "n1_ic2_oc4_l3_k2_g2_bias", "gives other values when each group is computed by itself: output [0,2,0]")]
    [InlineData("last_batch_item", "n3_ic2_oc2_l3_k2", "gives other values when each item of the batch is computed by itself, unbatched: output [2,")]
    [InlineData("one_phase", "n1_ic2_oc2_l5_k3_s3", "gives other values when zeros between the inputs stand for the stride, and zeros after them for output_padding: output [0,0,")]
    [InlineData("bias_doubled", "n1_ic2_oc2_l5_k3_bias", "gives other values when the input is computed in two parts that are added: output [0,0,0]")]
    [InlineData("flipped_kernel", "n1_ic2_oc2_l5_k3", "is not the transpose of conv1d: <y, output - bias> is ")]
    [InlineData("weight_transposed", "n1_ic3_oc2_l5_k3", "is not the transpose of conv1d: <y, output - bias> is ")]
    public void A_fault_that_both_sides_share_is_found(string defect, string parameters, string detail)
    {
        var both = CampaignRun.Problems(CampaignRun.Faulty(defect), $"{parameters} float32 integer seed1");
        both = both with { Reference = both.Candidate, Tolerance = "torch" };

        var row = Assert.Single(CampaignRun.Of(both, CampaignRun.InProcess).Rows);

        Assert.Equal(("failed", "relation", "both"), (row.Text("verdict"), row.Text("kind"), row.Text("side")));
        Assert.StartsWith("candidate " + detail, row.Text("detail"), StringComparison.Ordinal);
        Assert.Contains("; reference " + detail, row.Text("detail"), StringComparison.Ordinal);
        Assert.NotEmpty(CampaignRun.Of(both with { Problems = [], Profile = "smoke", Seed = 1 }, CampaignRun.InProcess with { Count = 4000 }).Rows);
    }

    [Fact]
    public void The_side_that_breaks_a_relation_is_blamed_alone()
    {
        // Right for two items, and wrong for one: what is asked is right, and only the related problem shows the fault.
        var candidate = CampaignRun.Source("wrong_for_one_item", """
            int32_t parity_conv_transpose1d(parity_call *call)
            {
                int32_t status = correct(call);
                if (computes(call) && (call->input.ndim == 2 || call->input.shape[0] == 1))
                    ((float *)call->output.data)[0] += 1;
                return status;
            }
            """);

        var row = Assert.Single(CampaignRun.Of(CampaignRun.Problems(candidate, "n2_l2_k1 float32 input=[3,4,5,6] weight=[1]") with { Reference = "libtorch" }, CampaignRun.OneWorker).Rows);

        Assert.Equal(("failed", "relation", "candidate"), (row.Text("verdict"), row.Text("kind"), row.Text("side")));
        Assert.Equal("candidate gives other values when each item of the batch is computed by itself, unbatched: output [0,0,0] is 4 instead of 3", row.Text("detail"));
        Assert.Equal("[0,0,0]", row.Text("first_wrong"));
    }

    [Fact]
    public void A_side_that_dies_at_a_related_problem_is_a_row()
    {
        var candidate = CampaignRun.Source("dies_for_one_item", """
            int32_t parity_conv_transpose1d(parity_call *call)
            {
                if (computes(call) && call->input.ndim == 2)
                    *(volatile int *)0 = 1;
                return correct(call);
            }
            """);

        var row = Assert.Single(CampaignRun.Of(CampaignRun.Problems(candidate, "n2_l2_k1 float32 input=[3,4,5,6] weight=[1]"), CampaignRun.OneWorker).Rows);

        Assert.Equal(("failed", "fault", "candidate"), (row.Text("verdict"), row.Text("kind"), row.Text("side")));
        Assert.EndsWith("when each item of the batch is computed by itself, unbatched", row.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_known_to_be_wrong_is_not_held_against_relations()
    {
        // libtorch 1.13.1 computes a plain conv1d of bfloat16, which a candidate without bfloat16 does not show up.
        var candidate = CampaignRun.Faulty("other_order_by_layout");
        var run = CampaignRun.Of(CampaignRun.Problems(candidate, "l3_k3_p1 bfloat16 input=[0,0,1] weight=[0,0,1]") with { Reference = "libtorch" }, CampaignRun.InProcess);

        Assert.Equal((0, 1), (run.Tally.Failed, run.Tally.Unsupported));
    }

    [Fact]
    public void Numbers_that_round_are_not_held_against_relations()
    {
        var tally = CampaignRun.Of(CampaignRun.Problems("kernel", "n2_ic4_oc4_l9_k3_g2 float32 random seed1"), CampaignRun.InProcess).Tally;

        Assert.Equal((1, 0), (tally[Counter.Repeated], tally[Counter.Related]));
    }
}
