using ParityHarness.Campaigns;
using ParityHarness.Judging;
using ParityHarness.Problems;
using ParityHarness.Results;
using ParityHarness.Runners;

using Xunit;

namespace ParityHarness.Tests.Campaigns;

/// <summary>A campaign gives the same however it is run, and its parts add up to the whole.</summary>
public class CampaignTests
{
    private static string Float32Only => CampaignRun.Source("float32_only", """
        int32_t parity_conv_transpose1d(parity_call *call)
        {
            if (call->operation == PARITY_FORWARD && call->input.dtype != PARITY_FLOAT32)
                return PARITY_UNSUPPORTED;
            return correct(call);
        }
        """);

    private const string Wrong = "flipped_kernel";

    [Fact]
    public void What_handing_over_work_costs_is_told_where_work_is_handed_over()
    {
        var settings = CampaignRun.Smoke("kernel");
        var (inProcess, worker) = (CampaignRun.Of(settings, CampaignRun.InProcess with { Count = 512, RangeLength = 64 }).Tally, CampaignRun.Of(settings, CampaignRun.OneWorker with { Count = 512, RangeLength = 64 }).Tally);

        Assert.Equal(0, inProcess[TimeShare.HandingOver]);
        Assert.InRange(worker[TimeShare.HandingOver], 1, 10 * worker[TimeShare.All]);
    }

    [Fact]
    public void One_worker_two_workers_and_none_give_the_same_rows_and_counts()
    {
        var settings = CampaignRun.Smoke(CampaignRun.Faulty(Wrong));
        var runs = ((CampaignLimits[])[CampaignRun.OneWorker, CampaignRun.TwoWorkers, CampaignRun.InProcess])
            .Select(limits => CampaignRun.Of(settings, limits with { Count = 600, RangeLength = 32 }))
            .ToArray();

        Assert.InRange(runs[0].Tally.Failed, 100, 600);
        Assert.Equal(600, runs[0].Tally.Problems);
        foreach (var run in runs)
        {
            Assert.Equal(string.Join('\n', runs[0].Lines), string.Join('\n', run.Lines));
            Assert.Equal(Counts(runs[0].Tally), Counts(run.Tally));
            Assert.Equal(Enumerable.Range(0, 19).Select(r => (32L * r, Math.Min(600L, 32 * r + 32))), run.Campaign.Ranges);
        }
    }

    [Fact]
    public void Rows_stand_in_the_order_of_their_indices()
    {
        var run = CampaignRun.Of(CampaignRun.Smoke(CampaignRun.Faulty(Wrong)), CampaignRun.TwoWorkers with { Count = 300, RangeLength = 8 });
        var indices = run.Rows.Select(row => long.Parse(row.Text("index"), null)).ToArray();

        Assert.NotEmpty(indices);
        Assert.Equal(indices.Order(), indices);
    }

    [Theory]
    [InlineData(500, 32)]
    [InlineData(96, 32)]
    [InlineData(40, 32)]
    [InlineData(97, 7)]
    public void Three_shards_add_up_to_the_whole(long count, long rangeLength)
    {
        var settings = CampaignRun.Smoke(CampaignRun.Faulty(Wrong), seed: 3);
        var limits = CampaignRun.InProcess with { Count = count, RangeLength = rangeLength };
        var whole = CampaignRun.Of(settings, limits);
        var sum = new Tally();
        var rows = new List<string>();
        var ranges = new List<(long, long)>();
        for (var shard = 0; shard < 3; shard++)
        {
            var part = CampaignRun.Of(settings, limits with { Shard = shard, Shards = 3 });
            sum.Add(part.Tally);
            rows.AddRange(part.Lines);
            ranges.AddRange(part.Campaign.Ranges);
        }

        Assert.Equal(count, whole.Tally.Problems);
        Assert.Equal(Counts(whole.Tally), Counts(sum));
        Assert.Equal(string.Join('\n', whole.Lines.Order(StringComparer.Ordinal)), string.Join('\n', rows.Order(StringComparer.Ordinal)));
        Assert.Equal(whole.Campaign.Ranges.Order(), ranges.Order());
    }

