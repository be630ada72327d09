using System.Diagnostics;

using ParityHarness.Campaigns;
using ParityHarness.Problems;
using ParityHarness.Results;
using ParityHarness.Runners;
using ParityHarness.Tests.Cli;

using Xunit;

namespace ParityHarness.Tests.Campaigns.Workers;

/// <summary>Implementations that crash, hang, end the process or take all memory become rows, and the campaign goes on.</summary>
[Trait("speed", "slow")]
public class WorkerDeathTests
{
    private const string First = "l4_k3 float32 integer seed1";
    private const string Second = "ic2_oc3_l5_k3_s2_p1_bias float64 integer seed2";
    private const string Illegal = "l4_k3_p3 float32 integer seed1";

    [Theory]
    [InlineData("null_dereference", "fault", "was killed by SIGSEGV (invalid memory access)")]
    [InlineData("exits", "fault", "ended its process with exit code 0")]
    [InlineData("endless_loop", "fault", "did not answer within 1 s and was ended")]
    [InlineData("flush_to_zero", "environment", "changed the floating-point environment (rounding, flush-to-zero or denormals-are-zero)")]
    public void A_deadly_candidate_becomes_a_row_a_problem_and_the_campaign_ends(string name, string kind, string how)
    {
        var run = Run(CampaignRun.Problems(CampaignRun.Faulty(name), First, Illegal, Second) with { TimeoutSeconds = 1 });

        Assert.Equal((3, 2, 1), (run.Tally.Problems, run.Tally.Failed, run.Tally.RejectedByBoth));
        Assert.Equal("problem:0 problem:2", run.Names);
        foreach (var row in run.Rows)
        {
            Assert.Equal(("failed", kind, "candidate"), (row.Text("verdict"), row.Text("kind"), row.Text("side")));
            Assert.Equal($"candidate faulted: {how}", row.Text("detail"));
            Assert.Equal((OutcomeKind.Completed, OutcomeKind.Faulted, how), (row.ReferenceAnswer.Kind, row.CandidateAnswer.Kind, row.CandidateAnswer.Message));
        }
    }

    [Fact]
    public void A_candidate_that_wants_more_memory_than_it_may_have_gets_none_and_is_a_row()
    {
        var run = Run(CampaignRun.Problems(CampaignRun.Faulty("huge_allocation"), First, Second) with { MemoryBytes = 1 << 30 });

        Assert.Equal((2, 2, 0), (run.Tally.Problems, run.Tally.Failed, run.Tally[Counter.Restarts]));
        Assert.All(run.Rows, row => Assert.Equal(("fault", "candidate", "candidate faulted: out of memory"), (row.Text("kind"), row.Text("side"), row.Text("detail"))));
    }

    [Fact]
    public void What_a_dying_process_said_last_stands_in_the_row()
    {
        var run = Run(CampaignRun.Problems(CampaignRun.Source("says_and_aborts", """
            #include <stdio.h>
            int32_t parity_conv_transpose1d(parity_call *call)
            {
                if (computes(call)) {
                    fprintf(stderr, "mine: table is broken\nand more\n");
                    abort();
                }
                return correct(call);
            }
            """), First));

        Assert.Equal("candidate faulted: was killed by SIGABRT (abort) (mine: table is broken)", Assert.Single(run.Rows).Text("detail"));
    }

    [Fact]
    public void A_dying_reference_is_blamed_and_the_candidate_is_still_judged()
    {
        var settings = CampaignRun.Problems("kernel", First) with { Reference = CampaignRun.Faulty("null_dereference") };
        var right = Assert.Single(Run(settings).Rows);
        var wrong = Assert.Single(Run(settings with { Candidate = CampaignRun.Faulty("flipped_kernel") }).Rows);

        Assert.Equal(("fault", "reference", "reference faulted: was killed by SIGSEGV (invalid memory access)"), (right.Text("kind"), right.Text("side"), right.Text("detail")));
        Assert.Equal(("value", "both"), (wrong.Text("kind"), wrong.Text("side")));
        Assert.Equal("", right.Text("expected"));
    }

    [Fact]
    public void Both_may_die_at_one_problem()
    {
        var row = Assert.Single(Run(CampaignRun.Problems(CampaignRun.Faulty("exits"), First) with { Reference = CampaignRun.Faulty("null_dereference") }).Rows);

        Assert.Equal(("fault", "both"), (row.Text("kind"), row.Text("side")));
        Assert.Equal("candidate faulted: ended its process with exit code 0; reference faulted: was killed by SIGSEGV (invalid memory access)", row.Text("detail"));
    }

