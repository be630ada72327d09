using Google.Protobuf;

using Onnx;

using ParityHarness.Problems;
using ParityHarness.Tensors;

namespace ParityHarness.OnnxRuntime;

/// <summary>
/// A model of one ConvTranspose node: input X, weight W, bias B and output Y, of any shape. Weight and bias are inputs, or
/// constants of the model as in an exported one.
/// </summary>
internal static class NodeModel
{
    /// <summary>The input's name.</summary>
    public const string Input = "X";

    /// <summary>The weight's name.</summary>
    public const string Weight = "W";

    /// <summary>The bias' name.</summary>
    public const string Bias = "B";

    /// <summary>The output's name.</summary>
    public const string Output = "Y";

    // ConvTranspose has been the same since operator set 11; 22 added bfloat16.
    private const long OperatorSet = 22;
    private const long FormatVersion = 10;

    /// <summary>The operator sets of a model that is made here.</summary>
    public static IReadOnlyList<OperatorSetIdProto> OperatorSets { get; } = [new() { Domain = "", Version = OperatorSet }];

    /// <summary>The file's bytes for the parameters of a problem; weight and bias are inputs.</summary>
    /// <param name="parameters">The attributes.</param>
    /// <param name="constants">Weight and bias where they are to be constants, else null.</param>
    public static byte[] Of(NodeParameters parameters, TensorSet? constants) =>
        Of(parameters.ToNode(), FormatVersion, OperatorSets, parameters.DType, parameters.WeightDType, parameters.BiasDType, constants is null ? null : ToProto(Weight, constants.Weight), constants?.Bias is { } bias ? ToProto(Bias, bias) : null);

    /// <summary>The file's bytes for a node.</summary>
    /// <param name="node">The node; its inputs and its output are renamed.</param>
    /// <param name="formatVersion">The model's ir_version.</param>
    /// <param name="operatorSets">By which the attributes are meant.</param>
    /// <param name="dtype">The input's type.</param>
    /// <param name="weightDType">The weight's.</param>
    /// <param name="biasDType">The bias', null without one.</param>
    /// <param name="weight">The weight where it is a constant, else null.</param>
    /// <param name="bias">The bias where it is a constant, else null.</param>
    public static byte[] Of(
        NodeProto node, long formatVersion, IEnumerable<OperatorSetIdProto> operatorSets, DType dtype, DType weightDType, DType? biasDType, TensorProto? weight, TensorProto? bias)
    {
        node = node.Clone();
        node.Input.Clear();
        node.Input.Add([Input, Weight]);
        node.Output.Clear();
        node.Output.Add(Output);
        var graph = new GraphProto { Name = "conv_transpose" };
        graph.Node.Add(node);
        graph.Input.Add(OfAnyShape(Input, dtype));
        graph.Output.Add(OfAnyShape(Output, dtype));
        Add(Weight, weightDType, weight);
        if (biasDType is { } type)
        {
            node.Input.Add(Bias);
            Add(Bias, type, bias);
        }

        var model = new ModelProto { IrVersion = formatVersion, ProducerName = "ParityHarness", Graph = graph };
        model.OpsetImport.Add(operatorSets);
        return model.ToByteArray();

        void Add(string name, DType of, TensorProto? constant)
        {
            if (constant is null)
            {
                graph.Input.Add(OfAnyShape(name, of));
            }
            else
            {
                constant.Name = name;
                graph.Initializer.Add(constant);
            }
        }
    }

    /// <summary>A tensor's declaration that leaves its shape open.</summary>
    public static ValueInfoProto OfAnyShape(string name, DType dtype) =>
        new() { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)dtype.ToOnnx() } } };

    private static unsafe TensorProto ToProto(string name, Tensor tensor)
    {
        var proto = new TensorProto
        {
            Name = name,
            DataType = (int)tensor.DType.ToOnnx(),
            RawData = ByteString.CopyFrom(new ReadOnlySpan<byte>(tensor.Data, checked((int)(tensor.Count * tensor.DType.Size())))),
        };
        proto.Dims.Add(tensor.Shape);
        return proto;
    }
}
