using System.Text.RegularExpressions;
using ParityHarness.Tests.Runners;

namespace ParityHarness.Tests.Readme;

/// <summary>README.md and its fenced blocks.</summary>
internal static partial class ReadmeFile
{
    public static string Text { get; } = File.ReadAllText(Path.Combine(NativeCompiler.Root, "README.md"));

    /// <summary>Language and lines of each fenced block, in order.</summary>
    public static IReadOnlyList<(string Language, string[] Lines)> Blocks { get; } =
        [.. Fence().Matches(Text).Select(m => (m.Groups["language"].Value, m.Groups["body"].Value.TrimEnd('\n').Split('\n')))];

    /// <summary>The lines of all sh blocks, in order.</summary>
    public static IReadOnlyList<string> ShellLines { get; } = [.. Blocks.Where(b => b.Language == "sh").SelectMany(b => b.Lines)];

    /// <summary>The exit code that stands beside a command; 0 where none does.</summary>
    public static int ExpectedExit(string line) => ExitNote().Match(line) is { Success: true } note ? int.Parse(note.Groups["code"].Value) : 0;

    [GeneratedRegex(@"^```(?<language>\w+)\n(?<body>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Fence();

    [GeneratedRegex(@"# exit (?<code>\d)$", RegexOptions.ExplicitCapture)]
    private static partial Regex ExitNote();
}
