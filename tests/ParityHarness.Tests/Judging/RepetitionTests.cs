using ParityHarness.Results;
using ParityHarness.Tests.Campaigns;

using Xunit;

namespace ParityHarness.Tests.Judging;

/// <summary>
/// A side that is right at first must stay right: asked again, at other places in memory, in other layouts and from
/// several threads at once; and it must leave its inputs alone.
/// </summary>
[Trait("speed", "slow")]
public class RepetitionTests
{
    private const string First = "n2_ic4_oc6_l9_k3_s2_p1_op1_g2_bias float32 random seed1";
    private const string Second = "n3_ic2_oc2_l5_k4_unbatched float64 random seed2";

    [Theory]
    [InlineData("kernel")]
    [InlineData("kernel:scalar")]
    [InlineData("libtorch")]
    public void Correct_implementations_pass_all_checks(string name) => AssertPasses(name);

    [Fact]
    public void The_template_passes_all_checks() =>
        AssertPasses(CampaignRun.Source("template", "int32_t parity_conv_transpose1d(parity_call *call) { return correct(call); }"));

    [Fact]
    public void A_library_that_reads_by_strides_passes_all_checks() => AssertPasses(CampaignRun.Faulty("takes_strides"));

    [Fact]
    public void One_that_sums_strided_tensors_in_another_order_passes_where_numbers_round() =>
        AssertPasses(CampaignRun.Faulty("other_order_by_layout"));

    [Theory]
    [InlineData("reads_past_input", "candidate read or wrote beyond a tensor's end: it was killed by SIGSEGV (invalid memory access) when the tensors end right before a page that cannot be accessed")]
    [InlineData("reads_before_weight", "candidate read or wrote before a tensor's start: it was killed by SIGSEGV (invalid memory access) when the tensors start right after a page that cannot be accessed")]
    public void A_read_outside_a_tensor_is_found_by_a_short_fuzz_and_by_the_rerun_of_its_row(string name, string detail)
    {
        var candidate = CampaignRun.Faulty(name);
        var fuzz = CampaignRun.Of(CampaignRun.Smoke(candidate), CampaignRun.OneWorker with { Count = 400 });
        var again = CampaignRun.Of(CampaignRun.Problems(candidate, ProblemOf(fuzz)), CampaignRun.OneWorker);

        Assert.NotEmpty(fuzz.Rows);
        foreach (var row in fuzz.Rows.Concat(again.Rows))
        {
            Assert.Equal(("failed", "fault", "candidate", detail), (row.Text("verdict"), row.Text("kind"), row.Text("side"), row.Text("detail")));
            Assert.Equal("completed", row.Text("candidate_outcome"));
        }

        Assert.Equal(1, again.Tally.Failed);
    }

    [Theory]
    [InlineData("modifies_input", "fault", "candidate faulted: modified input")]
    [InlineData("modifies_weight", "fault", "candidate faulted: modified weight")]
    [InlineData("keeps_state", "repetition", "candidate gives other bits when asked again with the same tensors: output ")]
    [InlineData("needs_alignment", "repetition", "candidate gives other bits when the tensors are aligned to their elements only: output ")]
    [InlineData("ignores_strides", "repetition", "candidate gives other bits when input is stored channels-last and weight has a step of 2: output ")]
    public void A_defect_is_found_by_a_short_fuzz_and_by_the_rerun_of_its_row(string name, string kind, string detail)
    {
        var candidate = CampaignRun.Faulty(name);
        var fuzz = CampaignRun.Of(CampaignRun.Smoke(candidate), CampaignRun.InProcess with { Count = 400 });
        var again = CampaignRun.Of(CampaignRun.Problems(candidate, ProblemOf(fuzz)), CampaignRun.InProcess);

        Assert.NotEmpty(fuzz.Rows);
        foreach (var row in fuzz.Rows.Concat(again.Rows))
        {
            Assert.Equal(("failed", kind, "candidate"), (row.Text("verdict"), row.Text("kind"), row.Text("side")));
            Assert.StartsWith(detail, row.Text("detail"), StringComparison.Ordinal);
        }

        Assert.Equal(1, again.Tally.Failed);
    }

