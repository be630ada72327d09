using System.Text.RegularExpressions;
using ParityHarness.Tests.Runners.Native;

namespace ParityHarness.Tests.Readme;

/// <summary>README.md, or a page for one kind of implementation, and its fenced blocks.</summary>
public sealed partial class Page
{
    private Page(string path)
    {
        Path = path;
        Text = File.ReadAllText(System.IO.Path.Combine(NativeCompiler.Root, path));
        Blocks = [.. Fence().Matches(Text).Select(m => (m.Groups["language"].Value, m.Groups["body"].Value.TrimEnd('\n').Split('\n')))];
        ShellLines = [.. Blocks.Where(b => b.Language == "sh").SelectMany(b => b.Lines)];
    }

    public static Page Readme { get; } = new("README.md");

    /// <summary>All commands, runners and options.</summary>
    public static Page CommandLine { get; } = new("src/ParityHarness.Cli/README.md");

    /// <summary>The kernel as a library.</summary>
    public static Page Kernels { get; } = new("src/ParityHarness.Kernels/README.md");

    /// <summary>The pages behind the README.</summary>
    public static IReadOnlyList<Page> Others { get; } = [CommandLine, Kernels, new("src/ParityHarness.Kernels/benchmarks/README.md"), new("src/ParityHarness/README.md"), new("src/examples/README.md")];

    /// <summary>Those that the README links to, one for each kind of implementation.</summary>
    public static IReadOnlyList<Page> Kinds { get; } = [.. KindLink().Matches(Readme.Text).Select(m => m.Groups["path"].Value).Distinct(StringComparer.Ordinal).Select(path => new Page(path))];

    /// <summary>From the root of the repository.</summary>
    public string Path { get; }

    public string Text { get; }

    /// <summary>Language and lines of each fenced block, in order.</summary>
    public IReadOnlyList<(string Language, string[] Lines)> Blocks { get; }

    /// <summary>The lines of all sh blocks, in order.</summary>
    public IReadOnlyList<string> ShellLines { get; }

    /// <summary>The page of that path.</summary>
    public static Page Of(string path) => Kinds.Concat(Others).Append(Readme).Single(p => p.Path == path);

    /// <summary>The exit code that stands beside a command; 0 where none does.</summary>
    public static int ExpectedExit(string line) => ExitNote().Match(line) is { Success: true } note ? int.Parse(note.Groups["code"].Value) : 0;

    /// <summary>Whether a command ends with a verdict.</summary>
    public static bool IsCampaign(string line) =>
        line.StartsWith("scripts/parity run ", StringComparison.Ordinal) || line.StartsWith("scripts/parity fuzz ", StringComparison.Ordinal);

    /// <summary>The last line of a campaign's output, without that of --record.</summary>
    public static string Verdict(string output) => output.TrimEnd().Split('\n').Last(l => !l.StartsWith("recorded: ", StringComparison.Ordinal));

    /// <summary>How the verdict beside a command begins.</summary>
    public static string ExpectedVerdict(string line) => ExpectedExit(line) == 0 ? "parity holds" : "parity does not hold";

    [GeneratedRegex(@"^```(?<language>\w+)\n(?<body>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Fence();

    [GeneratedRegex(@"# exit (?<code>\d)$", RegexOptions.ExplicitCapture)]
    private static partial Regex ExitNote();

    [GeneratedRegex(@"^\| .*\]\((?<path>src/examples/[a-z]+\.md)\) \| ", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex KindLink();
}
