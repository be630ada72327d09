using FsCheck;
using FsCheck.Fluent;

using ParityHarness.Generation;
using ParityHarness.Problems;

using Xunit;

namespace ParityHarness.Tests.Problems;

public class NumberTextTests
{
    [Fact]
    public void Float64_parses_back_to_the_same_bits() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2000),
        Prop.ForAll(ArbMap.Default.ArbFor<ulong>(), (ulong u) =>
        {
            var value = BitConverter.UInt64BitsToDouble(CounterRandom.Mix(u));
            AssertSameBits(value, NumberText.Parse(NumberText.Format([value], DType.Float64))[0]);
        }));

    [Fact]
    public void Float32_parses_back_to_the_same_bits()
    {
        var random = new CounterRandom(1);
        for (var i = 0; i < 200_000; i++)
        {
            var value = BitConverter.UInt32BitsToSingle((uint)random.Next());
            if (float.IsNaN(value))
            {
                continue;
            }

            var parsed = (float)NumberText.Parse("[" + NumberText.Format(value, DType.Float32) + "]")[0];
            Assert.Equal(BitConverter.SingleToInt32Bits(value), BitConverter.SingleToInt32Bits(parsed));
        }
    }

    [Theory]
    [InlineData(0.1f, "0.1")]
    [InlineData(-0.0f, "-0")]
    [InlineData(16777216f, "16777216")]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.PositiveInfinity, "inf")]
    [InlineData(float.NegativeInfinity, "-inf")]
    [InlineData(1e-45f, "1E-45")]
    public void Float32_is_written_with_the_fewest_digits(float value, string text) =>
        Assert.Equal(text, NumberText.Format(value, DType.Float32));

    [Fact]
    public void A_number_beyond_float32_is_still_a_number_in_text() =>
        Assert.Equal("1E+300", NumberText.Format(1e300, DType.Float32));

    [Fact]
    public void An_empty_list_has_no_values() => Assert.Empty(NumberText.Parse("[]"));

    private static void AssertSameBits(double expected, double actual) => Assert.True(
        (double.IsNaN(expected) && double.IsNaN(actual)) || BitConverter.DoubleToInt64Bits(expected) == BitConverter.DoubleToInt64Bits(actual),
        $"{expected:R} became {actual:R}");
}