    [Fact]
    public void A_workspace_that_threads_share_is_found()
    {
        var row = Assert.Single(CampaignRun.Of(CampaignRun.Problems(CampaignRun.Faulty("shared_workspace"), "n4_ic8_oc8_l512_k3 float32 random seed1"), CampaignRun.InProcess).Rows);

        Assert.Equal(("failed", "repetition", "candidate"), (row.Text("verdict"), row.Text("kind"), row.Text("side")));
        Assert.StartsWith("candidate gives other bits when called from four threads at once: output [", row.Text("detail"), StringComparison.Ordinal);
        Assert.Contains(
            "repetition candidate",
            CampaignRun.Of(CampaignRun.Smoke(CampaignRun.Faulty("shared_workspace")) with { Profile = "ci" }, CampaignRun.InProcess with { Count = 2000 }).Tally.Failures.Keys,
            StringComparer.Ordinal);
    }

    [Fact]
    public void A_library_that_takes_one_call_at_a_time_is_not_called_from_several_threads()
    {
        var candidate = CampaignRun.Source("one_at_a_time", """
            #include <stdatomic.h>
            #include <unistd.h>
            int32_t parity_conv_transpose1d(parity_call *call)
            {
                static atomic_int inside;
                if (call->version == PARITY_ABI_VERSION && call->operation == PARITY_DESCRIBE)
                    call->abilities = PARITY_ONE_CALL_AT_A_TIME;
                int is_first = inside++ == 0;
                usleep(1000);
                int32_t status = is_first ? correct(call) : PARITY_FAULTED;
                inside--;
                return status;
            }
            """);

        AssertPasses(candidate);
    }

    [Fact]
    public void A_rare_error_is_found_by_asking_often()
    {
        // 49 right answers, then a wrong one: the first problem alone is asked for more often than that. The library counts
        // in a process of its own, where no other test has called it.
        var row = Assert.Single(CampaignRun.Of(CampaignRun.Problems(CampaignRun.Faulty("every_fiftieth_wrong"), First), CampaignRun.OneWorker).Rows);

        Assert.Equal(("repetition", "candidate", "[0,0,0]", "1"), (row.Text("kind"), row.Text("side"), row.Text("first_wrong"), row.Text("wrong_elements")));
        Assert.StartsWith("candidate gives other bits when called from four threads at once: output [0,0,0] is ", row.Text("detail"), StringComparison.Ordinal);
        Assert.NotEmpty(CampaignRun.Of(CampaignRun.Smoke(CampaignRun.Faulty("every_fiftieth_wrong")), CampaignRun.OneWorker with { Count = 400 }).Rows);
    }

    [Fact]
    public void Bits_that_only_the_sign_of_zero_tells_apart_differ_and_those_of_two_NaN_do_not()
    {
        static string Turns(string name, string bits) => CampaignRun.Source(name, $$"""
            #include <math.h>
            int32_t parity_conv_transpose1d(parity_call *call)
            {
                static int calls;
                if (computes(call) && !(fabs(load(&call->output, 0)) > 0))
                    ((uint32_t *)call->output.data)[0] |= calls++ % 2 == 0 ? 0 : {{bits}};
                return call->operation == PARITY_FORWARD ? PARITY_COMPLETED : correct(call);
            }
            """);
        var zero = Turns("sign_of_zero", "0x80000000");
        var payload = Turns("payload_of_nan", "0x00000123");

        var row = Assert.Single(CampaignRun.Of(CampaignRun.Problems(zero, "l2_k1 float32 input=[0,1] weight=[1]"), CampaignRun.InProcess).Rows);
        Assert.Equal("candidate gives other bits when asked again with the same tensors: output [0,0,0] is -0 instead of 0", row.Text("detail"));
        Assert.Equal(1, CampaignRun.Of(CampaignRun.Problems(payload, "l2_k1 float32 input=[NaN,1] weight=[1]"), CampaignRun.InProcess).Tally.Passed);
    }

    [Fact]
    public void An_input_that_the_reference_modified_is_restored_for_the_candidate()
    {
        var settings = CampaignRun.Problems("kernel", First, Second) with { Reference = CampaignRun.Faulty("modifies_weight") };
        var right = CampaignRun.Of(settings, CampaignRun.InProcess).Rows;
        var both = CampaignRun.Of(settings with { Candidate = CampaignRun.Faulty("modifies_input") }, CampaignRun.InProcess).Rows;

        Assert.Equal(2, right.Count);
        Assert.All(right, row => Assert.Equal(("fault", "reference", "reference faulted: modified weight"), (row.Text("kind"), row.Text("side"), row.Text("detail"))));
        Assert.Equal(2, both.Count);
        Assert.All(both, row => Assert.Equal(("fault", "both", "candidate faulted: modified input; reference faulted: modified weight"), (row.Text("kind"), row.Text("side"), row.Text("detail"))));
    }

