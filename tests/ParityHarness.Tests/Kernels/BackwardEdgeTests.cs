using ParityHarness.Kernels;
using Xunit;

namespace ParityHarness.Tests.Kernels;

/// <summary>What is outside of grad_output multiplies nothing: values that are not finite stay where they belong, and no gradient is -0.</summary>
public class BackwardEdgeTests
{
    [Fact]
    public void An_infinite_weight_reaches_only_inputs_whose_tap_it_is()
    {
        // Padding 1 cuts off what tap 0 of the first input and tap 2 of the last would reach.
        var shape = ConvTranspose1dShape.Create([1, 1, 4], [1, 1, 3], [], hasBias: false, [1], [1], [0], 1, [1]);
        float inf = float.PositiveInfinity;
        foreach (var level in SimdLevels.Supported)
        {
            float[] gradInput = new float[4];
            ConvTranspose1d.Backward(shape, [1f, 1, 1, 1], [], [inf, 2, 3], gradInput, [], [], level);
            Assert.Equal([5, inf, inf, inf], gradInput);

            ConvTranspose1d.Backward(shape, [1f, 1, 1, 1], [], [1, 2, float.NaN], gradInput, [], [], level);
            Assert.Equal([float.NaN, float.NaN, float.NaN, 3], gradInput);
        }
    }

    [Fact]
    public void An_infinite_input_reaches_only_taps_that_it_has()
    {
        var shape = ConvTranspose1dShape.Create([1, 1, 4], [1, 1, 3], [], hasBias: false, [1], [1], [0], 1, [1]);
        float inf = float.PositiveInfinity;
        foreach (var level in SimdLevels.Supported)
        {
            float[] gradWeight = new float[3];
            ConvTranspose1d.Backward(shape, [1f, 1, 1, 1], [inf, 1, 1, 1], [], [], gradWeight, [], level);
            Assert.Equal([3, inf, inf], gradWeight);

            ConvTranspose1d.Backward(shape, [1f, 1, 1, 1], [1, 1, 1, float.NaN], [], [], gradWeight, [], level);
            Assert.Equal([float.NaN, float.NaN, 3], gradWeight);
        }
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 1, 1)]
    [InlineData(3, 2, 1)]
    [InlineData(2, 3, 1)]
    [InlineData(8, 1, 1)]
    [InlineData(1, 30, 1)]
    [InlineData(2, 1, 3)]
    public void Special_values_meet_the_same_terms_at_every_level(int stride, int dilation, int groups)
    {
        float[] specials = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, -0f, 0f, float.Epsilon, float.MaxValue, -float.MaxValue];
        foreach (int rarity in (int[])[3, 30, 300])
        {
            foreach (int channels in (int[])[1, 9])
            {
                var problem = new KernelProblem(2, channels * groups, 3 * groups, 37, 9, stride, Padding: 3, Dilation: dilation, Groups: groups, Bias: true);
                float Value(Random random) => random.Next(rarity) == 0 ? specials[random.Next(specials.Length)] : random.Next(-4, 5);
                var (input, weight, _) = problem.Data(Value);
                problem.AssertGradientsAgree(problem.GradOutput(Value), input, weight);
            }
        }
    }

    [Fact]
    public void A_sum_of_negative_zeros_is_positive()
    {
        var problem = new KernelProblem(1, 9, 9, 20, 3, Stride: 2, OutputPadding: 1, Bias: true);
        float[] Fill(long count, float value) => [.. Enumerable.Repeat(value, (int)count)];
        foreach (var level in SimdLevels.Supported)
        {
            var (input, weight, bias) = problem.Backward(Fill(problem.Shape.OutputElements, -0f), Fill(180, 1), Fill(243, 1), level);
            Assert.All(input.Concat(weight).Concat(bias), value => Assert.False(float.IsNegative(value)));
        }
    }

    [Fact]
    public void Products_that_underflow_leave_no_negative_zero()
    {
        var problem = new KernelProblem(1, 9, 9, 20, 3, Bias: true);
        float[] Fill(long count, float value) => [.. Enumerable.Repeat(value, (int)count)];
        foreach (var level in SimdLevels.Supported)
        {
            var (input, weight, _) = problem.Backward(Fill(problem.Shape.OutputElements, -float.Epsilon), Fill(180, float.Epsilon), Fill(243, float.Epsilon), level);
            Assert.All(input.Concat(weight), value => Assert.False(float.IsNegative(value)));
        }
    }
}
