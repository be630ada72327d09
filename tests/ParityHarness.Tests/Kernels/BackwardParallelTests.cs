using ParityHarness.Kernels;
using Xunit;

namespace ParityHarness.Tests.Kernels;

/// <summary>Threads change the time of a gradient and nothing else.</summary>
public class BackwardParallelTests
{
    public static TheoryData<KernelProblem> Problems => new()
    {
        new(1, 64, 32, 1500, 4, Stride: 2, Padding: 1, Bias: true),      // grad_input by panels, grad_bias by channels
        new(1, 256, 64, 40, 16, Stride: 8, Padding: 4, Bias: true),      // grad_input by tiles
        new(5, 64, 24, 33, 6, Stride: 3, Padding: 1),                    // panels of a batch
        new(2, 64, 64, 200, 8, Stride: 4, Groups: 4, Bias: true),        // groups
        new(1, 400, 3, 400, 2),                                          // grad_weight has few rows
        new(2, 16, 16, 30_000, 4, Stride: 2, Groups: 16, Bias: true),    // depthwise
    };

    [Theory]
    [MemberData(nameof(Problems))]
    public void Any_number_of_threads_gives_the_same_bits(KernelProblem problem)
    {
        var (input, weight, _) = problem.RoundingData<float>();
        var gradOutput = problem.RoundingGradOutput<float>();
        var expected = problem.Backward(gradOutput, input, weight, SimdLevel.Scalar);
        foreach (var level in SimdLevels.Supported)
        {
            foreach (int threads in (int[])[1, 2, 3, 7, -1])
            {
                var actual = problem.Backward(gradOutput, input, weight, level, threads);
                KernelProblem.AssertSameBits(expected.Input, actual.Input, $"grad_input, {level}, {threads} threads: {problem}");
                KernelProblem.AssertSameBits(expected.Weight, actual.Weight, $"grad_weight, {level}, {threads} threads: {problem}");
                KernelProblem.AssertSameBits(expected.Bias, actual.Bias, $"grad_bias, {level}, {threads} threads: {problem}");
            }
        }
    }

    [Fact]
    public void Calls_from_many_threads_at_once_do_not_disturb_each_other()
    {
        var problem = new KernelProblem(2, 64, 16, 300, 4, Stride: 2, Padding: 1, Bias: true);
        var (input, weight, _) = problem.RoundingData<float>();
        var gradOutput = problem.RoundingGradOutput<float>();
        var expected = problem.Backward(gradOutput, input, weight, SimdLevel.Scalar);

        Parallel.For(0, 64, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            var actual = problem.Backward(gradOutput, input, weight, level: null, (i % 3) + 1);
            KernelProblem.AssertSameBits(expected.Input, actual.Input, $"grad_input, call {i}");
            KernelProblem.AssertSameBits(expected.Weight, actual.Weight, $"grad_weight, call {i}");
            KernelProblem.AssertSameBits(expected.Bias, actual.Bias, $"grad_bias, call {i}");
        });
    }
}
