using ParityHarness.Kernels;
using Xunit;

namespace ParityHarness.Tests.Kernels;

/// <summary>Once its buffers are pooled, a call allocates nothing but the result that it returns.</summary>
[Collection(ThreadPoolCollection.Name)]
public class AllocationTests
{
    public static TheoryData<KernelProblem> Problems => new()
    {
        new(1, 1, 1, 4, 3),
        new(1, 3, 5, 17, 4, Stride: 2, Padding: 1, Bias: true),
        new(2, 64, 32, 500, 4, Stride: 2, Padding: 1, Bias: true),
        new(1, 256, 64, 40, 16, Stride: 8, Padding: 4, Bias: true),
        new(1, 16, 16, 33, 5, Stride: 3, Padding: 2, Dilation: 2, Groups: 4),
        new(1, 64, 64, 300, 4, Stride: 2, Groups: 64),
        new(1, 64, 9, 3000, 3, Stride: 3),
        new(1, 67, 1, 38, 32),
        new(1, 64, 1, 20000, 8, Bias: true),
    };

    [Theory]
    [MemberData(nameof(Problems))]
    public void The_module_form_allocates_nothing(KernelProblem problem)
    {
        var data = problem.RoundingData<float>();
        var module = new ConvTranspose1dModule<float>(
            problem.InputChannels, problem.OutputChannels, problem.KernelSize, data.Weight, problem.Bias ? data.Bias : null,
            problem.Stride, problem.Padding, problem.OutputPadding, problem.Groups, problem.Dilation);
        var output = new float[problem.Shape.OutputElements];
        foreach (var level in SimdLevels.Supported)
        {
            Assert.Equal(0, Allocated(() => module.Forward(data.Input, problem.BatchSize, problem.Length, output, level)));
        }
    }

    [Theory]
    [MemberData(nameof(Problems))]
    public void The_functional_form_allocates_nothing_when_given_the_output(KernelProblem problem)
    {
        var (shape, data) = (problem.Shape, problem.RoundingData<float>());
        var output = new float[shape.OutputElements];
        foreach (var level in SimdLevels.Supported)
        {
            Assert.Equal(0, Allocated(() => ConvTranspose1d.Forward(shape, data.Input, data.Weight, data.Bias, output, level)));
        }
    }

    [Theory]
    [MemberData(nameof(Problems))]
    public void The_functional_form_allocates_the_result_alone(KernelProblem problem)
    {
        var data = problem.RoundingData<float>();
        long[] inputShape = [problem.BatchSize, problem.InputChannels, problem.Length];
        long[] weightShape = [problem.InputChannels, problem.OutputChannels / problem.Groups, problem.KernelSize];
        float[]? bias = problem.Bias ? data.Bias : null;
        long result = Allocated(() => GC.KeepAlive(new float[problem.Shape.OutputElements]));

        long all = Allocated(() => GC.KeepAlive(ConvTranspose1d.Forward(
            data.Input, inputShape, data.Weight, weightShape, bias, problem.Stride, problem.Padding, problem.OutputPadding, problem.Groups, problem.Dilation)));

        Assert.InRange(all, 1, result);
    }

    [Fact]
    public void Two_threads_allocate_nothing_either()
    {
        var problem = new KernelProblem(1, 64, 32, 4000, 4, Stride: 2, Padding: 1, Bias: true);
        var data = problem.RoundingData<float>();
        var module = new ConvTranspose1dModule<float>(64, 32, 4, data.Weight, data.Bias, stride: 2, padding: 1);
        var output = new float[problem.Shape.OutputElements];

        // A helper that has not yet come keeps its object, and on a busy machine it may not come for long: then a call makes another.
        Assert.True(SpinWait.SpinUntil(() => Allocated(() => module.Forward(data.Input, 1, 4000, output, maxDegreeOfParallelism: 2)) == 0, 10_000), "each of many calls has allocated");
    }

    // The least of several calls: the first may fill pools, and the runtime may compile in between.
    private static long Allocated(Action call)
    {
        long least = long.MaxValue;
        for (int i = 0; i < 4; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            call();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
