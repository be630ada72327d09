using Google.Protobuf;

using Microsoft.ML.OnnxRuntime;

using Onnx;

using ParityHarness.Problems;
using ParityHarness.Runners;
using ParityHarness.Tensors;

namespace ParityHarness.OnnxRuntime;

/// <summary>A graph of a model, or one within a node of it, and what is known of its tensors.</summary>
internal sealed class OnnxGraph
{
    private static readonly HashSet<string> KeepChannels =
    [
        "Identity", "Relu", "LeakyRelu", "PRelu", "Elu", "Selu", "Gelu", "Tanh", "Sigmoid", "Softplus", "Sin", "Cos", "Pow", "Neg", "Abs", "Exp", "Cast", "Clip", "Dropout",
        "BatchNormalization", "InstanceNormalization", "Add", "Sub", "Mul", "Div",
    ];

    private readonly ModelProto _model;
    private readonly string _folder;
    private readonly OnnxGraph? _outer;
    private readonly Dictionary<string, TensorProto> _initializers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, NodeProto> _makers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorShapeProto> _shapes = new(StringComparer.Ordinal);

    /// <summary>Reads what a graph declares.</summary>
    /// <param name="model">The model.</param>
    /// <param name="graph">Its graph, or one within a node of it.</param>
    /// <param name="folder">The model's folder.</param>
    /// <param name="outer">The graph around it, whose tensors it sees.</param>
    public OnnxGraph(ModelProto model, GraphProto graph, string folder, OnnxGraph? outer = null)
    {
        (_model, _folder, _outer, Graph) = (model, folder, outer, graph);
        foreach (var initializer in graph.Initializer)
        {
            _initializers[initializer.Name] = initializer;
        }

        foreach (var node in graph.Node)
        {
            foreach (var output in node.Output)
            {
                _makers[output] = node;
            }
        }

        foreach (var value in graph.Input.Concat(graph.ValueInfo).Concat(graph.Output))
        {
            if (value.Type?.TensorType?.Shape is { } shape)
            {
                _shapes[value.Name] = shape;
            }
        }
    }

    /// <summary>The graph.</summary>
    public GraphProto Graph { get; }

    /// <summary>The number of elements in a dimension of a tensor, where the model declares it.</summary>
    public long? Declared(string name, int dimension) =>
        _shapes.TryGetValue(name, out var shape)
            ? dimension < shape.Dim.Count && shape.Dim[dimension] is { ValueCase: TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue, DimValue: > 0 and var size } ? size : null
            : _outer?.Declared(name, dimension);

    /// <summary>The channels of a tensor, where they are declared or follow from the convolutions before it.</summary>
    public long? Channels(string name, int depth = 0)
    {
        if (Declared(name, 1) is { } declared || depth > 64)
        {
            return Declared(name, 1);
        }

        if (!_makers.TryGetValue(name, out var maker))
        {
            return _outer?.Channels(name, depth + 1);
        }

        switch (maker.OpType)
        {
            case "Conv" when WeightShape(maker) is { Length: > 2 } weight:
                return weight[0];
            case "ConvTranspose" when WeightShape(maker) is { Length: > 2 } weight:
                return weight[1] * Math.Max(1, maker.Attribute.FirstOrDefault(a => a.Name == "group")?.I ?? 1);
            default:
                return KeepChannels.Contains(maker.OpType)
                    ? maker.Input.Where(input => !IsConstant(input)).Select(input => Channels(input, depth + 1)).FirstOrDefault(channels => channels is not null)
                    : null;
        }
    }

    /// <summary>A tensor that is the same whatever the model's input: an initializer, or what nodes make of initializers.</summary>
    /// <returns>Null where it depends on the input.</returns>
    /// <exception cref="RunnerLoadException">It cannot be read or computed.</exception>
    public OnnxTensor? Constant(string name)
    {
        if (_initializers.TryGetValue(name, out var initializer))
        {
            return OnnxTensor.Of(initializer, _folder);
        }

        if (_outer is not null && !_makers.ContainsKey(name))
        {
            return _outer.Constant(name);
        }

        var graph = new GraphProto { Name = "constant" };
        if (!Collect(name, graph, new HashSet<string>(StringComparer.Ordinal)))
        {
            return null;
        }

        // It is for ONNX Runtime to say what the nodes make of it, weight norms and quantized weights among them.
        graph.Output.Add(new ValueInfoProto { Name = name });
        var model = new ModelProto { IrVersion = _model.IrVersion, Graph = graph };
        model.OpsetImport.Add(_model.OpsetImport);
        model.Functions.Add(_model.Functions);
        return Compute(model, name);
    }

    private static OnnxTensor Compute(ModelProto model, string name)
    {
        try
        {
            using var options = new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
            using var session = new InferenceSession(model.ToByteArray(), options);
            using var run = new RunOptions();
            using var values = session.Run(run, [], Array.Empty<OrtValue>(), [name]);
            using var outcome = new Outcome();
            OnnxSession.Complete(values[0], shape => shape, outcome);
            return outcome.Kind == OutcomeKind.Completed ? OfTensor(outcome.Output) : throw new RunnerLoadException($"the tensor '{name}': {outcome.Message}");
        }
        catch (OnnxRuntimeException e)
        {
            throw new RunnerLoadException($"the tensor '{name}' cannot be computed: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    private static unsafe OnnxTensor OfTensor(Tensor tensor) =>
        new(tensor.DType, tensor.Shape, new ReadOnlySpan<byte>(tensor.Data, checked((int)(tensor.Count * Problems.DTypes.Size(tensor.DType)))).ToArray());

    private bool IsConstant(string name) => name.Length == 0 || _initializers.ContainsKey(name) || (_makers.TryGetValue(name, out var maker) && maker.OpType == "Constant");

    private long[]? WeightShape(NodeProto node) =>
        node.Input.Count > 1 ? _initializers.TryGetValue(node.Input[1], out var weight) ? [.. weight.Dims] : _outer?.WeightShape(node) : null;

    /// <summary>Adds all that a tensor is made of; false where that is more than constants.</summary>
    private bool Collect(string name, GraphProto into, HashSet<string> done)
    {
        if (name.Length == 0 || !done.Add(name))
        {
            return true;
        }

        if (_initializers.TryGetValue(name, out var initializer))
        {
            into.Initializer.Add(OnnxTensor.Of(initializer, _folder).ToProto(name));
            return true;
        }

        if (!_makers.TryGetValue(name, out var maker))
        {
            return _outer?.Collect(name, into, done) == true;
        }

        // Graphs within a node may read anything around them.
        if (maker.Attribute.Any(a => a.G is not null || a.Graphs.Count > 0) || !maker.Input.All(input => Collect(input, into, done)))
        {
            return false;
        }

        if (!into.Node.Contains(maker))
        {
            into.Node.Add(maker);
        }

        return true;
    }
}
