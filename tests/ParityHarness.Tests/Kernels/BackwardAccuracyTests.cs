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

/// <summary>The gradients' orders of summation round no worse than libtorch's on layers of real models.</summary>
public sealed class BackwardAccuracyTests : IDisposable
{
    private readonly TensorSet _tensors = new();
    private readonly Outcome _ours = new();
    private readonly Outcome _theirs = new();

    // What is summed over stays as it is in the layer: all output channels and taps for grad_input, all positions for the others.
    [Fact]
    public void TheRmsErrorOfGradInputIsAtMostLibtorchsTimes1_1OnEveryModelLayer()
        => AssertAccurate(Pass.GradInput, layer => layer with { Length = Math.Min(layer.Length, 48), InChannels = layer.Groups > 1 ? layer.InChannels : Math.Min(layer.InChannels, 32) }, seeds: 6);

    [Fact]
    public void TheRmsErrorOfGradWeightIsAtMostLibtorchsTimes1_1OnEveryModelLayer()
        => AssertAccurate(Pass.GradWeight, layer => layer.Groups > 1 ? layer : layer with { InChannels = Math.Min(layer.InChannels, 32), OutChannels = Math.Min(layer.OutChannels, 8) }, seeds: 6);

    [Fact]
    public void TheRmsErrorOfGradBiasIsAtMostLibtorchsTimes1_1OnEveryModelLayer()
        => AssertAccurate(Pass.GradBias, layer => layer with { InChannels = layer.Groups, OutChannels = Math.Min(layer.OutChannels, 64) }, seeds: 40);

    /// <inheritdoc/>
    public void Dispose()
    {
        _tensors.Dispose();
        _ours.Dispose();
        _theirs.Dispose();
    }

    private void AssertAccurate(Pass pass, Func<Problem, Problem> narrow, ulong seeds)
    {
        using var libtorch = NativeProblem.Libtorch();
        using var kernel = new KernelRunner();
        var layers = FixtureFile.Read(RecordsFolder.Fixture("models.csv")).Select(row => row.Problem).Where(p => p.Pass == Pass.Forward && p.DType == DType.Float32)
            .Select(layer => narrow(layer) with { Pass = pass, DataSeed = 0 }).Distinct().ToList();
        Assert.True(layers.Count >= 10, $"only {layers.Count} layers");
        var worse = new List<string>();
        foreach (var layer in layers)
        {
            double ours = 0, theirs = 0;
            for (ulong seed = 1; seed <= seeds; seed++)
            {
                var problem = layer with { DataSeed = seed };
                DataFiller.Fill(problem, _tensors);
                kernel.Run(problem, _tensors, _ours);
                libtorch.Run(problem, _tensors, _theirs);
                Assert.True(_ours.Kind == OutcomeKind.Completed && _theirs.Kind == OutcomeKind.Completed, $"{problem}: {_ours.Message} {_theirs.Message}");
                var exact = InFloat64(problem);
                for (int i = 0; i < exact.Length; i++)
                {
                    ours += Math.Pow(_ours.Output.At(i) - exact[i], 2);
                    theirs += Math.Pow(_theirs.Output.At(i) - exact[i], 2);
                }
            }

            if (Math.Sqrt(ours) > 1.1 * Math.Sqrt(theirs))
            {
                worse.Add($"{layer}: {Math.Sqrt(ours / theirs):F3} times libtorch's rms error");
            }
        }

        Assert.True(worse.Count == 0, string.Join("\n", worse));
    }

    private double[] InFloat64(Problem problem)
    {
        double[] Doubles(Tensor tensor) => Array.ConvertAll(tensor.Span<float>().ToArray(), v => (double)v);
        var shape = ConvTranspose1dShape.Create(
            _tensors.Input.Shape, _tensors.Weight.Shape, [problem.OutChannels], problem.HasBias, [problem.Stride], [problem.Padding], [problem.OutputPadding], problem.Groups, [problem.Dilation]);
        var exact = new double[_ours.Output.Count];
        ConvTranspose1d.Backward(
            shape, Doubles(_tensors.GradOutput!), Doubles(_tensors.Input), Doubles(_tensors.Weight),
            problem.Pass == Pass.GradInput ? exact : [], problem.Pass == Pass.GradWeight ? exact : [], problem.Pass == Pass.GradBias ? exact : []);
        return exact;
    }
}