    [Fact]
    public void A_side_that_hangs_only_when_called_from_several_threads_is_named_with_the_check()
    {
        var run = CampaignRun.Of(
            CampaignRun.Problems(
                CampaignRun.Source("deadlock", """
                    #include <stdatomic.h>
                    #include <unistd.h>
                    int32_t parity_conv_transpose1d(parity_call *call)
                    {
                        static atomic_int inside;
                        if (!computes(call))
                            return correct(call);
                        if (inside++ > 0)
                            for (;;)
                                sleep(1);
                        usleep(20000);
                        inside--;
                        return PARITY_COMPLETED;
                    }
                    """),
                "l4_k3 float32 integer seed1") with
            {
                TimeoutSeconds = 0.5,
            },
            CampaignRun.OneWorker);

        var row = Assert.Single(run.Rows);
        Assert.Equal(("fault", "candidate", "candidate did not answer within 2 s and was ended when called from four threads at once"), (row.Text("kind"), row.Text("side"), row.Text("detail")));
    }

    [Fact]
    public void Both_sides_are_asked_again_and_both_may_fail()
    {
        var settings = CampaignRun.Problems(CampaignRun.Faulty("reads_before_weight"), First) with { Reference = CampaignRun.Faulty("reads_past_input") };
        var row = Assert.Single(CampaignRun.Of(settings, CampaignRun.OneWorker).Rows);

        Assert.Equal(("failed", "fault", "both"), (row.Text("verdict"), row.Text("kind"), row.Text("side")));
        Assert.Contains("candidate read or wrote before a tensor's start: ", row.Text("detail"), StringComparison.Ordinal);
        Assert.Contains("; reference read or wrote beyond a tensor's end: ", row.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_the_reference_is_known_to_be_wrong_it_is_not_asked_again()
    {
        // With one tap libtorch 1.13.1's bfloat16 is right, but not where the tensors are strided and hold infinities.
        var settings = CampaignRun.Problems("kernel", "l8448_k1_d3 bfloat16 forward special seed8172506226") with { Reference = "libtorch" };

        Assert.Equal((1, 0), (CampaignRun.Of(settings, CampaignRun.InProcess).Tally[Counter.Repeated], CampaignRun.Of(settings, CampaignRun.InProcess).Tally.Failed));
    }

    [Fact]
    public void Which_problems_are_asked_again_does_not_depend_on_how_they_are_shared_out()
    {
        var settings = CampaignRun.Smoke("kernel", seed: 5);
        var limits = CampaignRun.InProcess with { Count = 1000, RangeLength = 8 };
        var whole = CampaignRun.Of(settings, limits).Tally[Counter.Repeated];
        var parts = Enumerable.Range(0, 3).Sum(shard => CampaignRun.Of(settings, limits with { Shard = shard, Shards = 3 }).Tally[Counter.Repeated]);

        Assert.InRange(whole, 5, 40);
        Assert.Equal(whole, parts);
    }

    private static string ProblemOf(CampaignRun run) => run.Rows[0].Text("problem");

    private static void AssertPasses(string candidate)
    {
        var run = CampaignRun.Of(CampaignRun.Problems(candidate, First, Second, "l4_k3 float32 integer seed1"), CampaignRun.InProcess);

        Assert.Equal((3, 3, 3, ""), (run.Tally.Problems, run.Tally.Passed, run.Tally[Counter.Repeated], string.Join('\n', run.Rows.Select(row => row.Text("detail")))));
        // libtorch's known divergences do not count here: they are no repetitions.
        var fuzz = CampaignRun.Of(CampaignRun.Smoke(candidate) with { Where = "dtype!=bfloat16" }, CampaignRun.InProcess with { Count = 400 }).Tally;
        Assert.InRange(fuzz[Counter.Repeated], 3, 20);
        Assert.DoesNotContain(fuzz.Failures.Keys, kind => kind.StartsWith("repetition", StringComparison.Ordinal) || kind.StartsWith("fault", StringComparison.Ordinal));
    }
}
