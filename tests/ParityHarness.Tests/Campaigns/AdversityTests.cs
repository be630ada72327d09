using System.Diagnostics;
using ParityHarness.Results;
using Xunit;

namespace ParityHarness.Tests.Campaigns;

/// <summary>What a campaign must live through.</summary>
[Trait("speed", "slow")]
public sealed class AdversityTests : IDisposable
{
    private readonly Cli.Parity _parity = new();

    [Fact]
    public void Whatever_ends_a_process_is_a_row_each_in_one_campaign_that_comes_to_its_end()
    {
        var candidate = CampaignRun.Source("adversity", """
            int32_t parity_conv_transpose1d(parity_call *call)
            {
                volatile int64_t one = 1, forever = 1;
                volatile float *volatile nothing = NULL;
                switch (call->weight.ndim == 3 ? call->weight.shape[2] : 0) {
                case 2: nothing[0] = 1; break;
                case 3: while (forever); break;
                case 4: while (forever) { void *more = malloc(16 << 20); memset(more, 1, 16 << 20); } break;
                case 5: one /= call->groups; break;
                }
                return correct(call);
            }
            """);
        var settings = CampaignRun.Problems(candidate, "l4_k1 seed1", "l4_k2", "l4_k3", "l4_k4", "l4_k5_g0", "l4_k1 seed2") with { TimeoutSeconds = 1, MemoryBytes = 1L << 30 };
        var run = CampaignRun.Of(settings, CampaignRun.OneWorker);

        Assert.Equal("problem:1 problem:2 problem:3 problem:4", run.Names);
        Assert.All(run.Rows, row => Assert.Equal(("failed", "fault", "candidate"), (row.Text("verdict"), row.Text("kind"), row.Text("side"))));
        Assert.Equal((2L, 4L, false), (run.Tally.Passed, run.Tally.Failed, run.Campaign.GaveUp));
    }

    [Fact]
    public void A_module_of_no_groups_kills_libtorch_and_is_a_row()
    {
        var settings = CampaignRun.Problems("kernel", "l4_k1 seed1", "l4_k3_g0_module", "l4_k1 seed2") with { Reference = "libtorch", FixturesFolder = _parity.Folder }; // which excuses nothing
        var run = CampaignRun.Of(settings, CampaignRun.OneWorker);

        var row = Assert.Single(run.Rows);
        Assert.Equal(("problem:1", "failed", "fault", "reference"), (row.Text("name"), row.Text("verdict"), row.Text("kind"), row.Text("side")));
        Assert.Contains("SIGFPE", row.Text("detail"), StringComparison.Ordinal);
        Assert.Equal((2L, 1L), (run.Tally.Passed, run.Tally.Failed));
    }

    [RequiresFact(Requirement.Mounts)]
    public void A_read_only_disk_is_told_in_one_line_and_what_was_written_stays()
    {
        const string Mount = "mkdir -p disk && mount --bind disk disk && mount -o remount,ro,bind disk && ";
        const string Fuzz = "fuzz --profile smoke --count 3000 --reference oracle --all-rows --jobs 1 --shrink 0 --out disk/run";
        var anew = Shell($"{Mount} exec {Fuzz}", mounts: true);
        Assert.Equal(3, Shell($"trap '' XFSZ; ulimit -f 1200; exec {Fuzz}").ExitCode);
        var written = File.ReadAllText(Path.Combine(_parity.Folder, "disk", "run", "mismatches.csv"));
        var again = Shell($"{Mount} exec {Fuzz}", mounts: true);

        Assert.Equal((2, 2), (anew.ExitCode, again.ExitCode));
        Assert.All([anew.Errors, again.Errors], errors => Assert.Matches("^parity: [^\n]*disk/run[^\n]*: .*[Rr]ead-only file system[^\n]*\n$", errors));
        Assert.Equal(written, File.ReadAllText(Path.Combine(_parity.Folder, "disk", "run", "mismatches.csv")));
    }

    [Fact]
    public void A_full_disk_is_told_in_one_line_and_the_same_command_goes_on_from_what_was_written()
    {
        const string Command = "fuzz --profile smoke --count 3000 --reference oracle --all-rows --jobs 1 --shrink 0 --out ";
        var (full, errors) = Shell($"trap '' XFSZ; ulimit -f 1200; exec {Command}full");

        Assert.Equal(3, full);
        var line = Assert.Single(errors.TrimEnd('\n').Split('\n'));
        Assert.Matches("^parity: full/(mismatches.csv|journal): cannot be written: .*; what was written before stands, and the same command with the same --out goes on from there$", line);
        Assert.Contains("going on with the run in full", Shell($"exec {Command}full").Errors, StringComparison.Ordinal);
        Assert.Equal(0, Shell($"exec {Command}whole").ExitCode);
        Assert.Equal(File.ReadAllText(Path.Combine(_parity.Folder, "whole", "mismatches.csv")), File.ReadAllText(Path.Combine(_parity.Folder, "full", "mismatches.csv")));
    }

    public void Dispose() => _parity.Dispose();

    private (int ExitCode, string Errors) Shell(string command, bool mounts = false)
    {
        var parity = $"dotnet '{Path.Combine(AppContext.BaseDirectory, "parity.dll")}' fuzz";
        var script = command.Replace("exec fuzz", "exec " + parity, StringComparison.Ordinal);
        using var process = Process.Start(new ProcessStartInfo(mounts ? "unshare" : "bash", mounts ? ["--map-root-user", "--mount", "bash", "-c", script] : ["-c", script])
        {
            WorkingDirectory = _parity.Folder,
            // Else .NET makes a large file for its code.
            Environment = { ["DOTNET_EnableWriteXorExecute"] = "0" },
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, Cli.Parity.WithoutProgress(errors.Result));
    }
}
