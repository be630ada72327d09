using ParityHarness.Kernels;
using Xunit;

namespace ParityHarness.Tests.Kernels;

/// <summary>Once its buffers are pooled, a gradient allocates nothing.</summary>
[Collection(ThreadPoolCollection.Name)]
public class BackwardAllocationTests
{
    public static TheoryData<KernelProblem> Problems => new()
    {
        new(1, 1, 1, 4, 3, Bias: true),
        new(1, 3, 5, 17, 4, Stride: 2, Padding: 1, Bias: true),
        new(2, 64, 32, 500, 4, Stride: 2, Padding: 1, Bias: true),
        new(1, 256, 64, 40, 16, Stride: 8, Padding: 4, Bias: true),
        new(1, 16, 16, 33, 5, Stride: 3, Padding: 2, Dilation: 2, Groups: 4, Bias: true),
        new(1, 64, 64, 300, 4, Stride: 2, Groups: 64, Bias: true),
    };

    [Theory]
    [MemberData(nameof(Problems))]
    public void Backward_allocates_nothing(KernelProblem problem)
    {
        foreach (var level in SimdLevels.Supported)
        {
            Assert.Equal(0, Least(problem, level, threads: 1, calls: 4));
        }
    }

    [Fact]
    public void Two_threads_allocate_nothing_either()
    {
        var problem = new KernelProblem(1, 64, 32, 4000, 4, Stride: 2, Padding: 1, Bias: true);

        // A helper that has not yet come keeps its object, and on a busy machine it may not come for long: then a call makes another.
        Assert.True(SpinWait.SpinUntil(() => Least(problem, level: null, threads: 2, calls: 20) == 0, 10_000), "each of many calls has allocated");
    }

    // The least of several calls: the first may fill pools, and the runtime may compile in between.
    private static long Least(KernelProblem problem, SimdLevel? level, int threads, int calls)
    {
        var (shape, data, gradOutput) = (problem.Shape, problem.RoundingData<float>(), problem.RoundingGradOutput<float>());
        float[] gradInput = new float[shape.InputElements], gradWeight = new float[shape.WeightElements], gradBias = new float[shape.OutputChannels];
        long least = long.MaxValue;
        for (int i = 0; i < calls; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            ConvTranspose1d.Backward(shape, gradOutput, data.Input, data.Weight, gradInput, gradWeight, gradBias, level, threads);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
