using ParityHarness.Benchmarks;

using Xunit;

namespace ParityHarness.Tests.Benchmarks;

public class QuartilesTests
{
    [Theory]
    [InlineData(new[] { 3.0 }, 3, 3, 3)]
    [InlineData(new[] { 2.0, 1.0 }, 1.25, 1.5, 1.75)]
    [InlineData(new[] { 5.0, 1.0, 4.0, 2.0, 3.0 }, 2, 3, 4)]
    [InlineData(new[] { 1.0, 1.0, 1.0, 1.0, 1000.0 }, 1, 1, 1)]
    public void Half_of_the_figures_lie_between_the_outer_ones(double[] figures, double low, double median, double high) =>
        Assert.Equal(new Quartiles(low, median, high), Quartiles.Of(figures));

    [Fact]
    public void There_must_be_figures() => Assert.Throws<ArgumentException>(() => Quartiles.Of([]));
}
