using ParityHarness.Fixtures;
using ParityHarness.Judging;
using ParityHarness.Kernels;
using ParityHarness.Problems;
using ParityHarness.Results;
using ParityHarness.Runners;
using ParityHarness.Runners.Kernel;
using ParityHarness.Runners.Native;
using ParityHarness.Tensors;
using ParityHarness.Tests.Fixtures;
using ParityHarness.Tests.Runners.Native;
using Xunit;

namespace ParityHarness.Tests.Kernels;

/// <summary>The gradients' orders of summation round no worse than libtorch's on layers of real models.</summary>
[Trait("speed", "slow")]
public sealed class BackwardAccuracyTests
{
    public static TheoryData<string> Peers => TorchSharpAccuracy.Peers;

    // What is summed over stays as it is in the layer: all output channels and taps for grad_input, all positions for the others.
    [Theory]
    [MemberData(nameof(Peers))]
    public void The_rms_error_of_grad_input_is_at_most_1_1_times_TorchSharps_on_every_model_layer(string peer)
        => AssertNoWorse(peer, Pass.GradInput, layer => layer with { Length = Math.Min(layer.Length, 48), InChannels = layer.Groups > 1 ? layer.InChannels : Math.Min(layer.InChannels, 32) }, seeds: 6);

    [Theory]
    [MemberData(nameof(Peers))]
    public void The_rms_error_of_grad_weight_is_at_most_1_1_times_TorchSharps_on_every_model_layer(string peer)
        => AssertNoWorse(peer, Pass.GradWeight, layer => layer.Groups > 1 ? layer : layer with { InChannels = Math.Min(layer.InChannels, 32), OutChannels = Math.Min(layer.OutChannels, 8) }, seeds: 6);

    [Theory]
    [MemberData(nameof(Peers))]
    public void The_rms_error_of_grad_bias_is_at_most_1_1_times_TorchSharps_on_every_model_layer(string peer)
        => AssertNoWorse(peer, Pass.GradBias, layer => layer with { InChannels = layer.Groups, OutChannels = Math.Min(layer.OutChannels, 64) }, seeds: 40);

    private static void AssertNoWorse(string peer, Pass pass, Func<Problem, Problem> narrow, ulong seeds)
    {
        var layers = FixtureFile.Read(RecordsFolder.Fixture("models.csv")).Select(row => row.Problem).Where(p => p.Pass == Pass.Forward && p.DType == DType.Float32)
            .Select(layer => narrow(layer) with { Pass = pass, DataSeed = 0 }).Distinct().ToList();
        Assert.True(layers.Count >= 10, $"only {layers.Count} layers");
        TorchSharpAccuracy.AssertNoWorse(peer, layers, seeds);
    }
}
