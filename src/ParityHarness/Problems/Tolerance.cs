using System.Globalization;

namespace ParityHarness.Problems;

/// <summary>
/// Who decides whether two values agree: the oracle's error bound with accuracy (the default), PyTorch's
/// torch.testing.assert_close, a number of units in the last place, or |actual - expected| &lt;= atol + rtol*|expected|.
/// </summary>
public sealed class Tolerance
{
    private enum Judge
    {
        Bound,
        Torch,
        Ulp,
        Fixed,
    }

    private readonly Judge _judge;
    private readonly double _rtol;
    private readonly double _atol;
    private readonly ulong _ulps;

    private Tolerance(Judge judge, string text, double rtol = 0, double atol = 0, ulong ulps = 0) =>
        (_judge, Text, _rtol, _atol, _ulps) = (judge, text, rtol, atol, ulps);

    /// <summary>The oracle's bound, with accuracy.</summary>
    public static Tolerance Bound { get; } = new(Judge.Bound, "bound");

    /// <summary>torch.testing.assert_close with its default rtol and atol for the dtype.</summary>
    public static Tolerance Torch { get; } = new(Judge.Torch, "torch");

    /// <summary>At most so many units in the last place of the dtype.</summary>
    public static Tolerance Ulps(ulong count) => new(Judge.Ulp, string.Create(CultureInfo.InvariantCulture, $"ulp:{count}"), ulps: count);

    /// <summary>|actual - expected| &lt;= atol + rtol * |expected|, as torch.allclose.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One of them is negative or not finite.</exception>
    public static Tolerance Close(double rtol, double atol)
    {
        if (!(rtol >= 0 && double.IsFinite(rtol)))
        {
            throw new ArgumentOutOfRangeException(nameof(rtol), rtol, "rtol is finite and not negative");
        }

        if (!(atol >= 0 && double.IsFinite(atol)))
        {
            throw new ArgumentOutOfRangeException(nameof(atol), atol, "atol is finite and not negative");
        }

        return new(Judge.Fixed, string.Create(CultureInfo.InvariantCulture, $"{rtol:R},{atol:R}"), rtol, atol);
    }

    /// <summary>It as the command line takes it: bound, torch, ulp:N or RTOL,ATOL.</summary>
    internal string Text { get; }

    /// <summary>It as C# makes it.</summary>
    internal string Code => _judge switch
    {
        Judge.Ulp => $"Tolerance.Ulps({_ulps})",
        Judge.Fixed => string.Create(CultureInfo.InvariantCulture, $"Tolerance.Close({_rtol:R}, {_atol:R})"),
        var judge => $"Tolerance.{judge}",
    };

    /// <summary>Whether the oracle decides.</summary>
    internal bool IsBound => _judge == Judge.Bound;

    /// <summary>torch.testing.assert_close's default rtol and atol (https://pytorch.org/docs/stable/testing.html).</summary>
    internal static (double Rtol, double Atol) TorchDefaults(DType dtype) => dtype switch
    {
        DType.Float16 => (1e-3, 1e-5),
        DType.BFloat16 => (1.6e-2, 1e-5),
        DType.Float32 or DType.Complex64 => (1.3e-6, 1e-5),
        DType.Float64 or DType.Complex128 => (1e-7, 1e-7),
        _ => (0, 0),
    };

    /// <summary>Reads bound, torch, ulp:N or RTOL,ATOL.</summary>
    /// <exception cref="FormatException">It is none of these.</exception>
    internal static Tolerance Parse(string text)
    {
        if (text == "bound")
        {
            return Bound;
        }

        if (text == "torch")
        {
            return Torch;
        }

        if (text.StartsWith("ulp:", StringComparison.Ordinal)
            && ulong.TryParse(text.AsSpan(4), NumberStyles.None, CultureInfo.InvariantCulture, out var ulps))
        {
            return new(Judge.Ulp, text, ulps: ulps);
        }

        var parts = text.Split(',');
        if (parts.Length == 2 && TryNumber(parts[0], out var rtol) && TryNumber(parts[1], out var atol))
        {
            return new(Judge.Fixed, text, rtol, atol);
        }

        throw new FormatException($"'{text}' is not a tolerance; write bound, torch, ulp:4 or RTOL,ATOL as in 1e-5,1e-8");
    }

    /// <summary>Whether two values agree. NaN agrees with NaN. Not for <see cref="IsBound"/>.</summary>
    internal bool Agree(double actual, double expected, DType dtype)
    {
        if (actual == expected || (double.IsNaN(actual) && double.IsNaN(expected)))
        {
            return true;
        }

        if (!double.IsFinite(actual) || !double.IsFinite(expected))
        {
            return false;
        }

        if (_judge == Judge.Ulp)
        {
            return UlpsBetween(actual, expected, dtype) <= _ulps;
        }

        var (rtol, atol) = _judge == Judge.Fixed ? (_rtol, _atol) : TorchDefaults(dtype);
        return Math.Abs(actual - expected) <= atol + rtol * Math.Abs(expected);
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static bool TryNumber(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value) && value >= 0;

    private static ulong UlpsBetween(double a, double b, DType dtype) => dtype.PartType() switch
    {
        DType.Float32 => (ulong)Math.Abs((long)Ordered((float)a) - Ordered((float)b)),

        // The upper half of float32 counts by 2^16 of its units.
        DType.BFloat16 => (ulong)Math.Abs((long)Ordered((float)a) - Ordered((float)b)) >> 16,
        DType.Float16 => (ulong)Math.Abs(Ordered((Half)a) - Ordered((Half)b)),
        _ => (ulong)UInt128.Min(ulong.MaxValue, (UInt128)Int128.Abs(Ordered(a) - Ordered(b))),
    };

    private static int Ordered(Half value)
    {
        var bits = (int)BitConverter.HalfToInt16Bits(value);
        return bits >= 0 ? bits : short.MinValue - bits;
    }

    private static int Ordered(float value)
    {
        var bits = BitConverter.SingleToInt32Bits(value);
        return bits >= 0 ? bits : int.MinValue - bits;
    }

    private static Int128 Ordered(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        return bits >= 0 ? bits : (Int128)long.MinValue - bits;
    }
}
