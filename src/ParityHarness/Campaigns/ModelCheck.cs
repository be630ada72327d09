using System.Collections.Immutable;

using ParityHarness.Judging;
using ParityHarness.Problems;
using ParityHarness.Runners;
using ParityHarness.Runners.Pipe;
using ParityHarness.Tensors;

namespace ParityHarness.Campaigns;

/// <summary>
/// Holds each ConvTranspose1d of a model, with its own weight, against a reference on inputs of several lengths and batches.
/// A model as the reference is asked layer by layer, by the same names; then its weights are the right ones.
/// </summary>
internal sealed class ModelCheck : IDisposable
{
    private const long MostMultiplyAdds = 100_000_000;
    private const long LongestTried = 4096;
    private static readonly (long Batch, long Length)[] Inputs = [(1, 1), (1, 2), (3, 13), (1, 32), (2, 100)];

    private readonly IModelRunner _model;
    private readonly string _candidate;
    private readonly string _reference;
    private readonly string? _fixturesFolder;

    /// <summary>Reads the model.</summary>
    /// <param name="reference">The reference's name.</param>
    /// <param name="candidate">The candidate's name; it or the reference is <c>onnx:MODEL.onnx</c>.</param>
    /// <param name="fixturesFolder">Where the known divergences are; null for those that were known when this library was built.</param>
    /// <exception cref="RunnerLoadException">The model cannot be read.</exception>
    public ModelCheck(string reference, string candidate, string? fixturesFolder)
    {
        (_reference, _candidate, _fixturesFolder) = (reference, candidate, fixturesFolder);
        _model = (IModelRunner)RunnerCatalog.Create(IsModel(reference) ? reference : candidate, fixturesFolder: null);
    }

    /// <summary>Whether a runner is a model, which has layers.</summary>
    public static bool IsModel(string name) => name.StartsWith("onnx:", StringComparison.Ordinal);

    /// <summary>The layers, of the reference where both are models.</summary>
    public IReadOnlyList<ModelLayer> Layers => _model.Layers;

    /// <summary>Checks one layer.</summary>
    /// <exception cref="RunnerLoadException">The reference or the candidate is not here.</exception>
    public LayerResult Run(ModelLayer layer)
    {
        if (layer.WhyNot is { } whyNot)
        {
            return new LayerResult(layer.Name, "", 0, 0, whyNot, "");
        }

        using var reference = Serve(_reference, layer, out var noReference);
        using var candidate = Serve(_candidate, layer, out var noCandidate);
        if ((noReference ?? noCandidate) is { } missing)
        {
            return new LayerResult(layer.Name, "", 0, 0, missing, "");
        }

        using var tensors = new TensorSet();
        using var expected = new Outcome();
        using var actual = new Outcome();
        var comparer = new Comparer(Tolerance.Bound);
        var known = KnownDivergences.Of(_fixturesFolder, new RunnerInfo(reference!.Name, reference.Version, reference.Details));
        var (right, tried, detail, problem, call) = (0, 0, "", "", "");
        foreach (var input in Problems(layer))
        {
            call = ModelLayer.Describe(input);
            DataFiller.Fill(input, tensors);
            layer.FillWeights(tensors);
            // Where the reference is known to be wrong, or does not do it, the candidate is judged by the oracle.
            var divergence = KnownDivergences.Covering(known, input);
            if (divergence is { EndsProcess: true })
            {
                expected.Unsupport(divergence.ReferenceDoes);
            }
            else
            {
                reference.Run(input, tensors, expected);
            }

            candidate!.Run(input, tensors, actual);
            var judgement = comparer.Compare(input, tensors, expected, actual, divergence is null ? Side.None : Side.Reference);
            tried++;
            if (judgement.Verdict is Verdict.Passed or Verdict.KnownDivergence || judgement is { Verdict: Verdict.Unsupported, UnsupportedBy: Side.Reference })
            {
                right++;
            }
            else if (detail.Length == 0)
            {
                (detail, problem) = (judgement.Detail, input.ToString());
            }
        }

        return tried == 0
            ? new LayerResult(layer.Name, "", 0, 0, "no input length gives an output", "")
            : new LayerResult(layer.Name, call, right, tried, detail, problem);
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    private static ServedRunner? Serve(string name, ModelLayer layer, out string? whyNot)
    {
        whyNot = null;
        if (!IsModel(name))
        {
            return new ServedRunner(name);
        }

        try
        {
            return new ServedRunner(name.Contains('#', StringComparison.Ordinal) ? name : $"{name}#{layer.Name}");
        }
        catch (RunnerLoadException e)
        {
            whyNot = e.Message;
            return null;
        }
    }

    /// <summary>Short inputs first; of a layer that cuts off much those that leave something; at least one, whatever its size.</summary>
    private static ImmutableArray<Problem> Problems(ModelLayer layer)
    {
        var inputs = layer.Length is { } only && layer.At(1, only == 1 ? 2 : 1) is null ? [(1, only), (3, only)] : Inputs.AsEnumerable();
        var seed = 0UL;
        var problems = inputs
            .Select(input => layer.At(input.Batch, input.Length))
            .Where(problem => problem is not null && ProblemRules.Check(problem, out _) is null)
            .Select(problem => problem! with { DataSeed = ++seed })
            .ToList();
        for (var length = 1L; problems.Count == 0 && length <= LongestTried; length++)
        {
            if (layer.At(1, length) is { } longer && ProblemRules.Check(longer, out _) is null)
            {
                problems.Add(longer);
            }
        }

        return [.. problems.Where((problem, i) => i == 0 || ProblemSize.MultiplyAdds(problem) <= MostMultiplyAdds)];
    }
}
