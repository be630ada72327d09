using ParityHarness.Kernels;
using Xunit;

namespace ParityHarness.Tests.Kernels;

/// <summary>Padding multiplies nothing: values that are not finite stay where they belong, and zeros have PyTorch's sign.</summary>
public class EdgeTests
{
    [Fact]
    public void An_infinite_weight_leaves_no_NaN_at_the_ends()
    {
        var problem = new KernelProblem(1, 1, 1, 4, 3);
        foreach (var level in SimdLevels.Supported)
        {
            float inf = float.PositiveInfinity;
            Assert.Equal([inf, inf, inf, inf, 5, 3], problem.Run(([1f, 1, 1, 1], [inf, 2, 3], []), level));
        }
    }

    [Theory]
    [InlineData(2, 4, 1, 0)]
    [InlineData(8, 16, 4, 0)]
    [InlineData(3, 3, 0, 2)]
    [InlineData(1, 9, 4, 0)]
    public void NaN_and_infinite_weights_reach_only_what_they_multiply(int stride, int kernelSize, int padding, int outputPadding)
    {
        var problem = new KernelProblem(2, 9, 8, 70, kernelSize, stride, padding, outputPadding, Bias: true);
        var data = problem.RoundingData<float>();
        foreach (float special in (float[])[float.NaN, float.PositiveInfinity])
        {
            data.Weight[0] = special;
            data.Weight[^1] = special;
            problem.AssertLevelsAgree(data);
        }
    }

    [Theory]
    [InlineData(67, 1, 38, 32, 0)]
    [InlineData(140, 2, 21, 16, 8)]
    [InlineData(64, 1, 100, 3, 1)]
    public void Tap_by_tap_too_NaN_and_infinity_reach_only_what_they_multiply(int inputs, int outputs, int length, int kernelSize, int padding)
    {
        var problem = new KernelProblem(2, inputs, outputs, length, kernelSize, Padding: padding, Bias: true);
        foreach (float special in (float[])[float.NaN, float.PositiveInfinity])
        {
            var data = problem.RoundingData<float>();
            data.Weight[0] = special;
            data.Weight[^1] = special;
            problem.AssertLevelsAgree(data);
            data = problem.RoundingData<float>();
            data.Input[length - 1] = special;
            data.Input[^1] = special;
            problem.AssertLevelsAgree(data);
        }
    }

    [Fact]
    public void A_zero_product_is_positive_whatever_the_sign_of_its_factors_and_the_bias()
    {
        var problem = new KernelProblem(1, 1, 1, 20, 3, Stride: 2, OutputPadding: 1, Bias: true);
        foreach (var level in SimdLevels.Supported)
        {
            var output = problem.Run((Enumerable.Repeat(-1f, 20).ToArray(), [0f, 0, 0], [-0f]), level);
            KernelProblem.AssertSameBits(new float[output.Length], output, $"{level}");
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
            var problem = new KernelProblem(2, 2 * groups, 3 * groups, 37, 9, stride, Padding: 3, Dilation: dilation, Groups: groups, Bias: true);
            problem.AssertLevelsAgree(problem.Data(random => random.Next(rarity) == 0 ? specials[random.Next(specials.Length)] : random.Next(-4, 5)));
        }
    }

    [Fact]
    public void Outputs_that_no_tap_reaches_are_the_bias_even_with_NaN_weights()
    {
        var problem = new KernelProblem(1, 1, 1, 3, 2, Stride: 4, Dilation: 2, OutputPadding: 3, Bias: true);
        foreach (var level in SimdLevels.Supported)
        {
            var output = problem.Run(([1f, 1, 1], [float.NaN, float.NaN], [7f]), level);
            Assert.All(output.Index(), item => Assert.Equal(item.Index % 2 == 0 && item.Index <= 10 ? float.NaN : 7f, item.Item));
        }
    }
}
