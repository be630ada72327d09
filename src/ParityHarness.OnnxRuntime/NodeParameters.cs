using System.Collections.Immutable;

using Onnx;

using ParityHarness.Problems;

namespace ParityHarness.OnnxRuntime;

/// <summary>All on which a session depends: the attributes of a ConvTranspose node, and the types of its operands. As a text, a key.</summary>
/// <param name="DType">The input's and the output's type.</param>
/// <param name="WeightDType">The weight's type.</param>
/// <param name="BiasDType">The bias' type, null without one.</param>
/// <param name="Strides">stride, as it is given.</param>
/// <param name="Padding">padding, as it is given.</param>
/// <param name="OutputPadding">output_padding, as it is given.</param>
/// <param name="Dilations">dilation, as it is given.</param>
/// <param name="Group">groups.</param>
internal sealed record NodeParameters(
    DType DType,
    DType WeightDType,
    DType? BiasDType,
    ImmutableArray<long> Strides,
    ImmutableArray<long> Padding,
    ImmutableArray<long> OutputPadding,
    ImmutableArray<long> Dilations,
    long Group)
{
    /// <summary>The text by which sessions are told apart.</summary>
    public string Key { get; } = $"{DType} {WeightDType} {BiasDType} s{string.Join(',', Strides)} p{string.Join(',', Padding)} op{string.Join(',', OutputPadding)} d{string.Join(',', Dilations)} g{Group}";

    /// <summary>Those of a problem.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="outputPadding">What the module makes of output_size; null where none is given.</param>
    public static NodeParameters Of(Problem problem, long? outputPadding) => new(
        problem.DType,
        problem.WeightDType ?? problem.DType,
        problem.HasBias ? problem.BiasDType ?? problem.DType : null,
        problem.StrideArgument.Values,
        problem.PaddingArgument.Values,
        outputPadding is { } given ? [given] : problem.OutputPaddingArgument.Values,
        problem.DilationArgument.Values,
        problem.Groups);

    /// <summary>The node; pads are padding at each begin, then padding at each end, as an export of PyTorch's writes them.</summary>
    public NodeProto ToNode()
    {
        var node = new NodeProto { OpType = "ConvTranspose", Name = "conv_transpose" };
        node.Attribute.Add(List("strides", Strides));
        node.Attribute.Add(List("pads", [.. Padding, .. Padding]));
        node.Attribute.Add(List("output_padding", OutputPadding));
        node.Attribute.Add(List("dilations", Dilations));
        node.Attribute.Add(new AttributeProto { Name = "group", Type = AttributeProto.Types.AttributeType.Int, I = Group });
        return node;
    }

    /// <summary>An attribute of whole numbers.</summary>
    public static AttributeProto List(string name, IEnumerable<long> values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
        attribute.Ints.Add(values);
        return attribute;
    }
}
