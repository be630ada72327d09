using Google.Protobuf;

using Onnx;

using ParityHarness.OnnxRuntime;
using ParityHarness.Runners;
using ParityHarness.Tests.Reports;
using ParityHarness.Tests.Runners.Native;

using Xunit;

namespace ParityHarness.Tests.OnnxRuntime;

/// <summary>The ConvTranspose nodes of a model are told as PyTorch's calls, or refused in one line.</summary>
public sealed class OnnxModelTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("parity-onnx-").FullName;

    [Fact]
    public void The_models_of_the_page_are_those_that_are_made_here()
    {
        var examples = Path.Combine(NativeCompiler.Root, "src", "examples");

        Assert.Equal(OnnxModels.Vocoder().ToBytes(), File.ReadAllBytes(Path.Combine(examples, "vocoder.onnx")));
        Assert.Equal(OnnxModels.VocoderEdited().ToBytes(), File.ReadAllBytes(Path.Combine(examples, "vocoder-edited.onnx")));
    }

    [Fact]
    public void Each_node_is_told_as_PyTorch_writes_it() => Assert.Equal(
        [
            "ups.0 torch.nn.ConvTranspose1d(16, 8, 16, stride=8, padding=4)",
            "ups.1 torch.nn.ConvTranspose1d(8, 8, 4, stride=2, padding=1)",
            "ups.2 torch.nn.ConvTranspose1d(8, 4, 3, padding=2, bias=False, dilation=2)",
        ],
        Layers(OnnxModels.Vocoder()));

    [Theory]
    [InlineData(new long[] { 2, 1 }, "torch.nn.ConvTranspose1d(2, 2, 3, stride=2, padding=2, output_padding=1)")]
    [InlineData(new long[] { 1, 2 }, "its pads [1, 2] cut 1 more off the end than off the begin; PyTorch cuts off as much on both sides, so that it is padding=1 and then output[..., :-1]")]
    [InlineData(new long[] { 4, 1 }, "its pads [4, 1] cut 3 more off the begin than off the end; that is output_padding=3 to PyTorch, which must be smaller than stride or dilation")]
    [InlineData(new long[] { -1, -1 }, "its pads are [-1, -1]; PyTorch's padding is never negative")]
    public void Pads_become_padding_and_output_padding(long[] pads, string told) =>
        Assert.Equal($"up {told}", Layers(new OnnxModels(2).Add("up", [2, 2, 3], 2, ("strides", [2]), ("pads", pads))).Single());

    [Theory]
    [InlineData("SAME_UPPER", 4, 2, "torch.nn.ConvTranspose1d(2, 2, 4, stride=2, padding=1)")]
    [InlineData("SAME_LOWER", 3, 2, "torch.nn.ConvTranspose1d(2, 2, 3, stride=2, padding=1, output_padding=1)")]
    [InlineData("SAME_UPPER", 3, 2, "its pads [0, 1] cut 1 more off the end than off the begin; PyTorch cuts off as much on both sides, so that it is padding=0 and then output[..., :-1]")]
    [InlineData("VALID", 3, 2, "torch.nn.ConvTranspose1d(2, 2, 3, stride=2)")]
    public void Auto_pad_becomes_padding(string autoPad, long kernel, long stride, string told) =>
        Assert.Equal($"up {told}", Layers(new OnnxModels(2).Add("up", [2, 2, kernel], 2, ("strides", [stride])).AutoPad("up", autoPad)).Single());

    [Fact]
    public void An_output_shape_becomes_the_padding_of_one_input_length()
    {
        var model = new OnnxModels(2).Add("up", [2, 2, 4], 2, ("strides", [2]), ("output_shape", [10]));

        using var runner = Open(model);

        var layer = runner.Layers.Single();
        Assert.Null(layer.WhyNot);
        Assert.Equal(4, layer.Length);
        Assert.Equal(10, OutputLength(layer.At(1, 4)!));
        Assert.Null(layer.At(1, 6));
    }

    [Fact]
    public void A_weight_that_does_not_take_the_channels_before_it_is_named()
    {
        var model = new OnnxModels(16).Add("up", [16, 8, 4], 8, ("strides", [2])).Transpose("up.weight");
        model.Initializer("up.bias").Dims[0] = 16;
        model.Initializer("up.bias").RawData = ByteString.CopyFrom(new byte[64]);

        Assert.Equal("up its weight [8, 16, 4] takes 8 channels, but its input has 16; the weight looks transposed: PyTorch's is [in_channels, out_channels/groups, kernel_size]", Layers(model).Single());
    }

    [Fact]
    public void Channels_are_followed_through_the_nodes_between()
    {
        var model = new OnnxModels(4).Add("up.0", [4, 6, 3], 6).Add("up.1", [6, 2, 3], 2).Transpose("up.1.weight");

        Assert.StartsWith("up.1 its weight [2, 6, 3] takes 2 channels, but its input has 6", Layers(model)[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_of_two_dimensions_is_one_dimensional_where_one_is_1()
    {
        var model = new OnnxModels(3)
            .Add("wide", [3, 2, 1, 4], 2, ("strides", [1, 2]), ("pads", [0, 1, 0, 1]))
            .Add("high", [2, 2, 5, 1], 2, ("strides", [3, 1]), ("pads", [2, 0, 2, 0]), ("output_padding", [1, 0]))
            .Add("square", [2, 2, 3, 3], 2);

        var layers = Layers(model);

        Assert.Equal("wide torch.nn.ConvTranspose1d(3, 2, 4, stride=2, padding=1)", layers[0]);
        Assert.Equal("high torch.nn.ConvTranspose1d(2, 2, 5, stride=3, padding=2, output_padding=1)", layers[1]);
        Assert.Equal("square it is two-dimensional: its kernel is 3 by 3", layers[2]);
    }

    [Fact]
    public void A_weight_that_other_nodes_make_of_constants_is_computed()
    {
        var model = new OnnxModels(2).Add("up", [2, 2, 3], 2);
        var scale = new NodeProto { OpType = "Mul", Name = "norm" };
        scale.Input.Add(["up.weight", "g"]);
        scale.Output.Add("up.scaled");
        var g = new TensorProto { Name = "g", DataType = 1 };
        g.FloatData.Add(2f);
        model.Graph.Initializer.Add(g);
        model.Graph.Node.Insert(0, scale);
        model.Node("up").Input[1] = "up.scaled";

        using var runner = Open(model);

        var layer = (OnnxLayer)runner.Layers.Single();
        var expected = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(model.Initializer("up.weight").RawData.Span)[1] * 2;
        Assert.Equal(expected, BitConverter.ToSingle(layer.Weight!.Data, 4));
    }

    [Fact]
    public void A_weight_that_depends_on_the_input_is_named()
    {
        var model = new OnnxModels(2).Add("up", [2, 2, 3], 2);
        model.Node("up").Input[1] = "mel";

        Assert.Equal("up its weight is computed from the model's input; only constant ones are checked", Layers(model).Single());
    }

    [Fact]
    public void A_weight_in_a_file_beside_the_model_is_read()
    {
        var model = new OnnxModels(2).Add("up", [2, 2, 3], 2);
        var weight = Initializer(model).RawData;
        File.WriteAllBytes(Path.Combine(_folder, "weights.bin"), [1, 2, 3, 4, .. weight]);
        External(model, "weights.bin", 4);

        using var runner = Open(model);

        Assert.Equal(weight.ToByteArray(), ((OnnxLayer)runner.Layers.Single()).Weight!.Data);
    }

    [Theory]
    [InlineData("../secret.bin")]
    [InlineData("/etc/hostname")]
    [InlineData("link/secret.bin")]
    public void A_weight_outside_the_models_folder_is_refused(string location)
    {
        var outside = Directory.CreateTempSubdirectory("parity-onnx-outside-").FullName;
        try
        {
            File.WriteAllBytes(Path.Combine(outside, "secret.bin"), new byte[48]);
            Directory.CreateSymbolicLink(Path.Combine(_folder, "link"), outside);
            var model = new OnnxModels(2).Add("up", [2, 2, 3], 2);
            External(model, location, 0);

            Assert.Equal($"up the tensor 'up.weight' lies in '{location}', outside the model's folder; that is not read", Layers(model).Single());
        }
        finally
        {
            Directory.Delete(outside, recursive: true);
        }
    }

    [Fact]
    public void A_weight_of_the_wrong_number_of_bytes_is_refused()
    {
        var model = new OnnxModels(2).Add("up", [2, 2, 3], 2);
        model.Initializer("up.weight").RawData = ByteString.CopyFrom(new byte[20]);

        Assert.Equal("up the tensor 'up.weight' of shape [2, 2, 3] has 20 bytes in place of 48", Layers(model).Single());
    }

    [Fact]
    public void A_broken_file_and_a_missing_one_are_refused_in_one_line()
    {
        var path = Path.Combine(_folder, "broken.onnx");
        File.WriteAllBytes(path, OnnxModels.Vocoder().ToBytes()[..500]);

        var broken = Assert.Throws<RunnerLoadException>(() => RunnerCatalog.Create($"onnx:{path}", null));
        var missing = Assert.Throws<RunnerLoadException>(() => RunnerCatalog.Create($"onnx:{path}x", null));

        Assert.StartsWith($"{path}: is not an ONNX model, or a broken one: ", broken.Message, StringComparison.Ordinal);
        Assert.StartsWith($"{path}x: cannot be read: ", missing.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', broken.Message);
    }

    [Fact]
    public void A_model_without_such_a_node_is_refused()
    {
        var path = new OnnxModels(2).Write(Path.Combine(_folder, "none.onnx"));

        Assert.Equal($"{path}: has no ConvTranspose node", Assert.Throws<RunnerLoadException>(() => RunnerCatalog.Create($"onnx:{path}", null)).Message);
    }

    [Fact]
    public void A_node_within_a_branch_sees_the_weights_around_it()
    {
        var model = new OnnxModels(2).Add("up", [2, 2, 3], 2, ("strides", [2]));
        var branch = new GraphProto { Name = "branch" };
        branch.Node.Add(model.Node("up"));
        model.Graph.Node.Clear();
        var condition = new NodeProto { OpType = "If", Name = "if" };
        condition.Attribute.Add(new AttributeProto { Name = "then_branch", Type = AttributeProto.Types.AttributeType.Graph, G = branch });
        model.Graph.Node.Add(condition);

        Assert.Equal("up torch.nn.ConvTranspose1d(2, 2, 3, stride=2)", Layers(model).Single());
    }

    [Fact]
    public void Nodes_within_the_models_functions_take_the_weights_and_attributes_of_the_call()
    {
        Assert.Equal(
            [
                "ups.0/block/conv torch.nn.ConvTranspose1d(16, 8, 16, stride=8, padding=4)",
                "ups.1/block/conv torch.nn.ConvTranspose1d(8, 8, 4, stride=2, padding=1)",
                "ups.2/block/conv torch.nn.ConvTranspose1d(8, 4, 3, padding=2, bias=False, dilation=2)",
            ],
            Layers(OnnxModels.Vocoder().IntoFunctions()));
    }

    [RequiresFact(Requirement.PyTorch)]
    public void What_PyTorch_exports_is_told_as_it_was_written()
    {
        var path = Path.Combine(_folder, "exported.onnx");
        NativeCompiler.Run(Requirement.Python, "-c", $"""
            import torch
            model = torch.nn.Sequential(
                torch.nn.ConvTranspose1d(8, 6, 16, stride=8, padding=4), torch.nn.LeakyReLU(0.1),
                torch.nn.ConvTranspose1d(6, 4, 5, stride=3, padding=2, output_padding=1, groups=2, bias=False, dilation=2))
            torch.onnx.export(model, torch.zeros(1, 8, 20), r"{path}", dynamic_axes={"{"}"input": [0, 2]{"}"}, input_names=["input"])
            """);

        using var runner = (IModelRunner)RunnerCatalog.Create($"onnx:{path}", null);

        Assert.Equal(
            ["torch.nn.ConvTranspose1d(8, 6, 16, stride=8, padding=4)", "torch.nn.ConvTranspose1d(6, 4, 5, stride=3, padding=2, output_padding=1, groups=2, bias=False, dilation=2)"],
            runner.Layers.Select(layer => ModelLayer.Describe(layer.At(1, 1) ?? throw new InvalidOperationException(layer.WhyNot))).ToArray());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static long OutputLength(ParityHarness.Problems.Problem problem) =>
        ParityHarness.Problems.ProblemRules.Check(problem, out var length) is null ? length : -1;

    private static TensorProto Initializer(OnnxModels model) => model.Initializer("up.weight");

    private static void External(OnnxModels model, string location, long offset)
    {
        var tensor = Initializer(model);
        tensor.RawData = ByteString.Empty;
        tensor.DataLocation = TensorProto.Types.DataLocation.External;
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = location });
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = offset.ToString(System.Globalization.CultureInfo.InvariantCulture) });
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = "48" });
    }

    private IModelRunner Open(OnnxModels model) => (IModelRunner)RunnerCatalog.Create($"onnx:{model.Write(Path.Combine(_folder, "model.onnx"))}", null);

    private List<string> Layers(OnnxModels model)
    {
        using var runner = Open(model);
        return [.. runner.Layers.Select(layer => $"{layer.Name} {layer.WhyNot ?? ModelLayer.Describe(layer.At(1, layer.Length ?? 1)!)}")];
    }
}