    [Fact]
    public void A_shard_to_which_no_problem_falls_is_noted_and_not_a_failure()
    {
        var run = CampaignRun.Of(CampaignRun.Smoke("kernel"), CampaignRun.InProcess with { Count = 32, RangeLength = 32, Shard = 1, Shards = 2 });

        Assert.Equal(0, run.Tally.Problems);
        Assert.Equal((true, "no problem falls to this shard"), (run.Result.Holds, run.Result.Why));
    }

    [Fact]
    public void A_run_in_which_nothing_was_compared_does_not_hold()
    {
        var run = CampaignRun.Of(CampaignRun.Smoke("kernel"), CampaignRun.InProcess with { Count = null, Duration = TimeSpan.Zero });

        Assert.Equal((false, "nothing was compared"), (run.Result.Holds, run.Result.Why));
    }

    [Fact]
    public void A_campaign_that_is_stopped_has_not_shown_parity()
    {
        Campaign? campaign = null;
        campaign = new Campaign(CampaignRun.Smoke("kernel") with { AllRows = true }, CampaignRun.InProcess with { Count = 100_000, RangeLength = 16 }, _ => campaign!.Stop());
        var tally = campaign.Run();
        var result = new CampaignResult { Tally = tally, Reference = campaign.Reference!, Candidate = campaign.Candidate!, Interrupted = campaign.Interrupted };

        Assert.Equal((16, true), (tally.Problems, campaign.Interrupted));
        Assert.Equal((false, "interrupted after 16 problems, none of which failed"), (result.Holds, result.Why));
    }

    [Fact]
    public void A_stop_after_the_last_problem_changes_nothing()
    {
        Campaign? campaign = null;
        campaign = new Campaign(CampaignRun.Smoke("kernel") with { AllRows = true }, CampaignRun.InProcess with { Count = 16, RangeLength = 16 }, _ => campaign!.Stop());
        campaign.Run();

        Assert.False(campaign.Interrupted);
    }

    [Fact]
    public void The_time_limit_ends_a_campaign_and_what_was_run_counts()
    {
        var run = CampaignRun.Of(CampaignRun.Smoke("kernel"), CampaignRun.InProcess with { Count = null, Duration = TimeSpan.FromMilliseconds(300), RangeLength = 16 });

        Assert.InRange(run.Tally.Problems, 16, long.MaxValue);
        Assert.Equal(0, run.Tally.Problems % 16);
        Assert.InRange(run.Campaign.Elapsed.TotalSeconds, 0.3, 10);
        Assert.False(run.Campaign.Interrupted);
    }

    [Fact]
    public void All_rows_are_as_many_as_problems()
    {
        var run = CampaignRun.Of(CampaignRun.Smoke("kernel") with { AllRows = true }, CampaignRun.InProcess with { Count = 100 });

        Assert.Equal(string.Join(' ', Enumerable.Range(0, 100).Select(i => $"fuzz:{i}")), run.Names);
        Assert.Contains(run.Rows, row => row.Text("verdict") == "passed");
    }

