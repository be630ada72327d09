using System.Runtime.InteropServices;

using Google.Protobuf;

using Onnx;

using ParityHarness.Generation;
using ParityHarness.Tensors;

namespace ParityHarness.Tests.OnnxRuntime;

/// <summary>Models of ConvTranspose nodes, one after the other with a LeakyRelu between, written as an exporter writes them.</summary>
internal sealed class OnnxModels
{
    private readonly ModelProto _model = new() { IrVersion = 8, ProducerName = "tests", Graph = new GraphProto { Name = "vocoder" } };
    private ulong _seed;

    public OnnxModels(long channels, long operatorSet = 17)
    {
        _model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = operatorSet });
        var input = new ValueInfoProto { Name = Last, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = 1, Shape = new TensorShapeProto() } } };
        input.Type.TensorType.Shape.Dim.Add([Dimension("batch"), new TensorShapeProto.Types.Dimension { DimValue = channels }, Dimension("length")]);
        _model.Graph.Input.Add(input);
    }

    public GraphProto Graph => _model.Graph;

    /// <summary>The output of the last node.</summary>
    public string Last { get; private set; } = "mel";

    /// <summary>The stack of src/examples/vocoder.onnx.</summary>
    public static OnnxModels Vocoder() => new OnnxModels(16)
        .Add("ups.0", [16, 8, 16], 8, ("strides", [8]), ("pads", [4, 4]))
        .Add("ups.1", [8, 8, 4], 8, ("strides", [2]), ("pads", [1, 1]))
        .Add("ups.2", [8, 4, 3], 0, ("dilations", [2]), ("pads", [2, 2]));

    /// <summary>That of src/examples/vocoder-edited.onnx, with a mistake in each node.</summary>
    public static OnnxModels VocoderEdited()
    {
        var model = Vocoder();
        model.Attribute("ups.0", "pads", 4, 5);
        model.Transpose("ups.1.weight");
        model.Attribute("ups.2", "output_padding", 1);
        return model;
    }

    /// <summary>Adds a node with a weight, and a bias of so many elements.</summary>
    public OnnxModels Add(string name, long[] weight, long bias, params (string Name, long[] Values)[] attributes)
    {
        var node = new NodeProto { OpType = "ConvTranspose", Name = name };
        node.Input.Add([Last, name + ".weight"]);
        Graph.Initializer.Add(Tensor(name + ".weight", weight));
        if (bias > 0)
        {
            node.Input.Add(name + ".bias");
            Graph.Initializer.Add(Tensor(name + ".bias", [bias]));
        }

        foreach (var (key, values) in attributes)
        {
            var attribute = new AttributeProto { Name = key, Type = AttributeProto.Types.AttributeType.Ints };
            attribute.Ints.Add(values);
            node.Attribute.Add(key == "group" ? new AttributeProto { Name = key, Type = AttributeProto.Types.AttributeType.Int, I = values[0] } : attribute);
        }

        Last = name + ".out";
        node.Output.Add(Last);
        Graph.Node.Add(node);
        var relu = new NodeProto { OpType = "LeakyRelu", Name = name + ".relu" };
        relu.Input.Add(Last);
        relu.Output.Add(Last += ".relu");
        Graph.Node.Add(relu);
        return this;
    }

    public NodeProto Node(string name) => Graph.Node.Single(node => node.Name == name);

    public TensorProto Initializer(string name) => Graph.Initializer.Single(tensor => tensor.Name == name);

    public OnnxModels Attribute(string node, string name, params long[] values)
    {
        var attributes = Node(node).Attribute;
        if (attributes.FirstOrDefault(a => a.Name == name) is { } old)
        {
            attributes.Remove(old);
        }

        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
        attribute.Ints.Add(values);
        attributes.Add(attribute);
        return this;
    }

    public OnnxModels AutoPad(string node, string value)
    {
        Node(node).Attribute.Add(new AttributeProto { Name = "auto_pad", Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFromUtf8(value) });
        return this;
    }

    /// <summary>Exchanges the first two dimensions of a weight, as one who takes [out, in, kernel] for the layout.</summary>
    public OnnxModels Transpose(string name)
    {
        var tensor = Initializer(name);
        var (rows, columns, kernel) = ((int)tensor.Dims[0], (int)tensor.Dims[1], (int)tensor.Dims[2]);
        var values = MemoryMarshal.Cast<byte, float>(tensor.RawData.Span);
        var transposed = new float[values.Length];
        for (var i = 0; i < transposed.Length; i++)
        {
            var (row, column, k) = (i / (columns * kernel), i / kernel % columns, i % kernel);
            transposed[(column * rows + row) * kernel + k] = values[i];
        }

        tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(transposed.AsSpan()));
        (tensor.Dims[0], tensor.Dims[1]) = (columns, rows);
        return this;
    }

    /// <summary>Makes each ConvTranspose a call of a function of the model's own, which calls another, where the node stands.</summary>
    public OnnxModels IntoFunctions()
    {
        _model.OpsetImport.Add(new OperatorSetIdProto { Domain = "mine", Version = 1 });
        _model.Functions.Add(Function("Upsample", "block", "Block", "mine"));
        _model.Functions.Add(Function("Block", "conv", "ConvTranspose", ""));
        foreach (var node in Graph.Node.Where(node => node.OpType == "ConvTranspose"))
        {
            (node.OpType, node.Domain) = ("Upsample", "mine");
        }

        return this;

        static FunctionProto Function(string name, string node, string calls, string domain)
        {
            var function = new FunctionProto { Name = name, Domain = "mine" };
            function.OpsetImport.Add([new OperatorSetIdProto { Domain = "", Version = 17 }, new OperatorSetIdProto { Domain = "mine", Version = 1 }]);
            function.Input.Add(["input", "weight", "bias"]);
            function.Output.Add("output");
            function.Attribute.Add(["strides", "pads", "dilations"]);
            var call = new NodeProto { Name = node, OpType = calls, Domain = domain };
            call.Input.Add(function.Input);
            call.Output.Add(function.Output);
            call.Attribute.Add(function.Attribute.Select(attribute => new AttributeProto { Name = attribute, RefAttrName = attribute, Type = AttributeProto.Types.AttributeType.Ints }));
            function.Node.Add(call);
            return function;
        }
    }

    public byte[] ToBytes()
    {
        var model = _model.Clone();
        model.Graph.Output.Add(new ValueInfoProto { Name = Last, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = 1 } } });
        return model.ToByteArray();
    }

    public string Write(string path)
    {
        File.WriteAllBytes(path, ToBytes());
        return path;
    }

    public TensorProto Tensor(string name, long[] shape)
    {
        var values = new float[shape.Aggregate(1L, (product, size) => product * size)];
        var stream = CounterRandom.Stream(1, ++_seed);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (int)(CounterRandom.At(stream, (ulong)i) >> 40) / 8388608f - 1;
        }

        var tensor = new TensorProto { Name = name, DataType = 1, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan())) };
        tensor.Dims.Add(shape);
        return tensor;
    }

    private static TensorShapeProto.Types.Dimension Dimension(string name) => new() { DimParam = name };
}
