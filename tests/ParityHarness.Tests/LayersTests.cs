using System.Text.RegularExpressions;

using ParityHarness.Runners.Native;

using Xunit;

namespace ParityHarness.Tests;

/// <summary>The folders of src/ParityHarness are layers: one uses only those before it.</summary>
public sealed partial class LayersTests
{
    private static readonly string[] Layers =
    [
        "Problems", "Generation", "Tensors", "Oracle", "Fixtures", "Runners", "Judging", "Results", "Failures", "Campaigns", "Reports", "Benchmarks",
    ];

    private static readonly string Root = Path.Combine(NativeLibraries.RepositoryRoot()!, "src", "ParityHarness");

    private static readonly HashSet<string> Types = [.. Sources().Select(source => $"{source.Layer}.{Path.GetFileNameWithoutExtension(source.File)}")];

    [Fact]
    public void A_folder_uses_only_folders_before_it()
    {
        var wrong = new List<string>();
        var uses = 0;
        foreach (var (layer, file, text) in Sources())
        {
            foreach (var used in NamesOfLayers(text).Where(used => used != layer))
            {
                uses++;
                if (Array.IndexOf(Layers, used) > Array.IndexOf(Layers, layer))
                {
                    wrong.Add($"{file} uses {used}, a later layer");
                }
            }
        }

        Assert.True(uses > 300, $"only {uses} uses were found: the test does not read what it should");
        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_folder_is_a_layer_and_every_namespace_follows_its_folder()
    {
        Assert.Equal(Layers.Order(StringComparer.Ordinal), Sources().Select(source => source.Layer).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        Assert.All(Sources(), source =>
            Assert.Contains($"\nnamespace ParityHarness.{Path.GetDirectoryName(source.File)!.Replace(Path.DirectorySeparatorChar, '.')};\n", "\n" + source.Text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("using ParityHarness.Judging;", "Judging")]
    [InlineData("using Number = ParityHarness.Results.Histogram;", "Results")]
    [InlineData("using static ParityHarness.Runners.Native.NativeLibraries;", "Runners")]
    [InlineData("var x = Oracle.Spans.None; // half a name", "Oracle")]
    [InlineData("options.Problems.Count; problem.Oracle; Failures.Add(row)", "")]
    public void Uses_are_read_from_using_lines_and_from_half_qualified_names(string text, string expected) =>
        Assert.Equal(expected, string.Join(' ', NamesOfLayers(text)));

    private static IEnumerable<(string Layer, string File, string Text)> Sources() =>
        from folder in Directory.GetDirectories(Root)
        let layer = Path.GetFileName(folder)
        where layer is not ("bin" or "obj")
        from file in Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories)
        select (layer, Path.GetRelativePath(Root, file), File.ReadAllText(file));

    private static IEnumerable<string> NamesOfLayers(string text) =>
        Name().Matches(text)
            .Where(match => match.Groups["whole"].Success || Types.Contains($"{match.Groups["layer"].Value}.{match.Groups["type"].Value}"))
            .Select(match => match.Groups["layer"].Value).Where(Layers.Contains).Distinct(StringComparer.Ordinal);

    /// <summary>ParityHarness.Judging, or Problems.Tolerance; a member's name, as in options.Problems or Failures.Add, is none.</summary>
    [GeneratedRegex(@"(?:(?<whole>\bParityHarness\.)|(?<![\w.]))(?<layer>[A-Z]\w+)(?:\.(?<type>[A-Z]\w+)|;)")]
    private static partial Regex Name();
}
