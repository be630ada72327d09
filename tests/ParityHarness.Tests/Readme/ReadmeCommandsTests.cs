using System.Text.RegularExpressions;
using ParityHarness.Kernels;
using Xunit;

namespace ParityHarness.Tests.Readme;

/// <summary>Every command of the README does what the README says.</summary>
public partial class ReadmeCommandsTests(ReadmeSession session) : IClassFixture<ReadmeSession>
{
    public static TheoryData<string> Lines => [.. ReadmeFile.ShellLines.Except(ReadmeSession.NotTyped, StringComparer.Ordinal)];

    public static TheoryData<string> Campaigns => [.. ReadmeFile.ShellLines.Where(IsCampaign)];

    [Fact]
    public void The_README_has_the_commands_that_these_tests_are_for()
    {
        Assert.Equal("scripts/parity fuzz --profile ci", ReadmeFile.ShellLines[0]);
        Assert.Equal("scripts/test", ReadmeFile.ShellLines[1]);
        Assert.Contains(ReadmeFile.ShellLines, l => l == "scripts/parity env");
        Assert.Contains(ReadmeFile.ShellLines, l => l.StartsWith("cc ", StringComparison.Ordinal));
        Assert.Contains(ReadmeFile.ShellLines, l => ReadmeFile.ExpectedExit(l) == 1);
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void A_command_ends_with_the_exit_code_beside_it(string line)
    {
        var (exit, output, errors) = session[line];
        Assert.True(exit == ReadmeFile.ExpectedExit(line), $"{line}\nended with {exit}:\n{output}{errors}");
    }

    [Theory]
    [MemberData(nameof(Campaigns))]
    public void The_last_line_printed_is_the_verdict(string line)
    {
        var verdict = ReadmeFile.ExpectedExit(line) == 0 ? "parity holds: " : "parity does not hold: ";
        var last = session[line].Output.TrimEnd().Split('\n').Last(l => !l.StartsWith("recorded: ", StringComparison.Ordinal));
        Assert.StartsWith(verdict, last, StringComparison.Ordinal);
    }

    [Fact]
    public void The_outputs_shown_are_what_is_printed()
    {
        // Numbers depend on the reference and, in the names of levels, on the processor; the words do not.
        var sameMachine = session.ReferenceInForce == "libtorch" && SimdLevels.Best == SimdLevel.Vector512
            && WhiteSpace().Replace(session.Environment, " ").Contains(" libtorch 1.13.1 OpenBLAS", StringComparison.Ordinal);
        var printed = "";
        foreach (var (language, lines) in ReadmeFile.Blocks)
        {
            if (language == "sh")
            {
                printed = string.Concat(lines.Except(ReadmeSession.NotTyped, StringComparer.Ordinal).Select(l => session[l].Output));
            }
            else if (language == "text" && !lines[0].StartsWith("setup: ", StringComparison.Ordinal))
            {
                Assert.True(printed.Length > 0, $"there is no command before the output\n{string.Join('\n', lines)}");
                AssertShown(lines, [.. printed.Split('\n').Select(l => Plain(l, sameMachine))], sameMachine);
            }
        }
    }

    [Fact]
    public void What_setup_says_without_root_is_what_the_script_says()
    {
        var shown = ReadmeFile.Blocks.Single(b => b.Lines[0].StartsWith("setup: ", StringComparison.Ordinal)).Lines.Single();
        var script = File.ReadAllText(Path.Combine(Runners.NativeCompiler.Root, "scripts", "setup"));
        var packages = shown[(shown.IndexOf("--no-install-recommends", StringComparison.Ordinal) + "--no-install-recommends ".Length)..];

        Assert.Contains($"echo {packages}\n", script, StringComparison.Ordinal);
        Assert.Contains(shown["setup: ".Length..].Replace(packages, "${packages[*]}", StringComparison.Ordinal), script, StringComparison.Ordinal);
    }

    [Fact]
    public void Results_that_are_run_again_are_not_overwritten()
    {
        var before = session.Read("failures/mismatches.csv");

        var (exit, _, errors) = session.Type("scripts/parity run failures/mismatches.csv --out failures --force");

        Assert.Equal(2, exit);
        Assert.Contains("failures/mismatches.csv cannot be both read and written", errors, StringComparison.Ordinal);
        Assert.Equal(before, session.Read("failures/mismatches.csv"));
    }

    [Theory]
    [InlineData("scripts/parity fuzz --nonsense", 2)]
    [InlineData("scripts/parity run no-such-file.csv", 2)]
    [InlineData("scripts/parity fuzz --candidate native:./no-such-library.so", 2)]
    [InlineData("scripts/parity fuzz --reference recorded", 3)]
    public void Exit_codes_2_and_3_mean_what_the_table_says(string line, int expected)
    {
        var (exit, output, errors) = session.Type(line);

        Assert.Equal(expected, exit);
        Assert.Empty(output);
        Assert.StartsWith("parity: ", errors, StringComparison.Ordinal);
    }

    private static bool IsCampaign(string line) =>
        line.StartsWith("scripts/parity run ", StringComparison.Ordinal) || line.StartsWith("scripts/parity fuzz ", StringComparison.Ordinal);

    private static void AssertShown(string[] shown, string[] printed, bool exact)
    {
        var at = 0;
        foreach (var line in shown.Where(l => l != "[...]"))
        {
            var wanted = Plain(line, exact).Split("[...]");
            at = Array.FindIndex(printed, at, l => l.StartsWith(wanted[0], StringComparison.Ordinal) && (wanted.Length > 1 || l == wanted[0])) + 1;
            Assert.True(at > 0, $"README.md shows\n{line}\nwhich is not printed, or not there. Printed:\n{string.Join('\n', printed)}");
        }
    }

    private static string Plain(string line, bool exact)
    {
        var text = WhiteSpace().Replace(Reference().Replace(line, "${which} NAME"), " ").Trim();
        return exact ? text : Number().Replace(text, "#");
    }

    [GeneratedRegex(@"(?<which>--reference|reference in force:) \w+", RegexOptions.ExplicitCapture)]
    private static partial Regex Reference();

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();

    [GeneratedRegex(@"-?\d[\d,.E+-]*")]
    private static partial Regex Number();
}
