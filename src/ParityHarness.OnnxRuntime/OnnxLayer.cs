using Onnx;

using ParityHarness.Problems;
using ParityHarness.Runners;
using ParityHarness.Tensors;

namespace ParityHarness.OnnxRuntime;

/// <summary>
/// A ConvTranspose node of a model. Its pads are found as ONNX says, out of pads, auto_pad or output_shape, and told in
/// PyTorch's words: what is cut off more at the begin than at the end is an output_padding.
/// </summary>
internal sealed class OnnxLayer : ModelLayer
{
    private readonly long[] _spatial;
    private readonly long[] _outputShape;
    private readonly string _autoPad;
    private readonly (long Begin, long End) _pads;
    private readonly Problem _call = new();
    private readonly string? _whyNot;

    /// <summary>Reads a node.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="node">The node.</param>
    /// <param name="graph">Where it stands.</param>
    public OnnxLayer(string name, NodeProto node, OnnxGraph graph)
    {
        (Name, Node, _spatial, _outputShape, _autoPad) = (name, node, [], [], "NOTSET");
        try
        {
            Weight = graph.Constant(node.Input[1]);
            Bias = node.Input.Count > 2 && node.Input[2].Length > 0 ? graph.Constant(node.Input[2]) : null;
        }
        catch (RunnerLoadException e)
        {
            _whyNot = e.Message;
            return;
        }

        if (Weight is null || (Bias is null && node.Input.Count > 2 && node.Input[2].Length > 0))
        {
            _whyNot = $"its {(Weight is null ? "weight" : "bias")} is computed from the model's input; only constant ones are checked";
            return;
        }

        _spatial = Weight.Shape.Length > 2 ? Weight.Shape[2..] : [];
        if (_spatial.Length is not (1 or 2))
        {
            _whyNot = $"its weight has shape [{string.Join(", ", Weight.Shape)}]; a ConvTranspose1d has [in_channels, out_channels/groups, kernel_size]";
            return;
        }

        var axis = _spatial.Length == 1 ? 0 : _spatial[0] == 1 ? 1 : 0;
        SqueezedAxis = _spatial.Length == 1 ? null : 3 - axis;
        var (strides, dilations, outputPadding) = (List("strides", 1), List("dilations", 1), List("output_padding", 0));
        var pads = List("pads", 0, 2 * _spatial.Length);
        _outputShape = Attribute("output_shape") is { } given ? [.. given.Ints] : [];
        _autoPad = Attribute("auto_pad")?.S.ToStringUtf8() ?? "NOTSET";
        if (strides.Length != _spatial.Length || dilations.Length != _spatial.Length || outputPadding.Length != _spatial.Length || pads.Length != 2 * _spatial.Length)
        {
            _whyNot = $"its attributes are not of {_spatial.Length} dimension(s), as its weight is";
            return;
        }

        if (_spatial.Length == 2 && (_spatial[1 - axis] != 1 || pads[1 - axis] != 0 || pads[3 - axis] != 0 || outputPadding[1 - axis] != 0 || (_outputShape.Length > 0 && _outputShape[^(1 + axis)] != 1)))
        {
            _whyNot = $"it is two-dimensional: its kernel is {_spatial[0]} by {_spatial[1]}";
            return;
        }

        var group = Attribute("group")?.I ?? 1;
        _pads = (pads[axis], pads[_spatial.Length + axis]);
        OutputLength = _outputShape.Length > 0 ? _outputShape[_outputShape.Length - _spatial.Length + axis] : null;
        _call = new Problem
        {
            Form = Form.Module,
            DType = Weight.DType,
            InChannels = Weight.Shape[0],
            OutChannels = Weight.Shape[1] * group,
            KernelSize = _spatial[axis],
            Stride = strides[axis],
            Dilation = dilations[axis],
            OutputPadding = outputPadding[axis],
            Groups = group,
            HasBias = Bias is not null,
            Regime = Regime.Random,
        };
        Length = graph.Declared(node.Input[0], 2 + axis);
        if (OutputLength is not null)
        {
            Length ??= LengthFor(OutputLength.Value);
        }

        _whyNot = Mismatch(graph.Channels(node.Input[0])) ?? (Pads(Length ?? 1) is var (begin, end) && Convert(begin, end, out _) is { } reason ? reason : null);
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override string? WhyNot => _whyNot;

    /// <inheritdoc/>
    public override long? Length { get; }

    /// <summary>The node as it stands in the model.</summary>
    public NodeProto Node { get; }

    /// <summary>The weight, [in_channels, out_channels/groups, kernel_size]; of a 2-D node with a dimension of 1 more.</summary>
    public OnnxTensor? Weight { get; }

    /// <summary>The bias, or null.</summary>
    public OnnxTensor? Bias { get; }

    /// <summary>The dimension of 1 that a 2-D node has more than PyTorch's call; null of a 1-D one.</summary>
    public int? SqueezedAxis { get; }

    private long? OutputLength { get; }

    /// <inheritdoc/>
    public override Problem? At(long batch, long length)
    {
        if (WhyNot is not null || (OutputLength is not null && length != Length))
        {
            return null;
        }

        var (begin, end) = Pads(length);
        return Convert(begin, end, out var call) is null ? call with { Batch = batch, Length = length } : null;
    }

    /// <inheritdoc/>
    public override unsafe void FillWeights(TensorSet tensors)
    {
        Weight!.Data.CopyTo(new Span<byte>(tensors.Weight.Data, Weight.Data.Length));
        if (Bias is not null && tensors.Bias is { } bias)
        {
            Bias.Data.CopyTo(new Span<byte>(bias.Data, Bias.Data.Length));
        }
    }

    private AttributeProto? Attribute(string name) => Node.Attribute.FirstOrDefault(attribute => attribute.Name == name);

    private long[] List(string name, long standard, int? count = null) =>
        Attribute(name) is { } given ? [.. given.Ints] : [.. Enumerable.Repeat(standard, count ?? _spatial.Length)];

    /// <summary>What weight, bias and input say of each other that cannot be.</summary>
    private string? Mismatch(long? channels)
    {
        if (Attribute("kernel_shape") is { } kernel && !kernel.Ints.SequenceEqual(_spatial))
        {
            return $"its kernel_shape [{string.Join(", ", kernel.Ints)}] is not its weight's [{string.Join(", ", _spatial)}]";
        }

        if (channels is { } given && given != _call.InChannels)
        {
            var transposed = given == Weight!.Shape[1] * _call.Groups ? "; the weight looks transposed" : "";
            return $"its weight [{string.Join(", ", Weight.Shape)}] takes {_call.InChannels} channels, but its input has {given}{transposed}: PyTorch's is [in_channels, out_channels/groups, kernel_size]";
        }

        return Bias is not null && (Bias.Shape.Length != 1 || Bias.Shape[0] != _call.OutChannels || Bias.DType != _call.DType)
            ? $"its bias is {Bias.DType.Name()} of shape [{string.Join(", ", Bias.Shape)}]; {_call.DType.Name()} of [{_call.OutChannels}] belongs to its weight"
            : null;
    }

    /// <summary>What is cut off at the begin and at the end of the whole output of an input length.</summary>
    private (long Begin, long End) Pads(long length)
    {
        var whole = ProblemRules.OutputLength(length, _call.KernelSize, _call.Stride, 0, _call.OutputPadding, _call.Dilation);
        var wanted = OutputLength ?? (_autoPad.StartsWith("SAME", StringComparison.Ordinal) ? length * _call.Stride : null);
        if (wanted is not { } outputLength)
        {
            return _autoPad == "VALID" ? (0, 0) : _pads;
        }

        var total = whole - outputLength;
        return _autoPad == "SAME_UPPER" ? (total / 2, total - total / 2) : (total - total / 2, total / 2);
    }

    /// <summary>The input length from which a wanted output length comes with the least cut off.</summary>
    private long? LengthFor(long outputLength)
    {
        for (var length = 1L; length <= outputLength; length++)
        {
            var (begin, end) = Pads(length);
            if (begin + end >= 0 && Convert(begin, end, out _) is null)
            {
                return length;
            }
        }

        return null;
    }

    private string? Convert(long begin, long end, out Problem call)
    {
        call = _call with { Padding = begin, OutputPadding = _call.OutputPadding + begin - end };
        if (begin < 0 || end < 0)
        {
            return $"its pads are [{begin}, {end}]; PyTorch's padding is never negative";
        }

        if (begin < end)
        {
            return $"its pads [{begin}, {end}] cut {end - begin} more off the end than off the begin; PyTorch cuts off as much on both sides, so that it is padding={begin} and then output[..., :-{end - begin}]";
        }

        return begin > end && call.OutputPadding >= Math.Max(call.Stride, call.Dilation)
            ? $"its pads [{begin}, {end}] cut {begin - end} more off the begin than off the end; that is output_padding={call.OutputPadding} to PyTorch, which must be smaller than stride or dilation"
            : null;
    }
}
