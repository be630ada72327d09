using System.Text.RegularExpressions;
using ParityHarness.Cli;
using ParityHarness.Problems;
using ParityHarness.Runners;
using ParityHarness.Tests.Runners;
using Xunit;

namespace ParityHarness.Tests.Readme;

/// <summary>What the README names is there, and what is there the README names.</summary>
[CollectionDefinition(nameof(ReadmeTextTests), DisableParallelization = true)]
[Collection(nameof(ReadmeTextTests))] // there is one Console.Out
public partial class ReadmeTextTests
{
    [Fact]
    public void The_options_are_those_of_the_program()
    {
        var program = new[] { "run", "fuzz", "env" }.SelectMany(c => Option().Matches(Help(c))).Select(m => m.Value).Where(o => o is not ("--help" or "--version"));
        var readme = ReadmeFile.Text.Split('\n').Where(l => !l.Contains("apt-get", StringComparison.Ordinal)).SelectMany(l => Option().Matches(l)).Select(m => m.Value).Where(o => o != "--help");

        Assert.Equal(program.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal), readme.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_commands_are_those_of_the_program()
    {
        var help = Help();
        var program = help[(help.IndexOf("Commands:", StringComparison.Ordinal) + "Commands:".Length)..].Split('\n')
            .Select(l => Command().Match(l)).Where(m => m.Success).Select(m => m.Groups["name"].Value).ToList();
        var readme = ReadmeFile.Text.Split("## Command line")[1].Split("## ")[0].Split('\n')
            .Where(l => l.StartsWith("| `parity ", StringComparison.Ordinal)).Select(l => l["| `parity ".Length..].Split(' ', '`')[0]);

        Assert.NotEmpty(program);
        Assert.Equal(string.Join(' ', program), string.Join(' ', readme));
    }

    [Fact]
    public void The_runners_are_those_of_the_program()
    {
        var readme = ReadmeFile.Text.Split("## References and candidates")[1].Split("## ")[0].Split('\n')
            .Where(l => l.StartsWith("| `", StringComparison.Ordinal)).SelectMany(l => Code().Matches(l.Split('|')[1])).Select(m => m.Groups["text"].Value);

        Assert.Equal(RunnerFactory.Names.Split(", ").Order(StringComparer.Ordinal), readme.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_profiles_and_the_number_of_problems_are_those_of_the_program()
    {
        Assert.Contains(string.Join(", ", Profile.All.Take(2).Select(p => $"`{p.Name}`")).Replace("`ci`", "`ci` (default)", StringComparison.Ordinal) + $" or `{Profile.All[2].Name}`", ReadmeFile.Text, StringComparison.Ordinal);
        Assert.Contains($"The first holds {Profile.Ci.DefaultCount:N0} generated problems against libtorch", ReadmeFile.Text, StringComparison.Ordinal);
        foreach (var profile in Profile.All)
        {
            Assert.Contains($"{profile.Name} ({profile.DefaultCount:N0}", string.Join(' ', Help("fuzz").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Links_lead_to_files()
    {
        var targets = Link().Matches(ReadmeFile.Text).Select(m => m.Groups["target"].Value).Where(t => !t.StartsWith("https://", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(targets);
        Assert.All(targets, t => Assert.True(File.Exists(Path.Combine(NativeCompiler.Root, t)), $"README.md links to {t}, which is not there"));
    }

    [Fact]
    public void The_CSharp_lines_are_those_that_are_compiled_here()
    {
        var file = File.ReadAllLines(Path.Combine(NativeCompiler.Root, "tests", "ParityHarness.Tests", "Readme", "LibraryExample.cs"));
        var compiled = file.SkipWhile(l => l.Trim() != "// README begins").Skip(1).TakeWhile(l => l.Trim() != "// README ends")
            .Select(l => l.Length == 0 ? l : l[8..]);
        string[] usings = [.. file.TakeWhile(l => l.StartsWith("using ", StringComparison.Ordinal)), ""];

        Assert.Equal(string.Join('\n', usings.Concat(compiled)).TrimEnd(), string.Join('\n', ReadmeFile.Blocks.Single(b => b.Language == "csharp").Lines));
    }

    [Fact]
    public void The_CSharp_lines_print_what_stands_beside_them()
    {
        var beside = ReadmeFile.Blocks.Single(b => b.Language == "csharp").Lines
            .Where(l => l.Contains("Console.WriteLine", StringComparison.Ordinal)).Select(l => l[(l.LastIndexOf("// ", StringComparison.Ordinal) + 3)..]);

        Assert.Equal(string.Join('\n', beside), Printed(LibraryExample.Run).TrimEnd());
    }

    private static string Help(params string[] command) => Printed(() => Assert.Equal(0, Program.Main([.. command, "--help"])));

    private static string Printed(Action action)
    {
        var console = Console.Out;
        using var writer = new StringWriter();
        Console.SetOut(writer);
        try
        {
            action();
        }
        finally
        {
            Console.SetOut(console);
        }

        return writer.ToString();
    }

    [GeneratedRegex(@"(?<![\w-])--[a-z]+(-[a-z]+)*", RegexOptions.ExplicitCapture)]
    private static partial Regex Option();

    [GeneratedRegex(@"^  (?<name>[a-z]+)\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Command();

    [GeneratedRegex("`(?<text>[^`]+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex Code();

    [GeneratedRegex(@"\]\((?<target>[^)]+)\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Link();
}
