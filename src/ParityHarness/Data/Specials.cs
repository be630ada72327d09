using ParityHarness.Problems;

namespace ParityHarness.Data;

/// <summary>
/// Puts special values into random tensors. One problem has one flavour, so that most outputs stay judgeable:
/// NaN, infinities, signed zeros, denormals, or magnitudes near overflow.
/// </summary>
internal static class Specials
{
    private const int Flavours = 5;

    /// <summary>Changes about one element in eight, at least one; denormals and huge values change all.</summary>
    public static void Insert(Tensor tensor, ulong seed, ulong stream)
    {
        if (tensor.Count == 0)
        {
            return;
        }

        var single = tensor.DType == DType.Float32;
        var flavour = (int)(CounterRandom.At(seed, 79) % Flavours);
        switch (flavour)
        {
            case 3:
                // Products fall into and below the denormals: factors around 2^-70 (2^-535 in float64).
                ScaleAll(tensor, single ? -70 : -535);
                return;
            case 4:
                // Products come near the largest finite value: factors around 2^63 (2^511).
                ScaleAll(tensor, single ? 63 : 511);
                return;
        }

        var count = Math.Max(1, tensor.Count / 8);
        for (var j = 0L; j < count; j++)
        {
            var bits = CounterRandom.At(~stream, (ulong)j);
            var index = (long)(bits % (ulong)tensor.Count);
            var negative = (bits >> 62) % 2 == 1;
            var value = flavour switch
            {
                0 => double.NaN,
                1 => negative ? double.NegativeInfinity : double.PositiveInfinity,
                _ => negative ? -0.0 : 0.0,
            };
            DataFiller.Store(tensor, index, value, "");
            if (flavour < 2 && j >= 1)
            {
                return;
            }
        }
    }

    private static void ScaleAll(Tensor tensor, int exponent)
    {
        var factor = BitConverter.Int64BitsToDouble((long)(1023 + exponent) << 52);
        for (var i = 0L; i < tensor.Count; i++)
        {
            DataFiller.Store(tensor, i, tensor.At(i) * factor, "");
        }
    }
}
