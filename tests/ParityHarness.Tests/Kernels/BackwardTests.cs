using FsCheck;
using FsCheck.Fluent;
using ParityHarness.Kernels;
using ParityHarness.Tests.Oracle;
using Xunit;

namespace ParityHarness.Tests.Kernels;

/// <summary>The gradients are those of PyTorch's formula, and what cannot be computed is refused by name.</summary>
public class BackwardTests
{
    [Fact]
    public void The_documented_base_case_has_these_gradients()
    {
        // Output o = sum of the weights k that an input o - k exists for; its gradient is 1, 2, ..., 6.
        var shape = ConvTranspose1dShape.Create([1, 1, 4], [1, 1, 3], [1], hasBias: true, [1], [0], [0], 1, [1]);
        float[] gradInput = new float[4], gradWeight = new float[3], gradBias = new float[1];

        ConvTranspose1d.Backward(shape, [1f, 2, 3, 4, 5, 6], [1f, 1, 1, 1], [1f, 2, 3], gradInput, gradWeight, gradBias);

        Assert.Equal([14, 20, 26, 32], gradInput);
        Assert.Equal([10, 14, 18], gradWeight);
        Assert.Equal([21], gradBias);
    }

    [Fact]
    public void Any_integer_problem_is_exact()
        => Prop.ForAll(KernelProblem.Any.ToArbitrary(), problem =>
        {
            var data = problem.IntegerData<double>();
            var gradOutput = problem.IntegerGradOutput<double>();
            var shape = problem.Shape;
            var (ofInput, ofWeight, ofBias) = (new double[shape.InputElements], new double[shape.WeightElements], new double[shape.HasBias ? shape.OutputChannels : 0]);
            foreach (var (x, w, y) in NaiveProducts.Of(shape))
            {
                ofInput[x] += gradOutput[y] * data.Weight[w];
                ofWeight[w] += gradOutput[y] * data.Input[x];
            }

            for (var y = 0L; shape.HasBias && y < shape.OutputElements; y++)
            {
                ofBias[y / shape.OutputLength % shape.OutputChannels] += gradOutput[y];
            }

            foreach (var level in SimdLevels.Supported)
            {
                var actual = problem.Backward(gradOutput, data.Input, data.Weight, level);
                Assert.Equal(ofInput, actual.Input);
                Assert.Equal(ofWeight, actual.Weight);
                Assert.Equal(ofBias, actual.Bias);
            }
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("gradOutput", 7, 8, 3, 8, 3, 1)]
    [InlineData("input", 12, 7, 3, 8, 3, 1)]
    [InlineData("input", 12, 0, 3, 8, 3, 1)]
    [InlineData("weight", 12, 8, 2, 8, 3, 1)]
    [InlineData("weight", 12, 8, 0, 8, 3, 1)]
    [InlineData("gradInput", 12, 8, 3, 9, 3, 1)]
    [InlineData("gradWeight", 12, 8, 3, 8, 2, 1)]
    [InlineData("gradBias", 12, 8, 3, 8, 3, 2)]
    public void A_wrong_length_is_refused_by_name(string name, int gradOutput, int input, int weight, int gradInput, int gradWeight, int gradBias)
    {
        var shape = ConvTranspose1dShape.Create([2, 1, 4], [1, 1, 3], [1], hasBias: true, [1], [0], [0], 1, [1]);

        Assert.Throws<ArgumentException>(name, () => ConvTranspose1d.Backward(
            shape, new float[gradOutput], new float[input], new float[weight], new float[gradInput], new float[gradWeight], new float[gradBias]));
    }

    [Fact]
    public void What_is_not_asked_for_needs_no_operands()
    {
        var shape = ConvTranspose1dShape.Create([1, 1, 4], [1, 1, 3], [1], hasBias: true, [1], [0], [0], 1, [1]);
        float[] gradOutput = [1, 2, 3, 4, 5, 6], gradInput = new float[4], gradWeight = new float[3], gradBias = new float[1];

        ConvTranspose1d.Backward(shape, gradOutput, input: [], weight: [1f, 2, 3], gradInput, gradWeight: [], gradBias: []);
        ConvTranspose1d.Backward(shape, gradOutput, input: [1f, 1, 1, 1], weight: [], gradInput: [], gradWeight, gradBias: []);
        ConvTranspose1d.Backward(shape, gradOutput, input: [], weight: [], gradInput: [], gradWeight: [], gradBias);

        Assert.Equal([14, 20, 26, 32], gradInput);
        Assert.Equal([10, 14, 18], gradWeight);
        Assert.Equal([21], gradBias);
    }

    [Fact]
    public void Without_a_bias_there_is_no_gradient_of_one()
    {
        var shape = ConvTranspose1dShape.Create([1, 1, 4], [1, 1, 3], [], hasBias: false, [1], [0], [0], 1, [1]);

        Assert.Throws<ArgumentException>("gradBias", () => ConvTranspose1d.Backward(shape, new float[6], [], [], [], [], new float[1]));
    }

    [Fact]
    public void An_empty_batch_leaves_zeros()
    {
        var shape = ConvTranspose1dShape.Create([0, 2, 4], [2, 3, 3], [3], hasBias: true, [1], [0], [0], 1, [1]);
        float[] gradWeight = [.. Enumerable.Repeat(7f, 18)], gradBias = [7, 7, 7];

        ConvTranspose1d.Backward(shape, gradOutput: [], input: [], new float[18], gradInput: [], gradWeight, gradBias);

        Assert.All(gradWeight.Concat(gradBias), value => Assert.Equal(0, value));
    }

    [Fact]
    public void A_tensor_beyond_int_is_refused_by_name()
    {
        var shape = ConvTranspose1dShape.Create([1, 1, 3_000_000_000], [1, 1, 1], [], hasBias: false, [1], [0], [0], 1, [1]);

        var refused = Assert.Throws<NotSupportedException>(() => ConvTranspose1d.Backward(shape, new float[1], [], new float[1], new float[1], [], []));
        Assert.Contains("gradOutput", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-2)]
    public void A_number_of_threads_that_makes_no_sense_is_refused(int threads)
    {
        var shape = ConvTranspose1dShape.Create([1, 1, 4], [1, 1, 3], [], hasBias: false, [1], [0], [0], 1, [1]);

        Assert.Throws<ArgumentOutOfRangeException>(
            "maxDegreeOfParallelism", () => ConvTranspose1d.Backward(shape, new float[6], [], new float[3], new float[4], [], [], level: null, threads));
    }

    [Fact]
    public void Extreme_parameters_that_PyTorch_accepts_have_gradients_too()
    {
        // One position, one tap: no distance counts.
        var shape = ConvTranspose1dShape.Create([1, 1, 1], [1, 1, 1], [], hasBias: false, [long.MaxValue], [0], [0], 1, [long.MaxValue]);
        float[] gradInput = new float[1], gradWeight = new float[1];
        foreach (var level in SimdLevels.Supported)
        {
            ConvTranspose1d.Backward(shape, [3f], [5f], [7f], gradInput, gradWeight, [], level);

            Assert.Equal([21], gradInput);
            Assert.Equal([15], gradWeight);
        }
    }
}
