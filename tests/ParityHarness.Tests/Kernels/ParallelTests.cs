using ParityHarness.Kernels;
using Xunit;

namespace ParityHarness.Tests.Kernels;

/// <summary>Threads change the time and nothing else.</summary>
public class ParallelTests
{
    public static TheoryData<KernelProblem> Problems => new()
    {
        new(1, 64, 32, 1000, 4, Stride: 2, Padding: 1, Bias: true),      // shared out by panels
        new(1, 256, 64, 40, 16, Stride: 8, Padding: 4, Bias: true),      // shared out by bands
        new(5, 64, 24, 33, 6, Stride: 3, Padding: 1),                    // panels of a batch
        new(2, 64, 64, 200, 8, Stride: 4, Groups: 4, Bias: true),        // groups
        new(1, 256, 8, 400, 1),                                          // one band
        new(1, 64, 64, 4100, 4, Stride: 2, Padding: 1, Groups: 64),      // depthwise, by groups
        new(1, 64, 1, 20000, 8, Bias: true),                             // tap by tap, by parts of the output
        new(3, 6, 9, 6000, 8, Stride: 2, Groups: 3, Bias: true),         // few channels, by the groups of all items
    };

    [Theory]
    [MemberData(nameof(Problems))]
    public void Any_number_of_threads_gives_the_same_bits(KernelProblem problem)
    {
        var data = problem.RoundingData<float>();
        var expected = problem.Run(data, SimdLevel.Scalar);
        foreach (var level in SimdLevels.Supported)
        {
            foreach (int threads in (int[])[1, 2, 3, 7, -1])
            {
                KernelProblem.AssertSameBits(expected, problem.Run(data, level, threads: threads), $"{level}, {threads} threads: {problem}");
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-2)]
    public void A_number_of_threads_that_makes_no_sense_is_refused(int threads)
    {
        var problem = new KernelProblem(1, 1, 1, 4, 3);

        Assert.Throws<ArgumentOutOfRangeException>("maxDegreeOfParallelism", () => problem.Run(problem.IntegerData<float>(), level: null, threads: threads));
    }

    [Fact]
    public void One_module_serves_many_threads_at_once()
    {
        var problem = new KernelProblem(2, 64, 16, 300, 4, Stride: 2, Padding: 1, Bias: true);
        var data = problem.RoundingData<float>();
        var expected = problem.Run(data, SimdLevel.Scalar);
        var module = new ConvTranspose1dModule<float>(64, 16, 4, data.Weight, data.Bias, stride: 2, padding: 1);

        Parallel.For(0, 64, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            var output = new float[expected.Length];
            module.Forward(data.Input, 2, 300, output, maxDegreeOfParallelism: (i % 3) + 1);
            KernelProblem.AssertSameBits(expected, output, $"call {i}");
        });
    }

    [Fact]
    public void A_failure_in_one_part_is_thrown_where_the_work_was_asked()
    {
        var work = new FailingWork();

        Assert.Contains("part 3", Assert.Throws<InvalidOperationException>(() => work.Run(8, 2)).Message, StringComparison.Ordinal);
        Assert.Equal(8, work.Started);
    }

    private sealed class FailingWork : PartedWork
    {
        private int _started;

        public int Started => _started;

        protected override void RunPart(int part)
        {
            Interlocked.Increment(ref _started);
            if (part == 3)
            {
                throw new NotSupportedException("part 3");
            }
        }
    }
}
