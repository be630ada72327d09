using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ParityHarness.Tests.Kernels;

/// <summary>All levels give the gradients of the scalar definition, bit for bit, on data whose sums round.</summary>
public class BackwardLevelIdentityTests
{
    public static TheoryData<KernelProblem> Problems => new()
    {
        // grad_input: blocks of 128 terms that end within the channels, runs of 128 taps, a block for each channel.
        new(1, 9, 300, 20, 3, Bias: true),
        new(1, 5, 130, 33, 4, Stride: 2, Padding: 1),
        new(1, 3, 2, 40, 129),
        new(1, 3, 2, 50, 300, Padding: 7, Bias: true),
        new(1, 12, 2, 40, 520, Stride: 2),
        new(2, 16, 70, 50, 16, Stride: 8, Padding: 4, Bias: true),

        // grad_weight: one block of positions, two of unequal length, several batch items; outputs of more than one block of grad_bias.
        new(1, 20, 3, 128, 2, Bias: true),
        new(1, 20, 3, 129, 2, Stride: 2, Padding: 1, Bias: true),
        new(3, 9, 5, 257, 4, Stride: 3, Bias: true),
        new(1, 2, 3, 5000, 2, Stride: 2, Bias: true),
        new(2, 2, 2, 1500, 3, Bias: true),

        // Rows and lanes: fewer than a tile, one more, panels of one, two, three, and four vectors.
        new(1, 7, 9, 100, 1),
        new(1, 17, 4, 70, 5, Stride: 5),
        new(1, 33, 2, 17, 7, Stride: 3, Padding: 2),
        new(1, 64, 2, 65, 3, Stride: 2),
        new(1, 100, 3, 49, 10, Stride: 5, Padding: 2),

        // Groups and depthwise.
        new(2, 16, 16, 33, 5, Stride: 3, Padding: 2, Dilation: 2, Groups: 4, Bias: true),
        new(1, 8, 8, 200, 4, Stride: 2, Padding: 1, Groups: 8, Bias: true),
        new(3, 6, 9, 20, 3, Groups: 3, Bias: true),
        new(2, 8, 8, 3000, 4, Stride: 2, Padding: 1, Groups: 8, Bias: true),
        new(1, 1, 1, 2100, 3),

        // Dilation: common factors with the stride, taps far apart, holes between the taps.
        new(1, 5, 3, 40, 5, Stride: 4, Dilation: 6, Bias: true),
        new(1, 5, 3, 40, 3, Stride: 2, Dilation: 2, Bias: true),
        new(1, 4, 3, 300, 3, Dilation: 100),
        new(1, 3, 2, 5, 4, Stride: 3, Dilation: 50, Bias: true),
        new(1, 2, 2, 4, 3, Dilation: 1000, OutputPadding: 999, Bias: true),

        // Ends: all of one end cut away, much appended, strides that are merged and that are not, no batch dimension.
        new(1, 5, 3, 20, 9, Stride: 2, Padding: 15, OutputPadding: 1),
        new(1, 2, 3, 9, 2, Stride: 7, OutputPadding: 6, Bias: true),
        new(1, 9, 3, 70, 26, Stride: 13, Padding: 6, OutputPadding: 12, Bias: true),
        new(1, 9, 3, 90, 24, Stride: 12, Padding: 7),
        new(1, 7, 4, 31, 4, Stride: 2, Padding: 1, Bias: true, Unbatched: true),

        // More panels, rows and channels than fit into one chunk.
        new(1, 600, 9, 500, 2, Stride: 2),
        new(1, 24, 200, 40, 16, Stride: 8),
    };

    [Theory]
    [MemberData(nameof(Problems))]
    public void Float32_is_the_same_at_every_level(KernelProblem problem) => AssertTheSame<float>(problem);

    [Theory]
    [MemberData(nameof(Problems))]
    public void Float64_is_the_same_at_every_level(KernelProblem problem) => AssertTheSame<double>(problem);

    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 4)]
    [InlineData(3, 5)]
    [InlineData(4, 4)]
    [InlineData(5, 2)]
    [InlineData(8, 16)]
    public void Every_length_around_every_vector_width_is_the_same(int stride, int kernelSize)
    {
        for (int length = 1; length <= 64; length++)
        {
            AssertTheSame<float>(new((length % 2) + 1, 3, 5, length, kernelSize, stride, Padding: length > 2 ? 1 : 0, Bias: true));
        }
    }

    [Fact]
    public void Every_number_of_input_channels_around_every_vector_width_is_the_same()
    {
        for (int channels = 1; channels <= 66; channels++)
        {
            AssertTheSame<float>(new(1, channels, 3, 20, 3, Stride: 2, Padding: 1));
            AssertTheSame<double>(new(1, channels, 3, 20, 3, Stride: 2, Padding: 1));
        }
    }

    [Fact]
    public void Any_problem_is_the_same_at_every_level()
        => Prop.ForAll(KernelProblem.Any.ToArbitrary(), AssertTheSame<float>).QuickCheckThrowOnFailure();

    private static void AssertTheSame<T>(KernelProblem problem)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (input, weight, _) = problem.RoundingData<T>();
        problem.AssertGradientsAgree(problem.RoundingGradOutput<T>(), input, weight);
    }
}
