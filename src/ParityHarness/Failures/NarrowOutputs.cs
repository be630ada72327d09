using System.Numerics;

using ParityHarness.Problems;

namespace ParityHarness.Failures;

/// <summary>Whether outputs have fewer significant bits than their dtype: then they were rounded to a narrower one.</summary>
internal static class NarrowOutputs
{
    private const int FewestOutputs = 24;

    /// <summary>What the outputs were rounded to, or null where they use all their bits.</summary>
    public static string? Describe(IReadOnlyList<Evidence> completed)
    {
        // Integers have few bits by themselves, and so have few outputs.
        var evidence = completed.Where(e => e.Problem.DType is DType.Float32 or DType.Float64 && e.HasActual && !e.IsExact && e.Problem.Regime == Regime.Random).ToArray();
        foreach (var same in evidence.GroupBy(e => e.Problem.DType))
        {
            double[] outputs = [.. same.SelectMany(e => e.Actual).Where(v => v != 0 && double.IsFinite(v))];
            var (all, bits) = (same.Key == DType.Float64 ? 53 : 24, outputs.Length == 0 ? 0 : outputs.Max(SignificantBits));
            if (outputs.Length >= FewestOutputs && bits < all - 2)
            {
                return bits switch
                {
                    8 => "sums or results are rounded to bfloat16: no output has more than 8 significant bits",
                    11 => "sums or results are rounded to float16 or TF32: no output has more than 11 significant bits",
                    24 => "sums or results are rounded to float32: no output has more than 24 significant bits",
                    _ => $"the last {all - bits} bits of every output are zero",
                };
            }
        }

        return null;
    }

    private static int SignificantBits(double value)
    {
        var mantissa = BitConverter.DoubleToUInt64Bits(value) & ((1UL << 52) - 1) | 1UL << 52;
        return 53 - BitOperations.TrailingZeroCount(mantissa);
    }
}
