using System.Text.RegularExpressions;
using ParityHarness.Cli;
using ParityHarness.Generation;
using ParityHarness.Runners;
using ParityHarness.Tests.Runners.Native;
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
        var program = new[] { "run", "fuzz", "report", "bench", "explain", "solve", "conformance", "env" }.SelectMany(c => Option().Matches(Help(c))).Select(m => m.Value).Where(o => o is not ("--help" or "--version"));
        var readme = Page.CommandLine.Text.Split('\n').Where(l => !l.Contains("apt-get", StringComparison.Ordinal) && !l.Contains("dotnet tool", StringComparison.Ordinal)).SelectMany(l => Option().Matches(l)).Select(m => m.Value).Where(o => o != "--help");

        Assert.Equal(program.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal), readme.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_commands_are_those_of_the_program()
    {
        var help = Help();
        var program = help[(help.IndexOf("Commands:", StringComparison.Ordinal) + "Commands:".Length)..].Split('\n')
            .Select(l => Command().Match(l)).Where(m => m.Success).Select(m => m.Groups["name"].Value).ToList();
        var readme = Page.CommandLine.Text.Split("## Command line")[1].Split("## ")[0].Split('\n')
            .Where(l => l.StartsWith("| `parity ", StringComparison.Ordinal)).Select(l => l["| `parity ".Length..].Split(' ', '`')[0]);

        Assert.NotEmpty(program);
        Assert.Equal(string.Join(' ', program), string.Join(' ', readme));
    }

    [Fact]
    public void The_runners_are_those_of_the_program()
    {
        var readme = Page.CommandLine.Text.Split("## References and candidates")[1].Split("## ")[0].Split('\n')
            .Where(l => l.StartsWith("| `", StringComparison.Ordinal)).SelectMany(l => Code().Matches(l.Split('|')[1])).Select(m => m.Groups["text"].Value);

        Assert.Equal(RunnerCatalog.Names.Split(", ").Order(StringComparer.Ordinal), readme.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_profiles_and_the_number_of_problems_are_those_of_the_program()
    {
        Assert.Contains(string.Join(", ", Profile.All.Take(2).Select(p => $"`{p.Name}`")).Replace("`ci`", "`ci` (default)", StringComparison.Ordinal) + $" or `{Profile.All[2].Name}`", Page.CommandLine.Text, StringComparison.Ordinal);
        Assert.Contains($"parity holds: {Profile.Ci.DefaultCount:N0} problems: ", Page.Readme.Text, StringComparison.Ordinal);
        foreach (var profile in Profile.All)
        {
            Assert.Contains($"{profile.Name} ({profile.DefaultCount:N0}", string.Join(' ', Help("fuzz").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_README_is_one_page() => Assert.InRange(Page.Readme.Text.Length, 1, 8192);

    [Fact]
    public void Links_lead_to_files()
    {
        foreach (var page in Page.Kinds.Concat(Page.Others).Append(Page.Readme))
        {
            var targets = Link().Matches(page.Text).Select(m => m.Groups["target"].Value).Where(t => !t.StartsWith("https://", StringComparison.Ordinal)).ToList();

            Assert.All(targets, t => Assert.True(File.Exists(Path.Combine(NativeCompiler.Root, Path.GetDirectoryName(page.Path)!, t)), $"{page.Path} links to {t}, which is not there"));
        }
    }

    [Theory]
    [InlineData("README.md", 0, "MyConvTests.cs")]
    [InlineData("src/ParityHarness.Kernels/README.md", 0, "LibraryExample.cs")]
    [InlineData("src/examples/csharp.md", 0, "MyConvTests.cs")]
    public void The_CSharp_lines_are_those_that_are_compiled_here(string path, int block, string example)
    {
        var file = File.ReadAllLines(Path.Combine(NativeCompiler.Root, "tests", "ParityHarness.Tests", "Readme", example));
        string[] marked = [.. file.SkipWhile(l => l.Trim() != "// README begins").Skip(1).TakeWhile(l => l.Trim() != "// README ends")];
        var indent = marked[0].Length - marked[0].TrimStart().Length;
        var lines = Page.Of(path).Blocks.Where(b => b.Language == "csharp").ElementAt(block).Lines;
        var usings = lines.TakeWhile(l => l.StartsWith("using ", StringComparison.Ordinal)).ToList();

        Assert.Subset(file.ToHashSet(StringComparer.Ordinal), usings.ToHashSet(StringComparer.Ordinal));
        Assert.Equal(
            string.Join('\n', marked.Select(l => l.Length == 0 ? l : l[indent..])).TrimEnd(),
            string.Join('\n', lines.Skip(usings.Count)).Trim());
    }

    [Fact]
    public void The_CSharp_lines_print_what_stands_beside_them()
    {
        var beside = Page.Kernels.Blocks.Where(b => b.Language == "csharp").SelectMany(b => b.Lines)
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
