using System.Text.RegularExpressions;
using ParityHarness.Tests.Readme;
using ParityHarness.Tests.Runners.Native;
using Xunit;

namespace ParityHarness.Tests.Cli;

/// <summary>What a person sees on a terminal of 80 columns.</summary>
[Trait("speed", "slow")]
public sealed partial class TerminalTests : IDisposable
{
    private const string Failing = "run --reference oracle --problem l4_k3_s2_op1 --problem l5_k3_d2_bias --candidate native:";

    private readonly Parity _parity = new();

    [RequiresFact("script")]
    public void Colour_is_used_and_NO_COLOR_and_a_file_are_without_it()
    {
        var command = Failing + NativeCompiler.Build("bias_missing");
        var plain = _parity.Run(command.Split(' ')).Output;

        Assert.Matches(Colours(), OnTerminal(command));
        Assert.DoesNotMatch(Colours(), OnTerminal(command, "NO_COLOR=1 "));
        Assert.DoesNotContain("\u001b", plain, StringComparison.Ordinal);
        Assert.Contains("parity does not hold", plain, StringComparison.Ordinal);
    }

    [RequiresFact("script")]
    public void In_CI_progress_is_plain_lines()
    {
        var shown = OnTerminal("fuzz --reference oracle --profile smoke --count 300", "CI=true ");

        Assert.DoesNotContain("\u001b[?25l", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("━━", shown, StringComparison.Ordinal);
    }

    [RequiresFact("script")]
    public void The_bar_tells_rate_of_each_worker_failures_by_kind_the_worst_error_and_the_time_left()
    {
        var shown = OnTerminal($"fuzz --reference oracle --profile smoke --count 40000 --jobs 2 --shrink 0 --candidate native:{NativeCompiler.Build("bias_missing")}");

        Assert.Matches(@"━ \d+ % \d+ s left", Without(shown));
        Assert.Matches(@"[\d,]+ of 40,000 problems, [\d,]+/s \([\d,]+ \+ [\d,]+\)", Without(shown));
        Assert.Matches(@"[\d,]+ failed \(value candidate [\d,]+", Without(shown));
        Assert.Matches(@"worst error \d\.\d\d of the bound", Without(shown));
    }

    [RequiresTheory("script")]
    [InlineData("env")]
    [InlineData("solve --input-length 100 --output-length 200 --scale 2")]
    [InlineData("explain l20_k3_s2_p1_op1_d2")]
    [InlineData("run --reference oracle --problem l4_k3_s2_op1")]
    [InlineData("bench --problem l40_k3_s2 --rounds 3 --form module --peer oracle")]
    [InlineData("--help")]
    [InlineData("fuzz --help")]
    public void Tables_and_headings_fit_into_80_columns(string command)
    {
        var lines = Without(OnTerminal(command)).Split('\n').Where(line => line.StartsWith(' ') || line.StartsWith('─')).ToList();
        Assert.NotEmpty(lines);
        Assert.All(lines, line => Assert.True(line.TrimEnd().Length <= 80, line));
    }

    [RequiresFact("script")]
    public void No_word_of_a_table_is_cut_off_at_80_columns() =>
        Assert.DoesNotContain("…", Without(OnTerminal("run --reference oracle --problem l4_k3_s2_op1_d2_bias")), StringComparison.Ordinal);

    [RequiresFact("script")]
    public void After_Ctrl_C_the_terminal_is_whole_and_the_verdict_says_that_it_was_interrupted()
    {
        using var process = Start($"fuzz --reference oracle --profile smoke --count 100000000 --jobs 2 --candidate native:{NativeCompiler.Build("bias_missing")}");
        var shown = ReadUntil(process, "failed (value candidate");
        process.StandardInput.Write('\u0003');
        process.StandardInput.Flush();
        shown += process.StandardOutput.ReadToEnd();

        Assert.Contains("ending after the problems at hand; press Ctrl-C again to end at once", shown, StringComparison.Ordinal);
        Assert.EndsWith("\u001b[?25h", shown[..(shown.LastIndexOf("[?25h", StringComparison.Ordinal) + 5)], StringComparison.Ordinal);
        Assert.True(shown.LastIndexOf("?25h", StringComparison.Ordinal) > shown.LastIndexOf("?25l", StringComparison.Ordinal), "the cursor is hidden");
        var lines = Without(shown).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Matches("^parity does not hold: [0-9,]+ of [0-9,]+ problems failed; .*interrupted, so others may", lines[^1]);
    }

    public void Dispose() => _parity.Dispose();

    /// <summary>Reads what a terminal shows until it shows a text.</summary>
    private static string ReadUntil(System.Diagnostics.Process process, string text)
    {
        var shown = new System.Text.StringBuilder();
        while (!Without(shown.ToString()).Contains(text, StringComparison.Ordinal))
        {
            var next = process.StandardOutput.Read();
            Assert.True(next >= 0, $"ended without '{text}':\n{shown}");
            shown.Append((char)next);
        }

        return shown.ToString();
    }

    private string OnTerminal(string command, string environment = "")
    {
        using var process = Start(command, environment);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output.Replace("\r", "", StringComparison.Ordinal);
    }

    private System.Diagnostics.Process Start(string command, string environment = "")
    {
        var parity = $"{environment}dotnet '{Path.Combine(AppContext.BaseDirectory, "parity.dll")}' {command}";
        var start = new System.Diagnostics.ProcessStartInfo("env", ["--default-signal=INT", "script", "-qec", $"stty cols 80 rows 40; {parity}; true", "/dev/null"])
        {
            WorkingDirectory = _parity.Folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["TERM"] = "xterm-256color";
        foreach (var name in (string[])["CI", "NO_COLOR"])
        {
            start.Environment.Remove(name);
        }

        return System.Diagnostics.Process.Start(start)!;
    }

    private static string Without(string shown) => Sequences().Replace(shown, "");

    [GeneratedRegex(@"\x1b\[[0-9;]*m")]
    private static partial Regex Colours();

    [GeneratedRegex(@"\x1b(\[[0-9;?]*[a-zA-Z]|=|>)")]
    private static partial Regex Sequences();
}
