using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;

using ParityHarness.Generation;
using ParityHarness.Kernels;
using ParityHarness.Problems;
using ParityHarness.Tensors;

namespace ParityHarness.Fixtures;

/// <summary>
/// An output as a row holds it: all values (<c>[1,3,6,6,5,3]</c>), a checksum (<c>hash:0123456789abcdef</c>) or 64
/// values with their flat indices (<c>sample:{0:1.5,17:2.25}</c>). A complex element counts as two values, the real
/// part and then the imaginary one.
/// </summary>
internal sealed class ExpectedOutput
{
    /// <summary>Outputs of up to so many values are held whole.</summary>
    public const int MostValues = 256;

    /// <summary>So many values make a sample.</summary>
    public const int SampleSize = 64;

    private const string HashPrefix = "hash:";
    private const string SamplePrefix = "sample:{";

    [JsonConstructor]
    internal ExpectedOutput(ExpectedKind kind, DType dType) => (Kind, DType) = (kind, dType);

    /// <summary>The output's dtype.</summary>
    public DType DType { get; }

    /// <summary>Which of the three.</summary>
    public ExpectedKind Kind { get; }

    /// <summary>The values, as the dtype holds them: all, or the sample's; empty for a checksum.</summary>
    [JsonInclude]
    public ImmutableArray<double> Values { get; internal init; } = [];

    /// <summary>The flat, row-major indices of the sample's values, ascending; empty for the other kinds.</summary>
    [JsonInclude]
    public ImmutableArray<long> Indices { get; internal init; } = [];

    /// <summary>The checksum; see <see cref="HashOf"/>.</summary>
    [JsonInclude]
    public ulong Hash { get; internal init; }

    /// <summary>
    /// What a row holds of an output: all of up to <see cref="MostValues"/> values, else a checksum where
    /// <paramref name="exact"/> says that every order of summation gives these bits, else a sample.
    /// </summary>
    public static ExpectedOutput Of(Tensor output, bool exact)
    {
        var count = output.ValueCount;
        if (count <= MostValues && AreDoubles(output))
        {
            var all = new double[count];
            for (var i = 0; i < all.Length; i++)
            {
                all[i] = output.At(i);
            }

            return new ExpectedOutput(ExpectedKind.Values, output.DType) { Values = [.. all] };
        }

        return exact || output.DType == DType.Int64
            ? new ExpectedOutput(ExpectedKind.Hash, output.DType) { Hash = HashOf(output) }
            : Sample(output, count);
    }

    /// <summary>
    /// A checksum of the elements in row-major order: 64-bit FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/) over
    /// the bytes of each value, the least significant first; -0 is taken as +0, and any NaN as the positive quiet NaN
    /// without payload.
    /// </summary>
    public static unsafe ulong HashOf(Tensor output)
    {
        var hash = 0xCBF29CE484222325;
        var count = output.ValueCount;
        switch (output.DType)
        {
            case DType.Float32 or DType.Complex64:
                for (var i = 0L; i < count; i++)
                {
                    var value = ((float*)output.Data)[i];
                    hash = Add(hash, float.IsNaN(value) ? 0x7FC00000 : value == 0 ? 0 : BitConverter.SingleToUInt32Bits(value), 4);
                }

                return hash;
            case DType.Float64 or DType.Complex128:
                for (var i = 0L; i < count; i++)
                {
                    var value = ((double*)output.Data)[i];
                    hash = Add(hash, double.IsNaN(value) ? 0x7FF8000000000000 : value == 0 ? 0 : BitConverter.DoubleToUInt64Bits(value), 8);
                }

                return hash;
            case DType.Float16 or DType.BFloat16:
                var nan = output.DType == DType.Float16 ? (ushort)0x7E00 : (ushort)0x7FC0;
                for (var i = 0L; i < count; i++)
                {
                    var value = output.At(i);
                    hash = Add(hash, double.IsNaN(value) ? nan : value == 0 ? 0ul : ((ushort*)output.Data)[i], 2);
                }

                return hash;
            default:
                var bytes = count * output.DType.Size();
                for (var i = 0L; i < bytes; i++)
                {
                    hash = Add(hash, output.Data[i], 1);
                }

                return hash;
        }
    }

