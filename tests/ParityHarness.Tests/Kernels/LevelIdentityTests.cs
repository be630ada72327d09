using FsCheck;
using FsCheck.Fluent;
using ParityHarness.Kernels;
using ParityHarness.Tests.Oracle;
using Xunit;

namespace ParityHarness.Tests.Kernels;

/// <summary>All levels and all paths give the bits of the scalar definition, on data whose sums round.</summary>
public class LevelIdentityTests
{
    public static TheoryData<KernelProblem> Problems => new()
    {
        // Summation: blocks of 128 terms that end within the channels, runs of 128 taps, a block for each channel.
        new(1, 300, 9, 20, 3),
        new(1, 130, 5, 33, 4, Stride: 2, Padding: 1),
        new(1, 129, 3, 7, 1),
        new(1, 3, 2, 40, 129),
        new(1, 2, 3, 50, 300, Padding: 7, Bias: true),
        new(1, 2, 2, 40, 520, Stride: 2),
        new(2, 70, 16, 50, 16, Stride: 8, Padding: 4, Bias: true),

        // Rows: fewer than a tile, one more than a tile, phases that do not divide a tile.
        new(1, 3, 1, 50, 5, Stride: 3, Padding: 2, OutputPadding: 1, Bias: true),
        new(1, 4, 9, 37, 7, Stride: 5, Bias: true),
        new(1, 4, 3, 100, 32, Stride: 16, Padding: 8),
        new(2, 6, 8, 70, 4, Stride: 4, Bias: true),

        // Groups and depthwise.
        new(2, 16, 16, 33, 5, Stride: 3, Padding: 2, Dilation: 2, Groups: 4, Bias: true),
        new(1, 8, 8, 200, 4, Stride: 2, Padding: 1, Groups: 8),
        new(3, 6, 9, 20, 3, Groups: 3, Bias: true),

        // Dilation: common factors with the stride, gathered panels, holes between the taps.
        new(1, 3, 5, 40, 5, Stride: 4, Dilation: 6, Bias: true),
        new(1, 3, 5, 40, 3, Stride: 2, Dilation: 2, Bias: true),
        new(1, 3, 4, 300, 3, Dilation: 100),
        new(1, 2, 3, 5, 4, Stride: 3, Dilation: 50, Bias: true),
        new(1, 2, 2, 4, 3, Dilation: 1000, OutputPadding: 999, Bias: true),

        // Ends: all of one end cut away, much appended, no batch dimension.
        new(1, 5, 3, 20, 9, Stride: 2, Padding: 15, OutputPadding: 1),
        new(1, 2, 3, 9, 2, Stride: 7, OutputPadding: 6, Bias: true),
        new(1, 7, 4, 31, 4, Stride: 2, Padding: 1, Bias: true, Unbatched: true),

        // Bands: classes of every make, a last band of fewer channels, strides that are merged and that are not, batches in one row of panels.
        new(1, 40, 12, 49, 12, Stride: 8, Padding: 3, Bias: true),
        new(1, 40, 11, 65, 10, Stride: 4, Padding: 3, OutputPadding: 3, Bias: true),
        new(3, 33, 10, 17, 6, Stride: 3, Padding: 1, Bias: true),
        new(2, 33, 8, 67, 12, Stride: 6, Padding: 3, Bias: true),
        new(1, 9, 9, 100, 15, Stride: 7, Padding: 5, Bias: true),
        new(1, 9, 5, 100, 24, Stride: 12, Padding: 7),
        new(1, 9, 3, 70, 26, Stride: 13, Padding: 6, OutputPadding: 12, Bias: true),
        new(5, 20, 8, 16, 4, Stride: 2, Padding: 1, Bias: true),
        new(1, 260, 8, 48, 1, Bias: true),
        new(1, 20, 9, 200, 5, Padding: 8, Dilation: 7, Bias: true),
        new(1, 3, 4, 5, 200, Stride: 2, Padding: 90, Bias: true),

        // Tap by tap: lengths within a vector and across panels, rows of two channels in one tile, several parts, padding that cuts whole taps away.
        new(1, 24, 1, 8, 3),
        new(2, 67, 1, 38, 32, Bias: true),
        new(3, 300, 2, 17, 13, Padding: 5, OutputPadding: 2, Dilation: 3, Bias: true),
        new(2, 256, 4, 33, 9, Padding: 8, Groups: 2),
        new(1, 40, 1, 5000, 5, Padding: 90, Dilation: 50, Bias: true),
        new(1, 33, 1, 40, 64, Padding: 50),
        new(1, 64, 2, 60, 3, Padding: 30, Bias: true, Unbatched: true),
        new(1, 24, 1, 1940, 3, OutputPadding: 49, Dilation: 50, Bias: true), // the last part has outputs of output_padding alone
        new(1, 24, 1, 1948, 3, OutputPadding: 30, Dilation: 50),

        // More panels than fit into one chunk.
        new(1, 200, 8, 5000, 2, Stride: 2, Bias: true),
    };

