using ParityHarness.Generation;

using Xunit;

namespace ParityHarness.Tests.Generation;

public class CounterRandomTests
{
    /// <summary>The published first outputs of SplitMix64 with seed 1234567.</summary>
    [Fact]
    public void The_draws_are_those_of_SplitMix64()
    {
        var random = new CounterRandom(1234567);
        Assert.Equal(6457827717110365317UL, random.Next());
        Assert.Equal(3203168211198807973UL, random.Next());
        Assert.Equal(9817491932198370423UL, random.Next());
    }

    [Fact]
    public void A_draw_is_a_function_of_stream_and_index()
    {
        var random = new CounterRandom(5);
        var drawn = Enumerable.Range(0, 10).Select(_ => random.Next()).ToArray();
        Assert.Equal(drawn, Enumerable.Range(0, 10).Select(i => CounterRandom.At(5, (ulong)i)));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-3, 4)]
    [InlineData(long.MinValue, long.MinValue + 1)]
    [InlineData(long.MaxValue - 1, long.MaxValue)]
    public void Between_reaches_both_ends_and_nothing_beyond(long low, long high)
    {
        var random = new CounterRandom(2);
        var drawn = Enumerable.Range(0, 1000).Select(_ => random.Between(low, high)).ToArray();
        Assert.Equal(low, drawn.Min());
        Assert.Equal(high, drawn.Max());
    }

    [Fact]
    public void Between_works_over_all_of_int64()
    {
        var random = new CounterRandom(3);
        var drawn = Enumerable.Range(0, 100).Select(_ => random.Between(long.MinValue, long.MaxValue)).ToArray();
        Assert.Equal(100, drawn.Distinct().Count());
        Assert.Contains(drawn, value => value < 0);
        Assert.Contains(drawn, value => value > 0);
    }

    [Fact]
    public void Streams_of_neighbouring_seeds_and_indices_differ()
    {
        var streams = new HashSet<ulong>();
        for (ulong seed = 0; seed < 100; seed++)
        {
            for (ulong index = 0; index < 100; index++)
            {
                Assert.True(streams.Add(CounterRandom.Stream(seed, index)));
            }
        }
    }
}