    [Fact]
    public void Problems_around_a_deadly_one_are_counted_once_each()
    {
        // Dies wherever the stride is 2.
        var candidate = CampaignRun.Source("dies_at_stride_two", """
            int32_t parity_conv_transpose1d(parity_call *call)
            {
                if (computes(call) && call->stride.values[0] == 2)
                    abort();
                return correct(call);
            }
            """);
        string[] problems = [.. Enumerable.Range(0, 12).Select(i => $"l{i + 2}_k3_s{(i is 3 or 4 or 11 ? 2 : 1)} float32 integer seed{i}")];
        var run = CampaignRun.Of(CampaignRun.Problems(candidate, problems) with { AllRows = true }, CampaignRun.TwoWorkers with { RangeLength = 6 });

        Assert.Equal(string.Join(' ', Enumerable.Range(0, 12).Select(i => $"problem:{i}")), run.Names);
        Assert.Equal((12, 9, 3, 6), (run.Tally.Problems, run.Tally.Passed, run.Tally.Failed, run.Tally[Counter.Restarts]));
        Assert.Equal([(0, 6), (6, 12)], run.Campaign.Ranges);
    }

    [Fact]
    public void A_candidate_that_dies_once_has_failed_whether_or_not_it_repeats()
    {
        var marker = Path.GetTempFileName();
        File.Delete(marker);
        try
        {
            Environment.SetEnvironmentVariable("PARITY_TEST_MARKER", marker);
            var run = Run(CampaignRun.Problems(
                CampaignRun.Source("dies_once", """
                    #include <fcntl.h>
                    int32_t parity_conv_transpose1d(parity_call *call)
                    {
                        if (computes(call) && open(getenv("PARITY_TEST_MARKER"), O_CREAT | O_EXCL, 0600) >= 0)
                            abort();
                        return correct(call);
                    }
                    """),
                First,
                Second));

            var row = Assert.Single(run.Rows);
            Assert.Equal(("problem:0", "failed", "candidate", "the candidate was killed by SIGABRT (abort), but not when tried again alone"), (row.Text("name"), row.Text("verdict"), row.Text("side"), row.Text("detail")));
            Assert.Equal((1, 1, 1, false), (run.Tally.Passed, run.Tally.Failed, run.Tally[Counter.Restarts], run.Result.Holds));
        }
        finally
        {
            Environment.SetEnvironmentVariable("PARITY_TEST_MARKER", null);
            File.Delete(marker);
        }
    }

    [Fact]
    public void A_candidate_that_lets_the_process_die_later_is_found_by_leaving_it_out()
    {
        // Returns at once, and a thread of its own crashes while the harness compares.
        var run = Run(CampaignRun.Problems(
            CampaignRun.Source("dies_later", """
                #include <pthread.h>
                #include <unistd.h>
                static void *die(void *unused)
                {
                    usleep(20000);
                    abort();
                    return unused;
                }
                int32_t parity_conv_transpose1d(parity_call *call)
                {
                    pthread_t thread;
                    if (!computes(call))
                        return correct(call);
                    pthread_create(&thread, NULL, die, NULL);
                    return PARITY_COMPLETED;
                }
                """),
            "ic64_oc64_l1000_k9 float64 wide seed1"));

        var row = Assert.Single(run.Rows);
        Assert.Equal(("failed", "fault", "candidate"), (row.Text("verdict"), row.Text("kind"), row.Text("side")));
        Assert.Equal("candidate faulted: corrupted the process, which was killed by SIGABRT (abort) later", row.Text("detail"));
    }