    /// <summary>Reads the field <c>expected</c>.</summary>
    /// <param name="text">The field.</param>
    /// <param name="dtype">The output's type: values are rounded to it, so that the shortest text gives the same bits.</param>
    /// <param name="elements">Number of elements of the output.</param>
    /// <exception cref="FormatException">It cannot be read, or does not fit that many elements.</exception>
    public static ExpectedOutput Parse(string text, DType dtype, long elements)
    {
        var count = (Int128)elements * dtype.Parts();
        if (text.StartsWith(HashPrefix, StringComparison.Ordinal))
        {
            var digits = text.AsSpan(HashPrefix.Length);
            return digits.Length == 16 && digits.ContainsAnyExcept("0123456789abcdef") is false
                ? new ExpectedOutput(ExpectedKind.Hash, dtype) { Hash = ulong.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) }
                : throw new FormatException("a checksum is written like hash:0123456789abcdef, with 16 hexadecimal digits");
        }

        if (text.StartsWith("sample:", StringComparison.Ordinal))
        {
            return ParseSample(text, dtype, count);
        }

        var values = NumberText.Parse(text);
        return values.Length == count
            ? new ExpectedOutput(ExpectedKind.Values, dtype) { Values = Rounded(values, dtype) }
            : throw new FormatException($"holds {values.Length} values, but the output has {count}");
    }

    /// <summary>The field <c>expected</c>.</summary>
    public override string ToString() => Kind switch
    {
        ExpectedKind.Values => NumberText.Format(Values.AsSpan(), DType),
        ExpectedKind.Hash => HashPrefix + Hash.ToString("x16", CultureInfo.InvariantCulture),
        _ => SamplePrefix + string.Join(',', Indices.Zip(Values, (index, value) => $"{index}:{NumberText.Format(value, DType)}")) + "}",
    };

    private static ExpectedOutput Sample(Tensor output, long count)
    {
        // One index of each of 64 equal parts, drawn by the length alone: even steps would fall on few stride phases.
        var indices = new long[SampleSize];
        for (var i = 0; i < SampleSize; i++)
        {
            var start = (long)((Int128)count * i / SampleSize);
            var end = (long)((Int128)count * (i + 1) / SampleSize);
            indices[i] = start + (long)Math.BigMul(CounterRandom.At((ulong)count, (ulong)i), (ulong)(end - start), out _);
        }

        indices[0] = 0;
        indices[^1] = count - 1;
        return new ExpectedOutput(ExpectedKind.Sample, output.DType)
        {
            Indices = [.. indices],
            Values = [.. indices.Select(i => output.At(i))],
        };
    }

    private static ExpectedOutput ParseSample(string text, DType dtype, Int128 count)
    {
        var bad = new FormatException("a sample is written like sample:{0:1.5,17:2.25}");
        if (!text.StartsWith(SamplePrefix, StringComparison.Ordinal) || text[^1] != '}')
        {
            throw bad;
        }

        var indices = ImmutableArray.CreateBuilder<long>();
        var values = ImmutableArray.CreateBuilder<double>();
        foreach (var item in text[SamplePrefix.Length..^1].Split(','))
        {
            var colon = item.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0 || !long.TryParse(item.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            {
                throw bad;
            }

            if (index >= count)
            {
                throw new FormatException($"index {index} lies outside the output, which has {count} values");
            }

            if (indices.Count > 0 && index <= indices[^1])
            {
                throw new FormatException($"index {index} does not ascend");
            }

            indices.Add(index);
            values.AddRange(NumberText.Parse($"[{item[(colon + 1)..]}]"));
            if (values.Count != indices.Count)
            {
                throw bad;
            }
        }

        return new ExpectedOutput(ExpectedKind.Sample, dtype) { Indices = indices.DrainToImmutable(), Values = Rounded(values.DrainToImmutable(), dtype) };
    }

    private static ImmutableArray<double> Rounded(ImmutableArray<double> values, DType dtype) => dtype switch
    {
        DType.BFloat16 => [.. values.Select(v => (double)(float)(BFloat16)v)],
        DType.Float32 or DType.Complex64 => [.. values.Select(v => (double)(float)v)],
        DType.Float16 => [.. values.Select(v => (double)(Half)v)],
        _ => values,
    };

    private static ulong Add(ulong hash, ulong bits, int bytes)
    {
        for (var i = 0; i < bytes; i++)
        {
            hash = (hash ^ (byte)(bits >> (8 * i))) * 0x100000001B3;
        }

        return hash;
    }

    private static bool AreDoubles(Tensor output)
    {
        if (output.DType != DType.Int64)
        {
            return true;
        }

        return !output.Span<long>().ContainsAnyExceptInRange(-(1L << 53), 1L << 53);
    }
}
