using System.Globalization;

using ParityHarness.Results;
using ParityHarness.Tests.Runners.Native;
using ParityHarness.Tests.Runners.Pipe;

using Xunit;

namespace ParityHarness.Tests.Campaigns;

/// <summary>Programs behind a pipe in campaigns: right ones pass, wrong, dying and hanging ones become rows.</summary>
[Trait("speed", "slow")]
public class ExecCampaignTests
{
    private const string First = "l4_k3 float32 integer seed1";
    private const string Second = "n2_ic2_oc3_l5_k3_s2_p1_bias float64 integer seed2";

    [Fact]
    public void The_Python_example_passes_a_fuzz()
    {
        var run = CampaignRun.Of(CampaignRun.Smoke("exec:" + PythonProgram.Right), CampaignRun.TwoWorkers with { Count = 2000 });

        Assert.True(run.Result.Holds, run.Result.Why);
        Assert.Equal(2000, run.Tally.Problems);
        Assert.InRange(run.Tally[Counter.UnsupportedByCandidate], 1, 800); // it has float32 and float64
    }

    [Fact]
    public void One_changed_sign_in_it_is_caught()
    {
        var wrong = PythonProgram.With("wrong_sign", "j * d.dilation - d.padding", "j * d.dilation + d.padding");
        var run = CampaignRun.Of(CampaignRun.Smoke("exec:" + wrong), CampaignRun.OneWorker with { Count = 300 });

        Assert.False(run.Result.Holds);
        Assert.True(run.Tally.Failures["value candidate"] > 50, run.Result.Why);
    }

    [Fact]
    public void A_dying_program_becomes_a_row_for_each_problem_and_no_worker_dies_of_it()
    {
        var run = CampaignRun.Of(
            CampaignRun.Problems("exec:" + PythonProgram.Before("dies_in_batches", "n > 1 and os._exit(3)"), First, Second, First),
            CampaignRun.OneWorker);

        Assert.Equal((3, 1, 0), (run.Tally.Problems, run.Tally.Failed, run.Tally[Counter.Restarts]));
        Assert.Equal("candidate faulted: ended its process with exit code 3", Assert.Single(run.Rows).Text("detail"));
    }

    [Fact]
    public void A_hanging_program_becomes_a_row_and_is_ended()
    {
        var ids = NativeCompiler.File("hangs_in_batches.ids");
        var hangs = PythonProgram.Before("hangs_in_batches", $"n > 1 and exec('open(\"{ids}\", \"a\").write(str(os.getpid()) + \" \")\\nwhile True: pass')");
        var run = CampaignRun.Of(CampaignRun.Problems("exec:" + hangs, First, Second, First) with { TimeoutSeconds = 1 }, CampaignRun.OneWorker);

        Assert.Equal((3, 1, 2), (run.Tally.Problems, run.Tally.Failed, run.Tally[Counter.Restarts]));
        Assert.Equal("candidate faulted: did not answer within 1 s and was ended", Assert.Single(run.Rows).Text("detail"));
        AssertEnded(ids);
    }

    [Fact]
    public void A_program_that_eats_memory_is_held_to_the_workers_limit()
    {
        var run = CampaignRun.Of(
            CampaignRun.Problems("exec:" + PythonProgram.Before("eats_memory", "bytearray(2 << 30)"), First) with { MemoryBytes = 1 << 30 },
            CampaignRun.OneWorker);

        Assert.Equal("candidate faulted: ended its process with exit code 1 (MemoryError)", Assert.Single(run.Rows).Text("detail"));
    }

    [Fact]
    public void A_worker_that_dies_takes_its_program_with_it_and_is_seen_at_once()
    {
        // The program inherits nothing of the worker's pipes, else the coordinator would wait for it.
        var ids = NativeCompiler.File("reference.ids");
        var reference = PythonProgram.Before("reference", $"open('{ids}', 'a').write(str(os.getpid()) + ' ')");
        var run = CampaignRun.Of(
            CampaignRun.Problems(CampaignRun.Faulty("null_dereference"), First) with { Reference = "exec:" + reference },
            CampaignRun.OneWorker);

        Assert.Equal("candidate faulted: was killed by SIGSEGV (invalid memory access)", Assert.Single(run.Rows).Text("detail"));
        AssertEnded(ids);
    }

    [Fact]
    public void The_line_that_runs_a_failure_again_quotes_the_command_for_the_shell()
    {
        var name = "exec:" + PythonProgram.With("quoted", "j * d.dilation - d.padding", "j * d.dilation + d.padding - 1");
        var row = Assert.Single(CampaignRun.Of(CampaignRun.Problems(name, First), CampaignRun.InProcess).Rows);

        Assert.Contains($"--candidate '{name.Replace("'", "'\\''", StringComparison.Ordinal)}' ", row.Text("rerun"), StringComparison.Ordinal);
        Assert.Equal(name, NativeCompiler.Run("bash", "-c", $"set -- {row.Text("rerun")}; printf %s \"$6\""));
    }

    private static void AssertEnded(string ids)
    {
        var programs = File.ReadAllText(ids).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.NotEmpty(programs);
        foreach (var id in programs)
        {
            var folder = $"/proc/{int.Parse(id, CultureInfo.InvariantCulture)}";
            Assert.True(SpinWait.SpinUntil(() => !Directory.Exists(folder), TimeSpan.FromSeconds(10)), $"program {id} still runs");
        }
    }
}
