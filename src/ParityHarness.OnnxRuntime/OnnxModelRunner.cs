using Google.Protobuf;

using Microsoft.ML.OnnxRuntime;

using Onnx;

using ParityHarness.Problems;
using ParityHarness.Runners;
using ParityHarness.Tensors;

namespace ParityHarness.OnnxRuntime;

/// <summary>
/// The ConvTranspose nodes of a model file, each run by ONNX Runtime alone, as it stands, with the weight that the model has:
/// the weight of a problem is not looked at. <c>MODEL.onnx#NODE</c> is one of them.
/// </summary>
internal sealed class OnnxModelRunner : IModelRunner
{
    private readonly ModelProto _model;
    private readonly string _path;
    private readonly List<OnnxLayer> _layers = [];
    private readonly Lazy<OnnxSession>? _session;

    /// <summary>Reads a model.</summary>
    /// <param name="model">The file, or MODEL.onnx#NODE.</param>
    /// <exception cref="RunnerLoadException">It cannot be read, or has no such node.</exception>
    public OnnxModelRunner(string model)
    {
        OnnxEnvironment.Load();
        var mark = model.LastIndexOf('#');
        var node = mark < 0 || File.Exists(model) ? null : model[(mark + 1)..];
        _path = node is null ? model : model[..mark];
        _model = Read(_path);
        OnnxFunctions.Inline(_model);
        Collect(new OnnxGraph(_model, _model.Graph, Path.GetDirectoryName(Path.GetFullPath(_path))!));
        if (_layers.Count == 0)
        {
            throw new RunnerLoadException($"{_path}: has no ConvTranspose node");
        }

        if (node is not null)
        {
            _layers = [_layers.Find(layer => layer.Name == node) ?? throw new RunnerLoadException($"{_path}: has no ConvTranspose node '{node}'; it has {string.Join(", ", _layers.Select(layer => layer.Name))}")];
        }

        if (_layers.Count == 1)
        {
            _session = new Lazy<OnnxSession>(() => new OnnxSession(ModelOf(_layers[0]), threads: 1));
        }

        Name = $"onnx:{model}";
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string Version => OnnxEnvironment.Version;

    /// <inheritdoc/>
    public string Details => $"ONNX Runtime, {OnnxEnvironment.Details}; {_layers.Count} ConvTranspose {(_layers.Count == 1 ? "node" : "nodes")}";

    /// <inheritdoc/>
    public IReadOnlyList<ModelLayer> Layers => _layers;

    /// <inheritdoc/>
    public void Run(Problem problem, TensorSet tensors, Outcome outcome)
    {
        if (_session is null)
        {
            outcome.Unsupport($"{_path} has {_layers.Count} ConvTranspose nodes; parity run --candidate {Name} asks each, and {Name}#{_layers[0].Name} is one of them");
            return;
        }

        if (problem.IsBackward)
        {
            outcome.Unsupport("a model computes no gradients here");
            return;
        }

        if (_session.Value.Error is { } error)
        {
            OnnxMessages.Answer(outcome, error, problem.DType);
            return;
        }

        try
        {
            using var input = OnnxSession.ToValue(tensors.Input, ToOnnx(tensors.Input.Shape));
            using var outputs = _session.Value.Run([NodeModel.Input], [input]);
            OnnxSession.Complete(outputs[0], FromOnnx, outcome);
        }
        catch (OnnxRuntimeException e)
        {
            OnnxMessages.Answer(outcome, e.Message, problem.DType);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_session is { IsValueCreated: true })
        {
            _session.Value.Dispose();
        }
    }

    private static ModelProto Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var model = ModelProto.Parser.ParseFrom(file);
            return model.Graph is null ? throw new RunnerLoadException($"{path}: is not an ONNX model: it has no graph") : model;
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new RunnerLoadException($"{path}: is not an ONNX model, or a broken one: {e.Message.ReplaceLineEndings(" ")}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RunnerLoadException($"{path}: cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Whether a node is ONNX's own ConvTranspose.</summary>
    internal static bool IsConvTranspose(NodeProto node) => node is { OpType: "ConvTranspose", Domain: "" or "ai.onnx" };

    private void Collect(OnnxGraph graph)
    {
        foreach (var node in graph.Graph.Node)
        {
            if (IsConvTranspose(node))
            {
                var name = node.Name.Length > 0 ? node.Name : node.Output.FirstOrDefault("") is { Length: > 0 } output ? output : $"node-{_layers.Count + 1}";
                if (node.Input.Count < 2)
                {
                    throw new RunnerLoadException($"{_path}: the ConvTranspose node {name} has no weight");
                }

                _layers.Add(new OnnxLayer(_layers.Exists(layer => layer.Name == name) ? $"{name}-{_layers.Count + 1}" : name, node, graph));
            }

            foreach (var inner in node.Attribute.SelectMany(a => a.G is null ? a.Graphs : a.Graphs.Prepend(a.G)))
            {
                Collect(new OnnxGraph(_model, inner, Path.GetDirectoryName(Path.GetFullPath(_path))!, graph));
            }
        }
    }

    private byte[] ModelOf(OnnxLayer layer) =>
        layer.Weight is null
            ? throw new RunnerLoadException($"{_path}: node {layer.Name}: {layer.WhyNot}")
            : NodeModel.Of(layer.Node, _model.IrVersion, _model.OpsetImport, layer.Weight.DType, layer.Weight.DType, layer.Bias?.DType, layer.Weight.ToProto(NodeModel.Weight), layer.Bias?.ToProto(NodeModel.Bias));

    private long[] ToOnnx(long[] shape)
    {
        List<long> sizes = [.. shape];
        if (sizes.Count == 2)
        {
            sizes.Insert(0, 1);
        }

        if (_layers[0].SqueezedAxis is { } axis && axis <= sizes.Count)
        {
            sizes.Insert(axis, 1);
        }

        return [.. sizes];
    }

    private long[] FromOnnx(long[] shape)
    {
        List<long> sizes = [.. shape];
        if (_layers[0].SqueezedAxis is { } axis && axis < sizes.Count && sizes[axis] == 1)
        {
            sizes.RemoveAt(axis);
        }

        return [.. sizes];
    }
}
