using ParityHarness.Kernels;
using Xunit;

namespace ParityHarness.Tests.Kernels;

/// <summary>What is accepted, however extreme, and what Forward then asks of the spans.</summary>
public class ShapeTests
{
    [Fact]
    public void The_shape_says_what_the_problem_is()
    {
        var shape = ConvTranspose1dShape.Create([2, 4, 5], [4, 3, 7], [6], hasBias: true, [3], [1], [2], 2, [2]);

        Assert.Equal((2, 4, 6, 2), (shape.Batch, shape.InputChannels, shape.OutputChannels, shape.Groups));
        Assert.Equal((5, 7, 3, 1, 2, 2), (shape.InputLength, shape.KernelSize, shape.Stride, shape.Padding, shape.OutputPadding, shape.Dilation));
        Assert.Equal((25L, 2 * 6 * 25L), (shape.OutputLength, shape.OutputElements));
        Assert.True(shape.IsBatched && shape.HasBias);
    }

    [Fact]
    public void Unbatched_input_is_one_batch()
    {
        var shape = ConvTranspose1dShape.Create([4, 5], [4, 3, 1], [], hasBias: false, [1], [0], [0], 1, [1]);

        Assert.Equal((1, false, 15), (shape.Batch, shape.IsBatched, shape.OutputElements));
    }

    [Theory]
    [InlineData(0, 3, 4)]
    [InlineData(0, 3, 0)]
    public void An_empty_batch_gives_an_empty_output_of_the_right_shape(long batch, long kernelSize, long length)
    {
        var shape = ConvTranspose1dShape.Create([batch, 2, length], [2, 3, kernelSize], [], hasBias: false, [1], [0], [0], 1, [1]);

        Assert.Equal((0, 3, length + kernelSize - 1, 0), (shape.Batch, shape.OutputChannels, shape.OutputLength, shape.OutputElements));
        ConvTranspose1d.Forward(shape, [], new float[6 * kernelSize], [], []);
    }

    [Fact]
    public void Accepting_allocates_nothing()
    {
        long[] input = [1, 2, 4], weight = [2, 3, 3], one = [1], zero = [0];
        bool Create() => ConvTranspose1dShape.TryCreate(input, weight, [], hasBias: false, one, zero, zero, 1, one, out _, out _, out _);
        Assert.True(Create());

        long before = GC.GetAllocatedBytesForCurrentThread();
        Create();

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void A_small_forward_allocates_nothing()
    {
        var problem = new KernelProblem(1, 3, 5, 17, 4, 2, Padding: 1);
        var (shape, data, output) = (problem.Shape, problem.RoundingData<float>(), new float[problem.Shape.OutputElements]);
        foreach (var level in SimdLevels.Supported)
        {
            ConvTranspose1d.Forward(shape, data.Input, data.Weight, [], output, level);
            long before = GC.GetAllocatedBytesForCurrentThread();
            ConvTranspose1d.Forward(shape, data.Input, data.Weight, [], output, level);
            Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        }
    }

    [Theory]
    [InlineData("input")]
    [InlineData("weight")]
    [InlineData("bias")]
    [InlineData("output")]
    public void A_span_of_the_wrong_length_is_named(string which)
    {
        var shape = ConvTranspose1dShape.Create([1, 2, 4], [2, 3, 3], [3], hasBias: true, [1], [0], [0], 1, [1]);
        float[] Span(string name, int length) => new float[length + (name == which ? 1 : 0)];

        var thrown = Assert.Throws<ArgumentException>(() => ConvTranspose1d.Forward(shape, Span("input", 8), Span("weight", 18), Span("bias", 3), Span("output", 18)));

        Assert.Equal(which, thrown.ParamName);
    }

    [Theory]
    [InlineData(1L << 31, 1, 1, 1, "input")]
    [InlineData(1, 1, 1L << 31, 1, "weight")]
    [InlineData(2, 1, 1, 1L << 31, "output")]
    public void A_tensor_beyond_int32_is_refused_by_name(long length, long channels, long kernelSize, long stride, string name)
    {
        var shape = ConvTranspose1dShape.Create([1, channels, length], [channels, 1, kernelSize], [], hasBias: false, [stride], [0], [0], 1, [1]);

        var thrown = Assert.Throws<NotSupportedException>(() => ConvTranspose1d.Forward(shape, new float[1], new float[1], [], new float[1]));

        Assert.Contains(name, thrown.Message, StringComparison.Ordinal);
    }

    public static TheoryData<KernelProblem> Extremes => new()
    {
        new(1, 2, 3, 1, 5, Stride: 1L << 40, Bias: true),
        new(1, 2, 3, 1, 1, Stride: long.MaxValue, Dilation: long.MaxValue),
        new(1, 1, 1, 3, 1, Stride: long.MaxValue, Padding: long.MaxValue),          // only the middle input is left
        new(1, 1, 2, 4, 3, Dilation: 1L << 62, Padding: 1L << 62, Bias: true),      // only the middle tap is left
        new(1, 2, 2, 3, 2, Stride: 5, Dilation: (1L << 33) + 1, Padding: 1L << 32),
        new(1, 1, 1, 2, 2, Stride: 3000, Dilation: 7000, OutputPadding: 6999, Bias: true),
        new(1, 1, 1, 40, 40, Stride: 1, Padding: 39),
        new(2, 1, 1, 1, 3000, Stride: 50, Padding: 1000),
    };

    [Theory]
    [MemberData(nameof(Extremes))]
    public void Extreme_extents_are_computed_exactly_at_every_level(KernelProblem problem)
    {
        var data = problem.IntegerData<double>();
        var expected = ByInt128(problem, data);
        foreach (var level in SimdLevels.Supported)
        {
            Assert.Equal(expected, problem.Run(data, level));
        }
    }

    [Fact]
    public void Every_supported_level_is_run_and_no_other()
    {
        Assert.Contains(SimdLevel.Scalar, SimdLevels.Supported);
        Assert.Equal(SimdLevels.Supported[^1], SimdLevels.Best);
        var problem = new KernelProblem(1, 1, 1, 1, 1);
        foreach (var level in Enum.GetValues<SimdLevel>().Append((SimdLevel)64))
        {
            if (SimdLevels.IsSupported(level))
            {
                problem.Run(problem.IntegerData<float>(), level);
            }
            else
            {
                Assert.Throws<PlatformNotSupportedException>(() => problem.Run(problem.IntegerData<float>(), level));
            }
        }
    }

    // The naive formula again, with indices that cannot wrap.
    private static double[] ByInt128(KernelProblem problem, (double[] Input, double[] Weight, double[] Bias) data)
    {
        var shape = problem.Shape;
        var output = new double[shape.OutputElements];
        for (long i = 0; i < output.Length; i++)
        {
            long c = i / shape.OutputLength % shape.OutputChannels;
            long n = i / shape.OutputLength / shape.OutputChannels;
            output[i] = problem.Bias ? data.Bias[c] : 0;
            for (long ic = 0; ic < shape.InputChannels; ic++)
            {
                for (long l = 0; l < shape.InputLength; l++)
                {
                    Int128 distance = (i % shape.OutputLength) + (Int128)shape.Padding - ((Int128)l * shape.Stride);
                    if (distance >= 0 && distance % shape.Dilation == 0 && distance / shape.Dilation < shape.KernelSize)
                    {
                        long k = (long)(distance / shape.Dilation);
                        output[i] += data.Input[(((n * shape.InputChannels) + ic) * shape.InputLength) + l] * data.Weight[(((ic * shape.OutputChannels) + c) * shape.KernelSize) + k];
                    }
                }
            }
        }

        return output;
    }
}
