using ParityHarness.Fixtures;
using ParityHarness.Kernels;
using ParityHarness.Problems;
using ParityHarness.Runners;
using ParityHarness.Runners.Kernel;
using ParityHarness.Runners.Native;
using ParityHarness.Tensors;
using ParityHarness.Tests.Fixtures;
using ParityHarness.Tests.Runners.Native;
using Xunit;

namespace ParityHarness.Tests.Kernels;

/// <summary>The order of summation rounds no worse than libtorch's on layers of real models.</summary>
public sealed class AccuracyTests : IDisposable
{
    private const ulong Seeds = 16;

    private readonly TensorSet _tensors = new();
    private readonly Outcome _ours = new();
    private readonly Outcome _theirs = new();

    [Fact]
    public void TheRmsErrorIsAtMostLibtorchsTimes1_1OnEveryModelLayer()
    {
        var orders = FixtureFile.Read(RecordsFolder.Fixture("models.csv")).Select(row => Narrow(row.Problem)).Distinct().ToList();
        Assert.True(orders.Count >= 10, $"only {orders.Count} layers");
        AssertNoWorseThanLibtorch(orders);
    }

    [Fact]
    public void TheSameHoldsOfProblemsThatAreMultipliedTapByTap()
        => AssertNoWorseThanLibtorch(
        [
            .. ((string[])["ic32_l300_k3", "n20_ic67_l38_k32_bias", "n20_ic66_l39_k32_p16", "n30_ic256_oc2_l16_k8_bias", "n20_ic131_oc2_l20_k16", "ic100_l900_k7_p3_d9_bias", "n4_ic512_oc8_g4_l64_k5_p2"])
                .Select(line => ProblemText.Parse($"{line} float32 forward random")),
        ]);

    private void AssertNoWorseThanLibtorch(List<Problem> problems)
    {
        using var libtorch = NativeProblem.Libtorch();
        using var kernel = new KernelRunner();
        foreach (var problem in problems)
        {
            double ours = 0, theirs = 0;
            for (ulong seed = 1; seed <= Seeds; seed++)
            {
                var seeded = problem with { DataSeed = seed };
                DataFiller.Fill(seeded, _tensors);
                kernel.Run(seeded, _tensors, _ours);
                libtorch.Run(seeded, _tensors, _theirs);
                var exact = InFloat64(seeded);
                for (int i = 0; i < exact.Length; i++)
                {
                    ours += Math.Pow(_ours.Output.At(i) - exact[i], 2);
                    theirs += Math.Pow(_theirs.Output.At(i) - exact[i], 2);
                }
            }

            Assert.True(Math.Sqrt(ours) <= 1.1 * Math.Sqrt(theirs), $"{problem}: {Math.Sqrt(ours / theirs):F3} times libtorch's rms error");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _tensors.Dispose();
        _ours.Dispose();
        _theirs.Dispose();
    }

    // The order of summation depends on the input channels and the taps, not on how many outputs there are: fewer where there are many, and a
    // batch where there are too few to tell.
    private static Problem Narrow(Problem layer) => layer with
    {
        Length = Math.Min(layer.Length, 48),
        OutChannels = layer.Groups > 1 ? layer.OutChannels : Math.Min(layer.OutChannels, 8),
        Batch = Math.Max(1, 1000 / (layer.Length * layer.OutChannels)),
        DataSeed = 0,
    };

    private double[] InFloat64(Problem problem)
    {
        double[] Doubles(Tensor tensor) => Array.ConvertAll(tensor.Span<float>().ToArray(), v => (double)v);
        return ConvTranspose1d.Forward(
            Doubles(_tensors.Input), _tensors.Input.Shape, Doubles(_tensors.Weight), _tensors.Weight.Shape, _tensors.Bias is { } bias ? Doubles(bias) : null,
            problem.Stride, problem.Padding, problem.OutputPadding, problem.Groups, problem.Dilation);
    }
}
