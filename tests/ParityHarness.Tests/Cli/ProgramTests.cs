using System.Diagnostics;
using System.Runtime.InteropServices;

using ParityHarness.Fixtures;
using ParityHarness.Judging;
using ParityHarness.Problems;
using ParityHarness.Results;
using ParityHarness.Runners.Native;
using ParityHarness.Tests.Campaigns;
using ParityHarness.Tests.Runners.Native;

using Xunit;

namespace ParityHarness.Tests.Cli;

/// <summary>The real program: exit codes, files that can be run again, plain output.</summary>
[Trait("speed", "slow")]
public sealed partial class ProgramTests : IDisposable
{
    private const string Problem = "l4_k3_s2 float32 integer seed1";
    private readonly Parity _parity = new();

    private static string Flipped => "native:" + NativeCompiler.Build("flipped_kernel");

    [Fact]
    public void Exit_code_0_says_that_parity_holds()
    {
        _parity.Run("run", "--problem", Problem, "--reference", "oracle");

        Assert.Equal((0, ""), (_parity.ExitCode, _parity.Errors));
        Assert.Contains("parity holds: 1 problems: 1 passed, ", _parity.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Exit_code_1_says_that_it_does_not_and_the_output_says_where()
    {
        _parity.Run("run", "--problem", Problem, "--reference", "oracle", "--candidate", Flipped, "-v");

        Assert.Equal((1, ""), (_parity.ExitCode, _parity.Errors));
        Assert.Contains("parity does not hold: 1 of 1 problems failed", _parity.Output, StringComparison.Ordinal);
        Assert.Contains("failed, value candidate: 1", _parity.Output, StringComparison.Ordinal);
        Assert.Contains($"parity run --reference oracle --candidate {Flipped} --problem \"l4_k3_s2 float32 forward integer seed1\"\n", _parity.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_news_comes_first_and_the_verdict_last()
    {
        _parity.Run("fuzz", "--profile", "smoke", "--count", "200", "--reference", "oracle", "--candidate", Flipped);
        var lines = _parity.Output.TrimEnd().Split('\n');

        Assert.Matches("^[0-9]+ failures: the kernel is flipped", lines[0]);
        Assert.Contains(lines[..4], line => line.StartsWith("  smallest: ", StringComparison.Ordinal) && line.Contains(", at [0,0,", StringComparison.Ordinal) && line.Contains(", expected ", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("mistrusted   unsupported", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.TrimEnd().EndsWith(" %", StringComparison.Ordinal) && line.TrimStart().StartsWith("float32 ", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.StartsWith("largest error", StringComparison.Ordinal));
        Assert.StartsWith("parity does not hold: ", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_single_problem_is_shown_with_its_numbers_and_why_it_fails()
    {
        string[] run = ["run", "--problem", "l2_k2_s2_bias input=[1,2] weight=[3,4] bias=[10]", "--reference", "kernel"];
        Assert.Equal(1, _parity.Run([.. run, "--candidate", "native:" + NativeCompiler.Build("bias_missing")]).ExitCode);
        string[] wanted = ["input [1,2]", "weight [3,4]", "bias [10]", "output expected actual exact bound", "[0,0,0] 13 3 13 0", "[0,0,3] 18 8 18 0", "why: bias is left out"];
        var lines = _parity.Output.Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))).ToList();
        Assert.All(wanted, line => Assert.Contains(line, lines, StringComparer.Ordinal));

        Assert.Equal(0, _parity.Run([.. run, "--candidate", "kernel:scalar"]).ExitCode);
        Assert.Matches(@"\[0,0,3\] +18 +18 +18 +0 ", _parity.Output);
        Assert.DoesNotContain("again:", _parity.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_line_to_paste_begins_with_what_was_typed()
    {
        _parity.With("PARITY_COMMAND", "../my\\ clone/scripts/parity").Run("run", "--problem", Problem, "--reference", "oracle", "--candidate", Flipped);

        Assert.Contains("\n  again:    ../my\\ clone/scripts/parity run --reference oracle --candidate ", _parity.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_says_how_many_matched_and_that_none_did()
    {
        _parity.Run("fuzz", "--profile", "smoke", "--count", "200", "--reference", "oracle", "--where", "dtype=float64 & legal=1");

        Assert.Equal(0, _parity.ExitCode);
        var line = Assert.Single(_parity.Output.Split('\n'), l => l.StartsWith("--where ", StringComparison.Ordinal));
        Assert.Matches("^--where \"dtype=float64 & legal=1\": [0-9]+ of 200 problems matched$", line);
        Assert.DoesNotContain("pairwise coverage", _parity.Output, StringComparison.Ordinal);

        _parity.Run("run", "--problem", Problem, "--reference", "oracle", "--where", "k=99");

        Assert.Equal(1, _parity.ExitCode);
        Assert.Contains("--where \"k=99\": 0 of 1 problems matched\n", _parity.Output, StringComparison.Ordinal);
        Assert.EndsWith("parity does not hold: nothing was compared\n", _parity.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_says_in_the_verdict_for_what_parity_holds()
    {
        _parity.Run("fuzz", "--profile", "smoke", "--count", "200", "--reference", "oracle", "--only", "forward,float32");

        Assert.Equal(0, _parity.ExitCode);
        Assert.Matches("(?m)^outside of --only float32,forward: [0-9]+ of 200 problems$", _parity.Output);
        Assert.Matches("\nparity holds for float32 forward: [0-9]+ problems: [^\n]*\n$", _parity.Output);
    }

    [Fact]
    public void What_a_side_does_not_do_is_told_by_side()
    {
        NativeLibraries.TryFind("parity_minimal", out var minimal, out _);
        _parity.Run("run", "--problem", Problem, "--problem", "l4_k3 int64 integer seed1", "--reference", "oracle", "--candidate", "native:" + minimal, "-v");

        Assert.Contains("unsupported by the candidate: 1 (all of int64)\n", _parity.Output, StringComparison.Ordinal);
        Assert.EndsWith("; judged 1 of 2\n", _parity.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("unsupported by the reference", _parity.Output, StringComparison.Ordinal);

        _parity.Run("run", "--problem", Problem, "--reference", "recorded", "-v");

        Assert.Contains("unsupported by the reference (judged by the oracle alone): 1\n", _parity.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_versions_of_libtorch_show_their_drift_and_hold()
    {
        _parity.Run("run", "--reference", "libtorch", "--candidate", "torchsharp", "--problem", "ic64_oc8_l40_k5_s2 float64 random seed1", "--problem", "n2_l4_k0", "-v");

        Assert.Equal(0, _parity.ExitCode);
        string[] wanted =
        [
            "known divergence of the candidate, onednn_kernel-size-0: 1, not asked: its process would end",
            "drift from libtorch 1.13.1 to torchsharp 2.10.0",
            "divergence of libtorch 1.13.1 alone: module_groups-0 0 l4_k3_g0_module float32 forward integer seed0",
            "divergence of torchsharp 2.10.0 alone: onednn_kernel-size-0 1 n2_l4_k0 float32 forward integer seed0",
        ];
        var lines = _parity.Output.Split('\n').Select(l => string.Join(' ', l.Split(' ', StringSplitOptions.RemoveEmptyEntries))).ToList();
        Assert.All(wanted, line => Assert.Contains(line, lines, StringComparer.Ordinal));
        Assert.Single(lines, l => l.StartsWith("both right, other bits (apart by up to ", StringComparison.Ordinal) && l.EndsWith("of the largest output) 1 ic64_oc8_l40_k5_s2 float64 forward random seed1", StringComparison.Ordinal));
    }

    [Fact]
    public void Other_pairs_show_no_drift()
    {
        _parity.Run("run", "--problem", Problem, "--reference", "kernel:scalar");

        Assert.DoesNotContain("drift", _parity.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Fuzzing_without_a_live_reference_is_exit_code_3_with_the_reasons()
    {
        _parity.With("PARITY_NATIVE_DIR", _parity.Folder).Run("fuzz", "--profile", "smoke");
        if (_parity.ExitCode == 3)
        {
            Assert.Equal("", _parity.Output);
            Assert.StartsWith("parity: there is no live reference to fuzz against: ", Assert.Single(_parity.Errors.TrimEnd().Split('\n')), StringComparison.Ordinal);
            Assert.Contains($"PARITY_NATIVE_DIR is {_parity.Folder}, and there is no libparity_libtorch.so in it", _parity.Errors, StringComparison.Ordinal);
            return;
        }

        // Where TorchSharp is in this build, it is the live reference.
        Assert.Contains("reference: torchsharp", _parity.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fuzz")]
    [InlineData("run")]
    public void A_named_live_reference_that_is_not_there_is_exit_code_3(string command)
    {
        _parity.With("PARITY_NATIVE_DIR", _parity.Folder).Run(command, "--reference", "libtorch");

        Assert.Equal((3, "", $"parity: PARITY_NATIVE_DIR is {_parity.Folder}, and there is no libparity_libtorch.so in it\n"), (_parity.ExitCode, _parity.Output, _parity.Errors));
    }

    [Fact]
    public void Recorded_answers_are_no_reference_for_fuzzing()
    {
        _parity.Run("fuzz", "--reference", "recorded");

        Assert.Equal((3, ""), (_parity.ExitCode, _parity.Output));
        Assert.StartsWith("parity: recorded answers are no live reference: ", _parity.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_libtorch_fixtures_are_held_against_recorded_answers()
    {
        Directory.CreateDirectory(Path.Combine(_parity.Folder, "fixtures"));
        _parity.Write("fixtures/golden.csv", """
            name,problem,form,input,weight,outcome,reason,output_shape,expected,recorded_by
            stride-1,l4_k3 float32 forward,both,"[1,1,1,1]","[1,2,3]",completed,,"[1,1,6]","[1,3,6,6,5,3]",libtorch 1.13.1
            rejected,l4_k3_p3 float32 forward,functional,"[1,1,1,1]","[1,2,3]",rejected,output_size,,,libtorch 1.13.1

            """);
        _parity.With("PARITY_NATIVE_DIR", _parity.Folder).Run("run", "--fixtures", "fixtures", "--reference", "recorded");
        Assert.Equal((0, ""), (_parity.ExitCode, _parity.Errors));
        Assert.Contains("reference: recorded libtorch 1.13.1", _parity.Output, StringComparison.Ordinal);
        Assert.Contains("3 problems: 2 passed, 1 rejected by both", _parity.Output, StringComparison.Ordinal);

        Assert.Equal(1, _parity.Run("run", "--fixtures", "fixtures", "--reference", "recorded", "--candidate", Flipped).ExitCode);
    }

    [Theory]
    [InlineData(new string[0], "fuzz", "run", "env", "Exit codes: 0 parity holds, 1 it does not, 2 bad usage")]
    [InlineData(new[] { "fuzz" }, "--profile", "--shard", "--tolerance", "covering grid")]
    [InlineData(new[] { "run" }, "--problem", "FILE", "--record", "n ic oc l k     batch, in_channels")]
    [InlineData(new[] { "env" }, "env", "reference is in force", "Usage:", "--help")]
    public void Every_command_has_help(string[] command, params string[] words)
    {
        _parity.Run([.. command, "--help"]);

        Assert.Equal((0, ""), (_parity.ExitCode, _parity.Errors));
        Assert.All(words, word => Assert.Contains(word, _parity.Output, StringComparison.Ordinal));
    }

    [Fact]
    public void The_version_is_told()
    {
        _parity.Run("--version");

        Assert.Equal((0, ""), (_parity.ExitCode, _parity.Errors));
        Assert.Matches(@"^\d+\.\d+\.\d+", _parity.Output);
    }

    [Fact]
    public void All_rows_can_be_run_again()
    {
        Assert.Equal(0, _parity.Run("fuzz", "--profile", "smoke", "--count", "300", "--reference", "oracle", "--all-rows", "--out", "all").ExitCode);

        var file = Path.Combine("all", "mismatches.csv");
        Assert.Equal(301, File.ReadAllLines(Path.Combine(_parity.Folder, file)).Length);
        _parity.Run("run", file, "--reference", "oracle");
        Assert.Equal("", _parity.Errors);
        Assert.Contains("parity holds: 300 problems", _parity.Output, StringComparison.Ordinal);
        Assert.Equal(0, _parity.ExitCode);
    }

    [Fact]
    public void Mismatches_fail_again_with_the_faulty_candidate_and_pass_with_a_right_one()
    {
        _parity.Run("fuzz", "--profile", "smoke", "--count", "300", "--reference", "oracle", "--candidate", Flipped, "--out", "first");
        Assert.Equal(1, _parity.ExitCode);
        var file = Path.Combine("first", "mismatches.csv");
        var rows = FixtureFile.Read(Path.Combine(_parity.Folder, file)).Length;

        _parity.Run("run", file, "--reference", "oracle", "--candidate", Flipped);
        Assert.Contains($"parity does not hold: {rows} of {rows} problems failed", _parity.Output, StringComparison.Ordinal);
        Assert.Equal(0, _parity.Run("run", file, "--reference", "oracle").ExitCode);
    }

    [Fact]
    public void A_printed_rerun_command_fails_again()
    {
        _parity.Run("run", "--problem", "ic2_oc2_l20_k7 float32 random seed3", "--reference", "oracle", "--candidate", Flipped, "--tolerance", "ulp:0");
        var line = _parity.Output.Split('\n').Single(l => l.StartsWith("  again:    parity run ", StringComparison.Ordinal));
        var words = line["  again:    parity ".Length..].Split('"');

        _parity.Run([.. words[0].Split(' ', StringSplitOptions.RemoveEmptyEntries), words[1]]);
        Assert.Equal(1, _parity.ExitCode);
    }

    [Fact]
    public void What_failed_last_is_run_again_by_the_same_sides_until_it_passes()
    {
        _parity.Run("fuzz", "--profile", "smoke", "--count", "100", "--reference", "oracle", "--candidate", Flipped, "--shrink", "0");
        var rows = ResultFile.Read(_parity.Mismatches).Count(row => row.Verdict == Verdict.Failed);

        Assert.Equal(1, _parity.Run("run", "--last-failed", "--shrink", "0").ExitCode);
        Assert.Contains($"parity does not hold: {rows} of {rows} problems failed", _parity.Output, StringComparison.Ordinal);
        Assert.Contains("candidate: " + Flipped, _parity.Output, StringComparison.Ordinal);

        Assert.Equal(0, _parity.Run("run", "--last-failed", "--candidate", "kernel").ExitCode);
        Assert.Contains($"parity holds: {rows} problems: {rows} passed", _parity.Output, StringComparison.Ordinal);

        _parity.Run("fuzz", "--profile", "smoke", "--count", "50", "--reference", "oracle");
        Assert.Equal((0, "nothing failed in parity-out: there is nothing to run again\n"), (_parity.Run("run", "--last-failed").ExitCode, _parity.Output));
    }

    [Fact]
    public void Help_has_its_options_in_groups_and_the_runners_once()
    {
        foreach (var command in (string[])["run", "fuzz", "shrink", "bench"])
        {
            _parity.Run(command, "--help");
            var headings = _parity.Output.Split('\n').Where(line => line.EndsWith(':') && line.Length > 0 && line[0] != ' ').ToList();

            Assert.Contains("Against what:", headings, StringComparer.Ordinal);
            Assert.DoesNotContain("Other options:", headings, StringComparer.Ordinal);
            Assert.Equal(2, _parity.Output.Split("kernel:scalar").Length);
            Assert.All(_parity.Output.Split('\n'), line => Assert.True(line.Length <= 100, line));
        }
    }

    [Fact]
    public void Commands_and_options_are_completed()
    {
        Assert.Contains("fuzz\n", _parity.Run("[suggest:9]", "parity fu").Output, StringComparison.Ordinal);
        Assert.Contains("--max-failures\n", _parity.Run("[suggest:18]", "parity fuzz --max-").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_seed_gives_the_same_bytes()
    {
        string[] fuzz = ["fuzz", "--profile", "smoke", "--count", "600", "--reference", "oracle", "--candidate", Flipped, "--seed", "7", "--out"];
        _parity.Run([.. fuzz, "one", "--jobs", "1"]);
        _parity.Run([.. fuzz, "two", "--jobs", "2"]);
        var one = File.ReadAllBytes(Path.Combine(_parity.Folder, "one", "mismatches.csv"));

        Assert.True(one.Length > 10_000);
        Assert.Equal(one, File.ReadAllBytes(Path.Combine(_parity.Folder, "two", "mismatches.csv")));
        Assert.Equal(File.ReadAllText(Path.Combine(_parity.Folder, "one", "run.json")), File.ReadAllText(Path.Combine(_parity.Folder, "two", "run.json")));

        fuzz[10] = "8";
        _parity.Run([.. fuzz, "three"]);
        Assert.NotEqual(one, File.ReadAllBytes(Path.Combine(_parity.Folder, "three", "mismatches.csv")));
    }

    [Fact]
    public void Redirected_output_has_no_escape_codes_and_breaks_no_line()
    {
        var literal = $"l120_k3 float32 input=[{string.Join(',', Enumerable.Range(1, 120).Select(i => i + 0.125))}] weight=[1,2,3]";
        _parity.With("TERM", "xterm-256color").With("NO_COLOR", null).Run("run", "--problem", literal, "--problem", Problem, "--reference", "oracle", "--candidate", Flipped);

        Assert.Equal(1, _parity.ExitCode);
        Assert.DoesNotContain('\u001b', _parity.Output + _parity.Errors);
        Assert.Contains($"--problem \"{ProblemText.Parse(literal)}\"\n", _parity.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Recorded_failures_stand_in_the_fixtures_folder()
    {
        Directory.CreateDirectory(Path.Combine(_parity.Folder, "fixtures"));
        _parity.Run("run", "--problem", Problem, "--reference", "oracle", "--candidate", Flipped, "--fixtures", "fixtures", "--record");

        Assert.Equal(1, _parity.ExitCode);
        Assert.Contains("recorded: 1 distinct failure(s)", _parity.Output, StringComparison.Ordinal);
        Assert.Equal(1, _parity.Run("run", "fixtures/regressions.csv", "--reference", "oracle", "--candidate", Flipped).ExitCode);
        Assert.Equal(0, _parity.Run("run", "fixtures/regressions.csv", "--reference", "oracle").ExitCode);
    }

    [Fact]
    public void Env_names_the_reference_in_force_and_what_is_missing()
    {
        _parity.With("PARITY_NATIVE_DIR", _parity.Folder).Run("env");

        Assert.Equal((0, ""), (_parity.ExitCode, _parity.Errors));
        Assert.Matches("^reference in force: (torchsharp|recorded)\n", _parity.Output);
        Assert.Contains("there is no libparity_libtorch.so in it", _parity.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_C_keeps_what_was_run_and_says_that_it_is_not_all()
    {
        // In a session of its own, so that the signal reaches the whole group as on a terminal, and this test not.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", "setsid", "dotnet", Path.Combine(AppContext.BaseDirectory, "parity.dll"), "fuzz", "--profile", "smoke", "--count", "100000000", "--reference", "oracle", "--all-rows"])
        {
            UseShellExecute = false,
            WorkingDirectory = _parity.Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed.TotalSeconds < 30 && !(File.Exists(_parity.Mismatches) && new FileInfo(_parity.Mismatches).Length > 100_000))
        {
            await Task.Delay(50);
        }

        Assert.Equal(0, Kill(-process.Id, 2));
        await process.WaitForExitAsync();

        Assert.Equal("parity: ending after the problems at hand; press Ctrl-C again to end at once\n", Parity.WithoutProgress(await errors));
        Assert.Equal(1, process.ExitCode);
        Assert.Contains("parity is not shown: interrupted after ", await output, StringComparison.Ordinal);
        Assert.DoesNotContain("workers died", await output, StringComparison.Ordinal);
        Assert.NotEmpty(FixtureFile.Read(_parity.Mismatches));
    }

    [Fact]
    public async Task A_second_Ctrl_C_ends_at_once_and_what_was_recorded_is_gone_on_from()
    {
        var (hangs, mark) = (CampaignRun.Source("hangs_on_demand", """
            #include <unistd.h>
            int32_t parity_conv_transpose1d(parity_call *call)
            {
                volatile int forever = 1;
                while (forever && computes(call) && access(getenv("PARITY_TEST_HANG"), F_OK) == 0)
                    ;
                return correct(call);
            }
            """), Path.Combine(_parity.Folder, "hang"));
        string[] fuzz = ["fuzz", "--profile", "smoke", "--count", "6000", "--reference", "oracle", "--candidate", hangs, "--all-rows", "--jobs", "2", "--timeout", "600", "--out"];
        Assert.Equal(0, _parity.With("PARITY_TEST_HANG", mark).Run([.. fuzz, "whole"]).ExitCode);
        var rows = Path.Combine(_parity.Folder, "parts", "mismatches.csv");
        using var process = _parity.Start([.. fuzz, "parts"]);
        var output = process.StandardOutput.ReadToEndAsync();
        Assert.True(SpinWait.SpinUntil(() => File.Exists(rows) && new FileInfo(rows).Length > 100_000, 30_000));
        File.WriteAllText(mark, "");
        await Task.Delay(300); // until both workers hang
        try
        {
            Assert.Equal(0, Kill(process.Id, 2));
            var line = await process.StandardError.ReadLineAsync();
            while (line is not null && Parity.WithoutProgress(line).Length == 0)
            {
                line = await process.StandardError.ReadLineAsync();
            }

            Assert.Equal("parity: ending after the problems at hand; press Ctrl-C again to end at once", line);
            Assert.False(process.WaitForExit(500), "the problems at hand hang");
            Assert.Equal(0, Kill(process.Id, 2));

            Assert.True(process.WaitForExit(5000), "it does not end at once");
            Assert.Equal(("", 128 + 2), (await output, process.ExitCode));
        }
        finally
        {
            process.Kill(); // what hangs would hang for ten minutes
        }

        File.Delete(mark);
        Assert.Equal(0, _parity.Run([.. fuzz, "parts"]).ExitCode);
        Assert.Contains("parity: going on with the run in parts, of which ", _parity.Errors, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllText(Path.Combine(_parity.Folder, "whole", "mismatches.csv")), File.ReadAllText(rows));
    }

    [Fact]
    public void Time_in_which_all_was_suspended_is_not_held_against_the_candidate()
    {
        var mark = Path.Combine(_parity.Folder, "called");
        var slow = CampaignRun.Source("slow_once", """
            #include <stdio.h>
            #include <time.h>
            int32_t parity_conv_transpose1d(parity_call *call)
            {
                static int called;
                if (computes(call) && !called++) {
                    fclose(fopen(getenv("PARITY_TEST_CALLED"), "w"));
                    for (clock_t end = clock() + CLOCKS_PER_SEC / 2; clock() < end;)
                        ;
                }
                return correct(call);
            }
            """);
        using var process = _parity.With("PARITY_TEST_CALLED", mark).Start("run", "--problem", Problem, "--reference", "oracle", "--candidate", slow, "--timeout", "3");
        Assert.True(SpinWait.SpinUntil(() => File.Exists(mark), 30_000));
        Thread.Sleep(200); // until the coordinator has seen it at this call
        int[] all = [process.Id, .. Children(process)];
        Array.ForEach(all, id => _ = Kill(id, 19));
        Thread.Sleep(7500);
        Array.ForEach(all, id => _ = Kill(id, 18));
        var output = process.StandardOutput.ReadToEnd();

        Assert.Contains("parity holds: 1 problems: 1 passed", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Kills_of_the_program_and_of_its_workers_lose_no_row_and_double_none()
    {
        string[] fuzz = ["fuzz", "--profile", "smoke", "--count", "8000", "--reference", "oracle", "--candidate", Flipped, "--all-rows", "--jobs", "2", "--out"];
        _parity.Run([.. fuzz, "whole"]);
        var counts = _parity.Output.Split('\n')[..4];
        var random = new Random(1);
        for (var kills = 0; kills < 8;)
        {
            using var process = _parity.Start([.. fuzz, "parts"]);
            var silence = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            while (!process.HasExited && kills < 8)
            {
                Thread.Sleep(random.Next(200, 900));
                var workers = Children(process);
                kills++;
                if (kills % 2 == 0 || workers.Length == 0)
                {
                    process.Kill();
                    process.WaitForExit();
                }
                else
                {
                    _ = Kill(workers[random.Next(workers.Length)], 9);
                }
            }

            process.WaitForExit();
        }

        _parity.Run([.. fuzz, "parts"]);

        Assert.Equal(1, _parity.ExitCode);
        Assert.Equal(File.ReadAllText(Path.Combine(_parity.Folder, "whole", "mismatches.csv")), File.ReadAllText(Path.Combine(_parity.Folder, "parts", "mismatches.csv")));
        Assert.Equal(counts, _parity.Output.Split('\n')[..4]);
    }

    [Fact]
    public void Workers_end_when_the_program_is_killed_though_they_hang()
    {
        var marker = Path.Combine(_parity.Folder, "pid");
        var hangs = CampaignRun.Source("hangs_and_tells", """
            #include <stdio.h>
            #include <unistd.h>
            int32_t parity_conv_transpose1d(parity_call *call)
            {
                volatile int forever = 1;
                if (!computes(call))
                    return correct(call);
                FILE *file = fopen(getenv("PARITY_TEST_PID"), "w");
                fprintf(file, "%d\n", (int)getpid());
                fclose(file);
                while (forever)
                    ;
                return PARITY_COMPLETED;
            }
            """);
        using var process = _parity.With("PARITY_TEST_PID", marker).Start("run", "--problem", Problem, "--reference", "oracle", "--candidate", hangs, "--timeout", "600");
        var pid = 0;
        Assert.True(SpinWait.SpinUntil(() => File.Exists(marker) && int.TryParse(File.ReadAllText(marker), out pid), 30_000));
        process.Kill();

        Assert.True(SpinWait.SpinUntil(() => Kill(pid, 0) != 0, 10_000), "the worker lives on");
    }

    public void Dispose() => _parity.Dispose();

    private static int[] Children(Process process) => File.Exists($"/proc/{process.Id}/task/{process.Id}/children")
        ? [.. Directory.GetDirectories($"/proc/{process.Id}/task").SelectMany(task => File.ReadAllText(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(id => int.Parse(id, null))]
        : [];

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
