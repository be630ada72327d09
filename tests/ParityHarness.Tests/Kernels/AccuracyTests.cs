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

/// <summary>The order of summation rounds no worse than libtorch's on layers of real models.</summary>
public sealed class AccuracyTests
{
    private const ulong Seeds = 16;

    public static TheoryData<string> Peers => TorchSharpAccuracy.Peers;

    [Theory]
    [MemberData(nameof(Peers))]
    public void The_rms_error_is_at_most_1_1_times_TorchSharps_on_every_model_layer(string peer)
    {
        var orders = FixtureFile.Read(RecordsFolder.Fixture("models.csv")).Select(row => Narrow(row.Problem)).Distinct().ToList();
        Assert.True(orders.Count >= 10, $"only {orders.Count} layers");
        TorchSharpAccuracy.AssertNoWorse(peer, orders, Seeds);
    }

    [Theory]
    [MemberData(nameof(Peers))]
    public void The_same_holds_of_problems_that_are_multiplied_tap_by_tap(string peer)
        => TorchSharpAccuracy.AssertNoWorse(
            peer,
            [
                .. ((string[])["ic32_l300_k3", "n20_ic67_l38_k32_bias", "n20_ic66_l39_k32_p16", "n30_ic256_oc2_l16_k8_bias", "n20_ic131_oc2_l20_k16", "ic100_l900_k7_p3_d9_bias", "n4_ic512_oc8_g4_l64_k5_p2"])
                    .Select(line => ProblemText.Parse($"{line} float32 forward random")),
            ],
            Seeds);

    // The order of summation depends on the input channels and the taps, not on how many outputs there are: fewer where there are many, and a
    // batch where there are too few to tell.
    private static Problem Narrow(Problem layer) => layer with
    {
        Length = Math.Min(layer.Length, 48),
        OutChannels = layer.Groups > 1 ? layer.OutChannels : Math.Min(layer.OutChannels, 8),
        Batch = Math.Max(1, 1000 / (layer.Length * layer.OutChannels)),
        DataSeed = 0,
    };
}
