using System.Globalization;

namespace ParityHarness.Kernels;

/// <summary>The upper half of an IEEE 754 binary32: 8 bits of exponent, 8 bits of precision. PyTorch's bfloat16.</summary>
/// <param name="Bits">The 16 bits as they stand in memory.</param>
public readonly record struct BFloat16(ushort Bits)
{
    /// <summary>The exact value.</summary>
    public static explicit operator float(BFloat16 value) => BitConverter.UInt32BitsToSingle((uint)value.Bits << 16);

    /// <summary>Rounded to nearest, ties to even; a NaN stays one.</summary>
    public static explicit operator BFloat16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value)
            ? new BFloat16((ushort)((bits >> 16) | 0x40))
            : new BFloat16((ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16));
    }

    /// <summary>Rounded once, to nearest, ties to even.</summary>
    public static explicit operator BFloat16(double value)
    {
        // To odd first: a float32 that is inexact ends in a 1, so that it is no tie of the second rounding where the value is none.
        float single = (float)value;
        if (single != value && float.IsFinite(single))
        {
            int bits = BitConverter.SingleToInt32Bits(single);
            if (Math.Abs((double)single) > Math.Abs(value))
            {
                bits--; // towards zero
            }

            single = BitConverter.Int32BitsToSingle(bits | 1);
        }

        return (BFloat16)single;
    }

    /// <inheritdoc/>
    public override string ToString() => ((float)this).ToString(CultureInfo.InvariantCulture);
}