    [Fact]
    public void A_candidate_that_hangs_at_every_problem_ends_the_campaign_early()
    {
        var clock = Stopwatch.StartNew();
        var run = CampaignRun.Of(CampaignRun.Smoke(CampaignRun.Faulty("endless_loop")) with { TimeoutSeconds = 0.2 }, CampaignRun.TwoWorkers with { Count = 10_000 });

        Assert.True(run.Campaign.GaveUp);
        Assert.InRange(run.Tally.Failed, 1, 40);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 60);
        Assert.Contains("ended early, after ", run.Result.Why, StringComparison.Ordinal);
        Assert.InRange(run.Campaign.Ranges.Sum(range => range.End - range.Start), 1, run.Tally.Problems);
    }

    [Fact]
    public void A_death_is_known_at_once_and_ends_a_run_that_has_found_enough()
    {
        var run = CampaignRun.Of(
            CampaignRun.Smoke(CampaignRun.Faulty("endless_loop")) with { TimeoutSeconds = 0.5 }, CampaignRun.OneWorker with { Count = 10_000, RangeLength = 1000, MaxFailures = 1 });

        Assert.True(run.Campaign.FoundEnough);
        Assert.Equal((1, false), (run.Tally.Failed, run.Campaign.GaveUp));
        Assert.Equal("fault", Assert.Single(run.Rows).Text("kind"));
    }

    [Fact]
    public void A_stop_in_the_middle_of_deaths_does_not_wait_for_the_end_of_the_range()
    {
        var rows = new List<ResultRow>();
        Campaign campaign = null!;
        campaign = new Campaign(
            CampaignRun.Smoke(CampaignRun.Faulty("exits")),
            CampaignRun.OneWorker with { Count = 1000, RangeLength = 500 },
            row =>
            {
                rows.Add(row);
                campaign.Stop();
            });
        var tally = campaign.Run();

        Assert.True(campaign.Interrupted);
        Assert.Equal((1, 1), (tally.Failed, rows.Count));
        Assert.Equal([(0L, tally.Problems)], campaign.Ranges);
    }

    [Fact]
    public void An_early_end_without_a_failure_does_not_hold_either()
    {
        var tally = CampaignRun.Of(CampaignRun.Problems("kernel", First), CampaignRun.InProcess).Tally;
        var info = new RunnerInfo("x", "", "");

        Assert.True(new CampaignResult { Tally = tally, Reference = info, Candidate = info }.Holds);
        Assert.False(new CampaignResult { Tally = tally, Reference = info, Candidate = info, GaveUp = true }.Holds);
    }

    [Fact]
    public void Deaths_of_a_reference_in_a_known_divergence_do_not_end_the_campaign_early()
    {
        var folder = Directory.CreateTempSubdirectory("parity-deaths-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "divergences.csv"), $"name,reference,versions,cpu,when,witness,reference_does,reason\ndies,native,*,,k=3,{First},dies,wrong\n");
            var settings = CampaignRun.Problems("kernel", First, First, First) with { Reference = CampaignRun.Faulty("null_dereference"), FixturesFolder = folder };
            var run = CampaignRun.Of(settings, CampaignRun.OneWorker with { MostDeaths = 3 });

            Assert.Equal((false, 3, true), (run.Campaign.GaveUp, run.Tally.Known, run.Result.Holds));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_problem_at_which_the_reference_is_known_to_end_its_process_is_not_put_to_it_and_the_candidate_is_judged()
    {
        var folder = Directory.CreateTempSubdirectory("parity-deaths-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "divergences.csv"), $"name,reference,versions,cpu,when,ends_process,witness,reference_does,reason\ndies,native,*,,k=3,yes,{First},dies,wrong\n");
            var settings = CampaignRun.Problems("kernel", First, First, First) with { Reference = CampaignRun.Faulty("null_dereference"), FixturesFolder = folder, AllRows = true };
            var right = CampaignRun.Of(settings, CampaignRun.OneWorker);
            var wrong = CampaignRun.Of(settings with { Candidate = CampaignRun.Faulty("flipped_kernel") }, CampaignRun.OneWorker);

            // The witness alone costs a worker.
            Assert.Equal((3L, 0L, 1), (right.Tally.Known, right.Tally[Counter.Restarts], right.Campaign.WitnessesTried));
            Assert.True(right.Result.Holds);
            Assert.All(right.Rows, row => Assert.Equal("faulted: was not asked: its process ends here (dies)", row.Text("reference_outcome")));
            Assert.Equal(3, wrong.Tally.Failed);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_witness_that_no_longer_ends_the_process_fails_the_run()
    {
        var folder = Directory.CreateTempSubdirectory("parity-deaths-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "divergences.csv"), $"name,reference,versions,cpu,when,ends_process,witness,reference_does,reason\ndies,oracle,*,,k=3,yes,{First},dies,wrong\n");
            var run = CampaignRun.Of(CampaignRun.Problems("kernel", First) with { Reference = "oracle", FixturesFolder = folder }, CampaignRun.OneWorker);

            Assert.Equal((1, 1, false), (run.Campaign.WitnessesTried, run.Campaign.WitnessesGone, run.Result.Holds));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_candidate_that_kills_every_worker_ends_the_campaign_early()
    {
        var run = CampaignRun.Of(CampaignRun.Smoke(CampaignRun.Faulty("exits")), CampaignRun.TwoWorkers with { Count = 1000, RangeLength = 50, MostDeaths = 6 });

        Assert.True(run.Campaign.GaveUp);
        Assert.InRange(run.Tally.Failed, 1, 5);
        // What was run up to the last death counts, and nothing behind it.
        Assert.InRange(run.Campaign.Ranges.Sum(range => range.End - range.Start), 1, run.Tally.Problems);
        Assert.Equal(run.Tally.Failed, run.Rows.Count);
        Assert.False(run.Result.Holds);
    }

    [Fact]
    public void A_candidate_that_leaks_is_restarted_and_does_not_pass_for_bad_usage()
    {
        // At the first problem it takes all there is but 64 to 128 MB, so that the tensors of the next cannot be made.
        var leaks = CampaignRun.Source("leaks", """
            int32_t parity_conv_transpose1d(parity_call *call)
            {
                const size_t chunk = (size_t)64 << 20;
                void *last = NULL, *next;
                if (!computes(call) || call->input.shape[2] != 4)
                    return correct(call);
                while ((next = malloc(chunk)) != NULL)
                    last = next;
                free(last);
                return PARITY_COMPLETED;
            }
            """);
        var run = Run(CampaignRun.Problems(leaks, First, "n1000_l40000_k1 float32 random seed1", Second) with { Reference = "kernel", MemoryBytes = 2L << 30 });

        Assert.Equal(3, run.Tally.Problems);
        var row = Assert.Single(run.Rows);
        Assert.Equal(("problem:1", "failed"), (row.Text("name"), row.Text("verdict")));
        Assert.Contains("the worker could not make the tensors: ", row.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public void Outputs_too_many_for_the_oracles_memory_are_a_row_that_blames_nobody()
    {
        var run = Run(CampaignRun.Problems("kernel:scalar", "l2_k1_s40000000", Second) with { Reference = "kernel", MemoryBytes = 1 << 30 });

        var row = Assert.Single(run.Rows);
        Assert.Equal(("problem:0", "failed", "fault", ""), (row.Text("name"), row.Text("verdict"), row.Text("kind"), row.Text("side")));
        Assert.Equal("the outputs could not be judged: the oracle found no memory for so many; allow more by --memory", row.Text("detail"));
        Assert.Equal((2, 1), (run.Tally.Problems, run.Tally.Passed));
    }

    [Fact]
    public void A_worker_that_refuses_to_load_its_runner_says_why()
    {
        var error = Assert.Throws<HarnessException>(() => Run(CampaignRun.Problems("native:/nowhere/lib.so", First)));

        Assert.True(error.IsUsage);
        Assert.StartsWith("/nowhere/lib.so: there is no such file", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_library_that_crashes_when_it_is_loaded_ends_the_run_with_a_reason()
    {
        var error = Assert.Throws<HarnessException>(() => Run(CampaignRun.Problems(CampaignRun.Source("dies_at_load", """
            __attribute__((constructor)) static void die(void) { abort(); }
            int32_t parity_conv_transpose1d(parity_call *call) { return correct(call); }
            """), First)));

        Assert.StartsWith("a worker was killed by SIGABRT (abort)", error.Message, StringComparison.Ordinal);
        Assert.Contains(" while it loaded oracle and native:", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_worker_program_that_is_not_there_ends_the_run_with_a_reason()
    {
        var error = Assert.Throws<HarnessException>(() => CampaignRun.Of(CampaignRun.Problems("kernel", First), CampaignRun.OneWorker with { WorkerCommand = ["/nowhere/parity", "worker"] }));

        Assert.StartsWith("a worker process could not be started: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_left_in_shared_memory()
    {
        // In processes of its own: workers that other tests are starting in this one have their cells there too.
        using var parity = new Cli.Parity();
        foreach (var (candidate, exit) in ((string, int)[])[("native:/nowhere/lib.so", 2), (CampaignRun.Faulty("exits"), 1)])
        {
            using var process = parity.Start("run", "--reference", "oracle", "--candidate", candidate, "--problem", First);
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();

            Assert.Equal(exit, process.ExitCode);
            Assert.Empty(Directory.GetFiles("/dev/shm", $"parity-{process.Id}-*"));
        }
    }

    private static CampaignRun Run(CampaignSettings settings) =>
        CampaignRun.Of(settings, CampaignRun.OneWorker);
}
