using System.Globalization;
using System.Text;

using ParityHarness.Fixtures;
using ParityHarness.Judging;
using ParityHarness.Problems;
using ParityHarness.Results;
using ParityHarness.Tensors;

namespace ParityHarness.Reports;

/// <summary>The known faults of released libraries as a Markdown page, each with its smallest program, ready for an issue upstream.</summary>
internal static class FindingsPage
{
    /// <summary>The page.</summary>
    /// <param name="divergences">The rows of divergences.csv.</param>
    public static string Of(IReadOnlyList<Divergence> divergences)
    {
        var page = new StringBuilder("""
            # Known faults of released libraries

            Made from [divergences.csv](divergences.csv) by `parity findings`. Each fault was seen by running the library; every run of parity tries
            its smallest problem again and fails when it is gone. What is right was decided by PyTorch's documentation and rules, and by an
            oracle that computes the definition in higher precision.

            | fault | PyTorch 2.10.0 | libtorch 1.13.1 | oneDNN 2.6.3 | ONNX Runtime 1.31.1 |
            |---|---|---|---|---|

            """);
        foreach (var divergence in divergences)
        {
            page.Append(CultureInfo.InvariantCulture, $"| [{divergence.Name}](#{divergence.Name}) | {Mark(divergence, "torchsharp")} | {Mark(divergence, "libtorch")} | {Mark(divergence, "onednn")} | {Mark(divergence, "onnxruntime")} |\n");
        }

        foreach (var divergence in divergences)
        {
            Append(page, divergence);
        }

        return page.ToString();
    }

    private static string Mark(Divergence divergence, string runner) =>
        divergence.References.Any(r => r.Name == runner) ? divergence.EndsProcess ? "ends the process" : "yes" : "";

    private static void Append(StringBuilder page, Divergence divergence)
    {
        page.Append(CultureInfo.InvariantCulture, $"\n## {divergence.Name}\n");
        page.Append(CultureInfo.InvariantCulture, $"{Sentence(divergence.ReferenceDoes)} Why that is wrong: {divergence.Reason}.\n\n");
        page.Append(CultureInfo.InvariantCulture, $"- In {string.Join(", ", divergence.References.Select(r => $"{Library(r.Name)} {r.Versions}"))}{Processor(divergence.Cpu)}\n");
        page.Append(CultureInfo.InvariantCulture, $"- When `{divergence.When}`\n");
        page.Append(CultureInfo.InvariantCulture, $"- Again: `parity run --reference {divergence.References[0].Name} --problem \"{divergence.Witness}\"`\n");
        if (divergence.References.Any(r => r.Name is "torchsharp" or "libtorch"))
        {
            using var tensors = new TensorSet();
            DataFiller.Fill(divergence.Witness, tensors);
            page.Append(CultureInfo.InvariantCulture, $"\n```python\n{PyTorchSnippet.Of(divergence.Witness, tensors, [])}```\n");
        }
    }

    private static string Sentence(string text) => $"It {text}{(text.EndsWith('.') ? "" : ".")}";

    private static string Library(string runner) => runner switch
    {
        "torchsharp" => "PyTorch's libtorch (tried through TorchSharp)",
        "onednn" => "oneDNN",
        "onnxruntime" => "ONNX Runtime",
        _ => runner,
    };

    private static string Processor(string cpu) => cpu switch
    {
        "" => "",
        Runners.IsaLevels.NoCacheSizes => ", on AMD processors whose CPUID leaf 8000001D is empty, as on some virtual machines",
        _ => $", on processors with {cpu}",
    };
}
