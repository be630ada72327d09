namespace ParityHarness.Problems;

/// <summary>The arithmetic in which an honest implementation computes a dtype.</summary>
/// <param name="Roundoff">u, the unit roundoff of the accumulator; a 16-bit type is summed in float32.</param>
/// <param name="Eta">Half the accumulator's smallest subnormal; of float64 the whole.</param>
/// <param name="OutputRoundoff">u of the output where it is narrower, else 0.</param>
/// <param name="OutputEta">Half the output's smallest subnormal where it is narrower, else 0.</param>
/// <param name="Largest">Sums whose terms' magnitudes stay below it cannot overflow on the way.</param>
/// <param name="Overflow">From here on a number rounds to infinity; infinite where float64 cannot tell.</param>
internal readonly record struct Precision(double Roundoff, double Eta, double OutputRoundoff, double OutputEta, double Largest, double Overflow = double.PositiveInfinity)
{
    /// <summary>u of float32.</summary>
    public const double FloatRoundoff = 1.0 / (1 << 24);

    /// <summary>u of float64.</summary>
    public const double DoubleRoundoff = 1.0 / (1L << 53);

    /// <summary>Half the smallest float32: 2^-150.</summary>
    public const double FloatEta = 7.006492321624085e-46;

    /// <summary>The smallest float64; half of it is none.</summary>
    public const double DoubleEta = double.Epsilon;

    // 2^128 - 2^103, halfway between the largest float32 and 2^128. Of bfloat16 the halfway is lower; from here on its float32 sums overflow too.
    private const double FloatOverflow = 3.4028235677973366e38;

    // Roundings of the terms make sums this much larger at most.
    private const double Rounding = 1 + 1e-5;

    /// <summary>The precision of a dtype. int64 does not round.</summary>
    public static Precision Of(DType dtype) => dtype switch
    {
        DType.Float32 => new(FloatRoundoff, FloatEta, 0, 0, float.MaxValue / Rounding, FloatOverflow),

        // A complex product made of three real ones has sums of the parts as factors: up to twice the magnitude on the way.
        DType.Complex64 => new(FloatRoundoff, FloatEta, 0, 0, float.MaxValue / 2 / Rounding),
        DType.Complex128 => new(DoubleRoundoff, DoubleEta, 0, 0, double.MaxValue / 2 / Rounding),

        // Sums that are kept in 16 bits on the way may grow by more.
        DType.Float16 => new(FloatRoundoff, FloatEta, 1.0 / (1 << 11), 1.0 / (1 << 25), 65504.0 / 2, 65520),
        DType.BFloat16 => new(FloatRoundoff, FloatEta, 1.0 / (1 << 8), 4.591774807899561e-41, float.MaxValue / 2, FloatOverflow),
        _ => new(DoubleRoundoff, DoubleEta, 0, 0, double.MaxValue / Rounding),
    };

    /// <summary>The larger of both roundoffs.</summary>
    public double LargerRoundoff => Math.Max(Roundoff, OutputRoundoff);

    /// <summary>The larger of both etas.</summary>
    public double LargerEta => Math.Max(Eta, OutputEta);
}
