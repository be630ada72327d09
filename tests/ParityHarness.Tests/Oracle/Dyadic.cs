using System.Numerics;

namespace ParityHarness.Tests.Oracle;

/// <summary>A number Mantissa * 2^Exponent, exactly: every finite double is one, and so are their sums and products.</summary>
internal readonly record struct Dyadic(BigInteger Mantissa, int Exponent)
{
    public static Dyadic Zero { get; } = new(BigInteger.Zero, 0);

    public static Dyadic Of(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)((bits >> 52) & 0x7FF);
        var fraction = bits & ((1L << 52) - 1);
        var mantissa = exponent == 0 ? fraction : fraction | (1L << 52);
        return new(bits < 0 ? -mantissa : mantissa, Math.Max(exponent, 1) - 1075);
    }

    public static Dyadic operator +(Dyadic a, Dyadic b) => a.Exponent <= b.Exponent
        ? new(a.Mantissa + (b.Mantissa << (b.Exponent - a.Exponent)), a.Exponent)
        : b + a;

    public static Dyadic operator -(Dyadic a, Dyadic b) => a + new Dyadic(-b.Mantissa, b.Exponent);

    public static Dyadic operator *(Dyadic a, Dyadic b) => new(a.Mantissa * b.Mantissa, a.Exponent + b.Exponent);

    public Dyadic Abs() => this with { Mantissa = BigInteger.Abs(Mantissa) };

    public bool IsAtMost(Dyadic other) => (this - other).Mantissa.Sign <= 0;
}