    [Fact]
    public void A_problem_whose_tensors_cannot_be_made_is_refused_before_anything_is_run()
    {
        var error = Assert.Throws<HarnessException>(() => new Campaign(CampaignRun.Problems("kernel", "l1_k1", "l99999999999_k1"), CampaignRun.InProcess, _ => { }));

        Assert.True(error.IsUsage);
        Assert.StartsWith("problem:1 (l99999999999_k1 float32 forward integer seed0): input of shape [1, 1, 99999999999] cannot be made", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_problem_that_needs_more_than_the_memory_allows_is_refused_with_the_option_named()
    {
        var error = Assert.Throws<HarnessException>(() => new Campaign(CampaignRun.Problems("kernel", "l100000000_k1") with { MemoryBytes = 600 << 20 }, CampaignRun.InProcess, _ => { }));

        Assert.Contains("400000004 bytes, more than half of the 629145600 that --memory allows", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_rerun_command_has_all_that_decides()
    {
        var settings = CampaignRun.Problems(CampaignRun.Faulty(Wrong), "l4_k3 float32 integer seed1") with { Tolerance = "ulp:3", StrictReasons = true };
        var row = Assert.Single(CampaignRun.Of(settings, CampaignRun.InProcess).Rows);

        Assert.Equal($"parity run --reference oracle --candidate {settings.Candidate} --tolerance ulp:3 --strict-reasons --problem \"l4_k3 float32 forward integer seed1\"", row.Text("rerun"));
    }

    [Fact]
    public void A_row_names_the_first_wrong_output_by_its_position()
    {
        var row = Assert.Single(CampaignRun.Of(CampaignRun.Problems(CampaignRun.Faulty(Wrong), "n2_oc2_l2_k2 float32 input=[0,0,0,1] weight=[1,1,1,2]"), CampaignRun.InProcess).Rows);

        Assert.Equal(("failed", "value", "candidate", "[1,1,1]", "2", "12"), (row.Text("verdict"), row.Text("kind"), row.Text("side"), row.Text("first_wrong"), row.Text("wrong_elements"), row.Text("elements")));
        Assert.Equal(("[2,2,3]", "[0,0,0,0,0,0,0,1,1,0,1,2]"), (row.Text("output_shape"), row.Text("expected")));
    }

    [Fact]
    public void A_class_that_the_candidate_does_not_do_fails_the_run_and_says_how_to_leave_it_out()
    {
        string[] problems = ["l4_k3 float32 integer seed1", "l4_k3 float64 integer seed1"];
        var run = CampaignRun.Of(CampaignRun.Problems(Float32Only, problems), CampaignRun.InProcess);
        var without = CampaignRun.Of(CampaignRun.Problems(Float32Only, problems) with { Where = "dtype!=float64" }, CampaignRun.InProcess);

        Assert.Equal((false, "in the class 'float64' the candidate does nothing that can be judged; --where \"dtype!=float64\" leaves it out"), (run.Result.Holds, run.Result.Why));
        Assert.Equal((1, 1), (run.Tally.Unsupported, run.Tally[Counter.UnsupportedByCandidate]));
        Assert.True(without.Result.Holds, without.Result.Why);
    }

    [Fact]
    public void A_dtype_beside_float32_and_float64_may_be_left_out_and_is_named()
    {
        string[] problems = ["l4_k3 float32 integer seed1", "l4_k3 int64 integer seed1"];
        var run = CampaignRun.Of(CampaignRun.Problems(Float32Only, problems), CampaignRun.InProcess);
        var alone = CampaignRun.Of(CampaignRun.Problems(Float32Only, problems[1]), CampaignRun.InProcess);

        Assert.True(run.Result.Holds, run.Result.Why);
        Assert.Equal("int64", string.Join(' ', run.Result.NotDone));
        Assert.Equal((1, 1), (run.Tally.Unsupported, run.Tally[Counter.UnsupportedByCandidate]));
        Assert.False(alone.Result.Holds, "nothing at all was judged");
    }

    [Fact]
    public void A_size_that_only_problems_of_a_dtype_have_that_is_left_out_is_no_hole()
    {
        string[] problems = ["l4_k3 float32 integer seed1", "ic513_l2_k2 int64 integer seed1"];
        var run = CampaignRun.Of(CampaignRun.Problems(Float32Only, problems), CampaignRun.InProcess);
        var refused = CampaignRun.Of(CampaignRun.Problems(Float32Only, [.. problems, "ic1025_l2_k2 float64 integer seed1"]) with { Where = "dtype!=float64|ic=1025" }, CampaignRun.InProcess);

        Assert.True(run.Result.Holds, run.Result.Why);
        Assert.False(refused.Result.Holds);
    }

    [Fact]
    public void A_class_that_only_the_reference_does_not_do_is_judged_by_the_oracle_and_holds()
    {
        var reference = Float32Only;
        string[] problems = ["l4_k3 float32 integer seed1", "l4_k3 float64 integer seed1"];
        var right = CampaignRun.Of(CampaignRun.Problems("kernel", problems) with { Reference = reference }, CampaignRun.OneWorker);
        var wrong = CampaignRun.Of(CampaignRun.Problems(CampaignRun.Faulty(Wrong), problems[1]) with { Reference = reference }, CampaignRun.OneWorker);

        Assert.Equal((1, 1, 0), (right.Tally.Passed, right.Tally.Unsupported, right.Tally[Counter.UnsupportedByCandidate]));
        Assert.True(right.Result.Holds, right.Result.Why);
        Assert.Equal(("failed", "candidate"), (Assert.Single(wrong.Rows).Text("verdict"), wrong.Rows[0].Text("side")));
    }

    [Fact]
    public void A_class_with_mistrusted_problems_alone_fails_the_run()
    {
        var tally = new Tally();
        for (var i = 0; i < 200; i++)
        {
            tally.Add(ProblemClass.Float32, new Judgement());
        }

        tally.Add(ProblemClass.Float64, new Judgement { Verdict = Verdict.Mistrusted });
        tally.Add(ProblemClass.Float64, new Judgement { Verdict = Verdict.Unsupported, UnsupportedBy = Side.Both });
        var nobody = new RunnerInfo("kernel", "", "");
        var result = new CampaignResult { Tally = tally, Reference = nobody, Candidate = nobody };

        Assert.Equal("the class 'float64' has only problems that are mistrusted or that the candidate does not do", result.Why);
    }

    [Fact]
    public void Where_leaves_out_what_does_not_match_and_keeps_the_indices()
    {
        var settings = CampaignRun.Smoke("kernel") with { AllRows = true };
        var limits = CampaignRun.TwoWorkers with { Count = 300, RangeLength = 16 };
        var whole = CampaignRun.Of(settings, limits);
        var part = CampaignRun.Of(settings with { Where = "dtype=float64 & s>1" }, limits);
        var expected = whole.Rows.Where(row => ProblemCondition.Parse("dtype=float64 & s>1").Covers(ProblemText.Parse(row.Text("problem").Split(" input=")[0]))).ToList();

        Assert.InRange(expected.Count, 20, 200);
        Assert.Equal(string.Join(" ", expected.Select(row => row.Text("name") + "=" + row.Text("index"))), string.Join(" ", part.Rows.Select(row => row.Text("name") + "=" + row.Text("index"))));
        Assert.Equal((expected.Count, 300 - expected.Count), (part.Tally.Problems, part.Tally[Counter.LeftOut]));
    }

    [Fact]
    public void Where_nothing_matches_nothing_was_compared()
    {
        var run = CampaignRun.Of(CampaignRun.Smoke("kernel") with { Where = "k=99" }, CampaignRun.InProcess with { Count = 100 });

        Assert.Equal((false, "nothing was compared", 100), (run.Result.Holds, run.Result.Why, run.Tally[Counter.LeftOut]));
    }

    /// <summary>Everything that is counted, without the times.</summary>
    internal static string Counts(Tally tally) => string.Join(
        '\n',
        [
            .. Tally.Outcomes.Select(o => $"{o}: {tally[o]} ({string.Join(' ', Enumerable.Range(0, ProblemClasses.All.Count).Select(c => tally.OfClass(c, o)))})"),
            .. tally.Failures.Select(f => $"{f.Key} {f.Value}"),
            .. tally.Divergences.Select(d => $"{d.Key} {d.Value}"),
            $"{tally[Counter.Unjudged]} {tally[Counter.SignedZeros]} {tally[Counter.ReasonsDiffer]} {tally[Counter.TorchWouldRefuse]} {tally.WorstCandidate:R} {tally.WorstReference:R}",
        ]);
}
