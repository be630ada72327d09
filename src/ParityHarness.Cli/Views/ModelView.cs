using ParityHarness.Campaigns;
using ParityHarness.Judging;
using ParityHarness.Runners;

namespace ParityHarness.Cli.Views;

/// <summary>A model, layer by layer.</summary>
internal static class ModelView
{
    /// <summary>Says what each layer is to PyTorch.</summary>
    public static int Explain(string name)
    {
        using var model = (IModelRunner)RunnerCatalog.Create(name, fixturesFolder: null);
        var width = model.Layers.Max(layer => layer.Name.Length);
        foreach (var layer in model.Layers)
        {
            var call = layer.WhyNot is null ? layer.At(1, layer.Length ?? 1) : null;
            var length = layer.Length is { } known ? $"   on inputs of length {known}" : "";
            Console.WriteLine($"{layer.Name.PadRight(width)}   {(call is null ? $"no ConvTranspose1d of PyTorch's: {layer.WhyNot}" : ModelLayer.Describe(call) + length)}");
        }

        return Program.Holds;
    }

    /// <summary>Checks each layer, and says at the end which are not PyTorch's; the exit code.</summary>
    public static int Run(string reference, string candidate, string? fixturesFolder)
    {
        using var check = new ModelCheck(reference, candidate, fixturesFolder);
        var width = check.Layers.Max(layer => layer.Name.Length);
        var results = new List<LayerResult>();
        foreach (var layer in check.Layers)
        {
            var result = check.Run(layer);
            results.Add(result);
            Console.WriteLine($"{layer.Name.PadRight(width)}   {Verdict(result)}   {result.Call}".TrimEnd());
            if (!result.Holds)
            {
                Console.WriteLine($"{new string(' ', width)}   {result.Detail}");
                if (result.Problem.Length > 0)
                {
                    Console.WriteLine($"{new string(' ', width)}   on {result.Problem}, with the model's weight");
                }
            }
        }

        var wrong = results.Where(result => !result.Holds).Select(result => result.Name).ToList();
        Console.WriteLine($"reference: {reference}; candidate: {candidate}");
        Console.WriteLine(wrong.Count == 0
            ? $"parity holds: {results.Count} {(results.Count == 1 ? "node" : "nodes")}, {results.Sum(result => result.Tried)} problems: all right"
            : $"parity does not hold: {wrong.Count} of {results.Count} {(results.Count == 1 ? "node" : "nodes")}: {string.Join(", ", wrong)}");
        return wrong.Count == 0 ? Program.Holds : Program.DoesNotHold;
    }

    private static string Verdict(LayerResult result) =>
        result.Holds ? $"right in {result.Tried}" : result.Tried == 0 ? "not PyTorch's" : $"differs in {result.Tried - result.Right} of {result.Tried}";
}
