using ParityHarness.Kernels;

using Xunit;

namespace ParityHarness.Tests.Kernels;

public class NarrowFloatsTests
{
    public static TheoryData<SimdLevel> Levels => [.. SimdLevels.Supported];

    [Theory]
    [MemberData(nameof(Levels))]
    public void Every_float16_and_bfloat16_widens_exactly_and_comes_back(SimdLevel level)
    {
        var halves = Enumerable.Range(0, 1 << 16).Select(bits => BitConverter.UInt16BitsToHalf((ushort)bits)).ToArray();
        var brains = Enumerable.Range(0, 1 << 16).Select(bits => new BFloat16((ushort)bits)).ToArray();
        var (wide, wideBrains) = (new float[1 << 16], new float[1 << 16]);
        NarrowFloats.Widen(halves, wide, level);
        NarrowFloats.Widen(brains, wideBrains, level);
        var (back, backBrains) = (new Half[1 << 16], new BFloat16[1 << 16]);
        NarrowFloats.Narrow(wide, back, level);
        NarrowFloats.Narrow(wideBrains, backBrains, level);
        for (var i = 0; i < 1 << 16; i++)
        {
            Assert.Equal((float)halves[i], wide[i]);
            Assert.Equal(BitConverter.Int32BitsToSingle(i << 16), wideBrains[i]);
            Assert.True(Half.IsNaN(halves[i]) ? Half.IsNaN(back[i]) : BitConverter.HalfToUInt16Bits(back[i]) == i, $"{i:x4}");
            Assert.True(float.IsNaN(wideBrains[i]) ? float.IsNaN((float)backBrains[i]) : backBrains[i].Bits == i, $"{i:x4}");
        }
    }

    /// <summary>Between all neighbours: just below the middle, the middle, just above it.</summary>
    [Theory]
    [MemberData(nameof(Levels))]
    public void Between_two_neighbours_it_is_rounded_to_the_nearest_and_a_tie_to_the_even_one(SimdLevel level)
    {
        var middles = new List<float>();
        for (var bits = 0; bits < 0x7C00; bits++)
        {
            var (low, high) = ((double)BitConverter.UInt16BitsToHalf((ushort)bits), bits == 0x7BFF ? 65536.0 : (double)BitConverter.UInt16BitsToHalf((ushort)(bits + 1)));
            var middle = (float)((low + high) / 2);
            middles.AddRange([MathF.BitDecrement(middle), middle, MathF.BitIncrement(middle), -middle]);
        }

        var source = middles.ToArray();
        var halves = new Half[source.Length];
        NarrowFloats.Narrow(source, halves, level);
        for (var i = 0; i < source.Length; i++)
        {
            var bits = i / 4;
            var upper = (i % 4) switch { 0 => false, 2 => true, _ => bits % 2 == 1 };
            Assert.Equal(bits + (upper ? 1 : 0), BitConverter.HalfToUInt16Bits(halves[i]) & 0x7FFF);
        }

        float[] exact = [1.00390625f, 1.01171875f, MathF.BitIncrement(1.00390625f), MathF.BitDecrement(1.01171875f), float.MaxValue, 1e-40f];
        var brains = new BFloat16[exact.Length];
        NarrowFloats.Narrow(exact, brains, level);
        Assert.Equal([1f, 1.015625f, 1.0078125f, 1.0078125f, float.PositiveInfinity], brains[..5].Select(b => (float)b));
    }

    [Fact]
    public void A_double_is_rounded_to_bfloat16_once()
    {
        // Rounded to float32 first it would become the tie 1 + 2^-8, and then 1.
        Assert.Equal(1.0078125f, (float)(BFloat16)(1 + Math.ScaleB(1, -8) + Math.ScaleB(1, -40)));
        Assert.Equal(1f, (float)(BFloat16)(1 + Math.ScaleB(1, -8)));
        Assert.Equal(-1.0078125f, (float)(BFloat16)(-1 - Math.ScaleB(1, -8) - Math.ScaleB(1, -40)));
        Assert.True(float.IsPositiveInfinity((float)(BFloat16)1e300));
        Assert.True(float.IsNaN((float)(BFloat16)double.NaN));
    }
}