    [Theory]
    [MemberData(nameof(Problems))]
    public void Float32_is_the_same_at_every_level(KernelProblem problem) => problem.AssertLevelsAgree(problem.RoundingData<float>());

    [Theory]
    [MemberData(nameof(Problems))]
    public void Float64_is_the_same_at_every_level(KernelProblem problem) => problem.AssertLevelsAgree(problem.RoundingData<double>());

    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 4)]
    [InlineData(3, 5)]
    [InlineData(4, 4)]
    [InlineData(5, 2)]
    [InlineData(6, 7)]
    [InlineData(7, 7)]
    [InlineData(8, 16)]
    public void Every_length_around_every_vector_width_is_the_same(int stride, int kernelSize)
    {
        for (int length = 1; length <= 64; length++)
        {
            var problem = new KernelProblem((length % 2) + 1, 3, 5, length, kernelSize, stride, Padding: length > 2 ? 1 : 0, Bias: true);
            problem.AssertLevelsAgree(problem.RoundingData<float>());
            problem.AssertLevelsAgree(problem.RoundingData<double>());
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    public void Every_tile_of_few_rows_and_vectors_is_the_same(int rows)
    {
        foreach (int length in new[] { 3, 20, 40, 60, 90 })
        {
            var problem = new KernelProblem(1, 23, rows, length, 64, Padding: 8, Bias: true);
            problem.AssertLevelsAgree(problem.RoundingData<float>());
            problem.AssertLevelsAgree(problem.RoundingData<double>());
        }
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 1, 1)]
    [InlineData(2, 1, 2)]
    [InlineData(3, 2, 4)]
    [InlineData(1, 8, 8)]
    [InlineData(4, 5, 9)]
    [InlineData(7, 3, 1)]
    [InlineData(16, 2, 11)]
    public void Few_channels_are_the_same_wherever_a_panel_ends(int stride, int channels, int outputs)
    {
        foreach (int length in new[] { 15, 48, 63, 97, 192, 250, 401 })
        {
            var problem = new KernelProblem(2, 2 * channels, 2 * outputs, length, (2 * stride) + (length % 2), stride, length % 4, Dilation: 1 + (length % 3), Groups: 2, Bias: true);
            problem.AssertLevelsAgree(problem.RoundingData<float>());
            problem.AssertLevelsAgree(problem.RoundingData<double>());
        }
    }

    [Fact]
    public void Any_problem_is_the_same_at_every_level()
        => Prop.ForAll(KernelProblem.Any.ToArbitrary(), problem => problem.AssertLevelsAgree(problem.RoundingData<float>())).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_problem_that_is_multiplied_tap_by_tap_is_the_same_at_every_level()
    {
        var any = from problem in KernelProblem.Any
                  from columns in Gen.Choose(1, 2)
                  from inputs in Gen.Choose(24, 40)
                  from taps in Gen.Choose(3, 20)
                  from length in Gen.Choose(8, 150)
                  select problem with
                  {
                      InputChannels = columns * inputs * problem.Groups,
                      OutputChannels = columns * problem.Groups,
                      KernelSize = taps,
                      Length = length,
                      Stride = 1,
                      Padding = Math.Min(problem.Padding, 4),
                      OutputPadding = problem.OutputPadding % problem.Dilation,
                  };
        Prop.ForAll(any.ToArbitrary(), problem =>
        {
            Assert.True(Columns.Fit(problem.Shape));
            problem.AssertLevelsAgree(problem.RoundingData<float>());
            problem.AssertLevelsAgree(problem.RoundingData<double>());
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Any_integer_problem_is_exact()
        => Prop.ForAll(KernelProblem.Any.ToArbitrary(), problem =>
        {
            var data = problem.IntegerData<double>();
            var expected = new double[problem.Shape.OutputElements];
            for (var y = 0L; problem.Bias && y < expected.Length; y++)
            {
                expected[y] = data.Bias[y / problem.Shape.OutputLength % problem.Shape.OutputChannels];
            }

            foreach (var (x, w, y) in NaiveProducts.Of(problem.Shape))
            {
                expected[y] += data.Input[x] * data.Weight[w];
            }

            (float[], float[], float[]) single = ([.. data.Input.Select(v => (float)v)], [.. data.Weight.Select(v => (float)v)], [.. data.Bias.Select(v => (float)v)]);
            foreach (var level in SimdLevels.Supported)
            {
                Assert.Equal(expected, problem.Run(data, level));
                Assert.Equal(expected, problem.Run(single, level).Select(v => (double)v));
            }
        }).QuickCheckThrowOnFailure();
}
