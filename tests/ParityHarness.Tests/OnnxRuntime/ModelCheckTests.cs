using ParityHarness.Tests.Runners.Native;

using Xunit;

namespace ParityHarness.Tests.OnnxRuntime;

/// <summary>parity run holds each node of a model against PyTorch or another model, and names the one that differs.</summary>
[Trait("speed", "slow")]
public sealed class ModelCheckTests : IDisposable
{
    private readonly Cli.Parity _parity = new();

    [Fact]
    public void A_vocoder_of_real_layer_sizes_is_PyTorchs()
    {
        var path = new OnnxModels(512)
            .Add("ups.0", [512, 256, 16], 256, ("strides", [8]), ("pads", [4, 4]))
            .Add("ups.1", [256, 128, 16], 128, ("strides", [8]), ("pads", [4, 4]))
            .Add("ups.2", [128, 64, 4], 64, ("strides", [2]), ("pads", [1, 1]))
            .Add("ups.3", [64, 32, 4], 32, ("strides", [2]), ("pads", [1, 1]))
            .Write(InFolder("vocoder.onnx"));

        Run("--candidate", $"onnx:{path}");

        Assert.True(_parity.ExitCode == 0, _parity.Output + _parity.Errors);
        Assert.Contains("ups.0   right in 4   torch.nn.ConvTranspose1d(512, 256, 16, stride=8, padding=4)", _parity.Output, StringComparison.Ordinal);
        Assert.EndsWith("parity holds: 4 nodes, 18 problems: all right\n", _parity.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_of_three_mistakes_is_named_by_its_node()
    {
        var (right, wrong) = (OnnxModels.Vocoder().Write(InFolder("vocoder.onnx")), OnnxModels.VocoderEdited().Write(InFolder("edited.onnx")));

        Run("--reference", $"onnx:{right}", "--candidate", $"onnx:{wrong}");

        Assert.True(_parity.ExitCode == 1, _parity.Output + _parity.Errors);
        Assert.Contains("candidate gives shape [1, 8, 7], expected [1, 8, 8]", _parity.Output, StringComparison.Ordinal);
        Assert.Matches(@"ups\.1   differs in 5 of 5[^\n]*\n *candidate is wrong in", _parity.Output);
        Assert.Matches(@"ups\.2   differs in 5 of 5[^\n]*\n *candidate rejected a legal problem", _parity.Output);
        Assert.EndsWith("parity does not hold: 3 of 3 nodes: ups.0, ups.1, ups.2\n", _parity.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_another_model_what_PyTorch_cannot_call_and_ONNX_Runtime_refuses_is_named()
    {
        Run("--reference", "oracle", "--candidate", $"onnx:{OnnxModels.VocoderEdited().Write(InFolder("edited.onnx"))}");

        Assert.Equal(1, _parity.ExitCode);
        Assert.Contains("ups.0   not PyTorch's", _parity.Output, StringComparison.Ordinal);
        Assert.Contains("cut 1 more off the end than off the begin", _parity.Output, StringComparison.Ordinal);
        Assert.Contains("output_padding (1) may be too large for stride (1)", _parity.Output, StringComparison.Ordinal);
        Assert.EndsWith("parity does not hold: 2 of 3 nodes: ups.0, ups.2\n", _parity.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_way_of_saying_the_pads_runs_as_the_call_that_it_is_told_as()
    {
        var model = new OnnxModels(2)
            .Add("front", [2, 2, 3], 2, ("strides", [2]), ("pads", [2, 1]))
            .Add("lower", [2, 2, 3], 2, ("strides", [2])).AutoPad("lower", "SAME_LOWER")
            .Add("upper", [2, 2, 4], 2, ("strides", [2])).AutoPad("upper", "SAME_UPPER")
            .Add("shaped", [2, 2, 4], 2, ("strides", [2]), ("output_shape", [10]))
            .Add("grouped", [2, 1, 3], 2, ("group", [2]), ("dilations", [3]));

        Run("--reference", "oracle", "--candidate", $"onnx:{model.Write(InFolder("model.onnx"))}");

        Assert.True(_parity.ExitCode == 0, _parity.Output + _parity.Errors);
        Assert.Contains("shaped    right in 2", _parity.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Nodes_of_two_dimensions_that_are_one_dimensional_run()
    {
        var model = new OnnxModels(3)
            .Add("wide", [3, 2, 1, 4], 2, ("strides", [1, 2]), ("pads", [0, 1, 0, 1]))
            .Add("high", [2, 2, 5, 1], 2, ("strides", [3, 1]), ("pads", [2, 0, 2, 0]), ("output_padding", [1, 0]));

        Run("--reference", "oracle", "--candidate", $"onnx:{model.Write(InFolder("model.onnx"))}");

        Assert.True(_parity.ExitCode == 0, _parity.Output + _parity.Errors);
    }

    [Fact]
    public void An_implementation_of_ones_own_is_held_against_a_models_real_weights()
    {
        var path = OnnxModels.Vocoder().Write(InFolder("vocoder.onnx"));

        Run("--reference", $"onnx:{path}", "--candidate", "kernel");
        Assert.True(_parity.ExitCode == 0, _parity.Output + _parity.Errors);

        Run("--reference", $"onnx:{path}", "--candidate", $"native:{NativeCompiler.Build("last_output")}");
        Assert.Equal(1, _parity.ExitCode);
    }

    [Fact]
    public void A_candidate_that_dies_ends_no_more_than_its_node()
    {
        Run("--reference", $"onnx:{OnnxModels.Vocoder().Write(InFolder("vocoder.onnx"))}", "--candidate", $"native:{NativeCompiler.Build("null_dereference")}");

        Assert.True(_parity.ExitCode == 1, _parity.Output + _parity.Errors);
        Assert.Contains("was killed by SIGSEGV", _parity.Output, StringComparison.Ordinal);
        Assert.Contains("parity does not hold: ", _parity.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_that_the_other_model_does_not_have_is_named()
    {
        var right = OnnxModels.Vocoder().Write(InFolder("vocoder.onnx"));
        var other = new OnnxModels(16).Add("ups.0", [16, 8, 16], 8, ("strides", [8]), ("pads", [4, 4])).Write(InFolder("other.onnx"));

        Run("--reference", $"onnx:{right}", "--candidate", $"onnx:{other}");

        Assert.Equal(1, _parity.ExitCode);
        Assert.Contains("has no ConvTranspose node 'ups.1'; it has ups.0", _parity.Output, StringComparison.Ordinal);
        Assert.EndsWith("parity does not hold: 2 of 3 nodes: ups.1, ups.2\n", _parity.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Explain_lists_the_nodes_as_calls()
    {
        _parity.Run("explain", $"onnx:{OnnxModels.VocoderEdited().Write(InFolder("edited.onnx"))}");

        Assert.Equal(0, _parity.ExitCode);
        Assert.StartsWith("ups.0   no ConvTranspose1d of PyTorch's: its pads [4, 5] cut", _parity.Output, StringComparison.Ordinal);
        Assert.EndsWith("ups.2   torch.nn.ConvTranspose1d(8, 4, 3, padding=2, output_padding=1, bias=False, dilation=2)\n", _parity.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_model_is_bad_usage_in_one_line()
    {
        Run("--candidate", $"onnx:{_parity.Write("text.onnx", "This is no model.")}", "--reference", "oracle");

        Assert.Equal(2, _parity.ExitCode);
        Assert.Matches("^parity: text.onnx: is not an ONNX model[^\n]*\n$", _parity.Errors);
    }

    public void Dispose() => _parity.Dispose();

    private void Run(params string[] arguments) => _parity.Run(["run", .. arguments]);

    private string InFolder(string name) => Path.Combine(_parity.Folder, name);
}
