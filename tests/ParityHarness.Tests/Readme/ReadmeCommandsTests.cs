using Xunit;

namespace ParityHarness.Tests.Readme;

/// <summary>Every command of the README does what the README says.</summary>
[Trait("speed", "slow")]
public class ReadmeCommandsTests(ReadmeSession session) : IClassFixture<ReadmeSession>
{
    public static TheoryData<string> Lines => [.. Page.Readme.ShellLines.Except(ReadmeSession.NotTyped, StringComparer.Ordinal)];

    public static TheoryData<string> Campaigns => [.. Page.Readme.ShellLines.Where(Page.IsCampaign)];

    [Fact]
    public void The_README_has_the_commands_that_these_tests_are_for()
    {
        Assert.Equal("scripts/parity fuzz --profile ci", Page.Readme.ShellLines[0]);
        Assert.Equal("scripts/test", Page.Readme.ShellLines[1]);
        Assert.Contains(Page.Readme.ShellLines, l => l.StartsWith("cc ", StringComparison.Ordinal));
        Assert.Contains(Page.Readme.ShellLines, l => Page.ExpectedExit(l) == 1);
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void A_command_ends_with_the_exit_code_beside_it(string line)
    {
        var (exit, output, errors) = session[line];
        Assert.True(exit == Page.ExpectedExit(line), $"{line}\nended with {exit}:\n{output}{errors}");
    }

    [Theory]
    [MemberData(nameof(Campaigns))]
    public void The_last_line_printed_is_the_verdict(string line)
    {
        Assert.StartsWith(Page.ExpectedVerdict(line), Page.Verdict(session[line].Output), StringComparison.Ordinal);
    }

    [Fact]
    public void The_outputs_shown_are_what_is_printed()
    {
        ShownOutputs.AssertPrinted(session);
    }

    [Fact]
    public void What_setup_says_without_root_is_what_the_script_says()
    {
        var shown = Page.CommandLine.Blocks.Single(b => b.Lines[0].StartsWith("setup: ", StringComparison.Ordinal)).Lines.Single();
        var script = File.ReadAllText(Path.Combine(Runners.Native.NativeCompiler.Root, "scripts", "setup"));
        var packages = shown[(shown.IndexOf("--no-install-recommends", StringComparison.Ordinal) + "--no-install-recommends ".Length)..];

        Assert.Contains($"echo {packages} ;;\n", script, StringComparison.Ordinal);
        Assert.Contains(shown["setup: ".Length..].Replace(packages, "${packages[*]}", StringComparison.Ordinal), script, StringComparison.Ordinal);
    }

    [Fact]
    public void Results_that_are_run_again_are_not_overwritten()
    {
        var before = session.Read("parity-out/smoke/mismatches.csv");

        var (exit, _, errors) = session.Type("scripts/parity run parity-out/smoke/mismatches.csv --out parity-out/smoke --force");

        Assert.Equal(2, exit);
        Assert.Contains("parity-out/smoke/mismatches.csv cannot be both read and written", errors, StringComparison.Ordinal);
        Assert.Equal(before, session.Read("parity-out/smoke/mismatches.csv"));
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
}
