using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using ParityHarness.Problems;

namespace ParityHarness.Oracle;

/// <summary>
/// Sums float64 as if in twice the working precision: what each product and each addition loses is summed beside
/// (Ogita, Rump and Oishi, "Accurate sum and dot product", 2005).
/// </summary>
internal sealed class CompensatedRowSum : IRowSum<double>
{
    private double[] _sums = [];
    private double[] _lows = [];
    private double[] _magnitudes = [];

    /// <summary>Adds by Knuth's TwoSum: what rounding lost is returned.</summary>
    public static double AddTwo(ref double sum, double value)
    {
        var old = sum;
        sum = old + value;
        var part = sum - old;
        return old - (sum - part) + (value - part);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(in RowOperands<double> operands, ReadOnlySpan<Reach> reaches, in ValueSpans values, long shift, int step)
    {
        Spans.Grow(ref _sums, operands.Length);
        Spans.Grow(ref _lows, operands.Length);
        Spans.Grow(ref _magnitudes, operands.Length);
        var exact = values.Exact;
        var low = values.Low;
        var magnitude = values.Magnitude;
        foreach (var reach in reaches)
        {
            var sums = _sums.AsSpan(0, (int)(reach.End - reach.First));
            var lows = _lows.AsSpan(0, sums.Length);
            var magnitudes = _magnitudes.AsSpan(0, sums.Length);
            sums.Clear();
            lows.Clear();
            magnitudes.Clear();
            for (var i = 0; i < operands.Channels; i++)
            {
                AddScaled(sums, lows, magnitudes, operands.Input(i, reach), operands.Weight(i, reach));
            }

            var o = reach.Output * step + shift;
            for (var l = 0; l < sums.Length; l++, o += operands.Stride * step)
            {
                low[(int)o] += lows[l] + AddTwo(ref exact[(int)o], sums[l]);
                magnitude[(int)o] += magnitudes[l];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddScaled(Span<double> sums, Span<double> lows, Span<double> magnitudes, ReadOnlySpan<double> input, double weight)
    {
        var i = 0;
        var w = new Vector<double>(weight);
        ref var target = ref MemoryMarshal.GetReference(sums);
        ref var rest = ref MemoryMarshal.GetReference(lows);
        ref var absolute = ref MemoryMarshal.GetReference(magnitudes);
        ref var source = ref MemoryMarshal.GetReference(input);
        for (; i + Vector<double>.Count <= sums.Length; i += Vector<double>.Count)
        {
            var x = Vector.LoadUnsafe(ref source, (nuint)i);
            var product = x * w;
            var productLow = Vector.FusedMultiplyAdd(x, w, -product);
            var old = Vector.LoadUnsafe(ref target, (nuint)i);
            var total = old + product;
            var part = total - old;
            var totalLow = old - (total - part) + (product - part);
            total.StoreUnsafe(ref target, (nuint)i);
            (Vector.LoadUnsafe(ref rest, (nuint)i) + (totalLow + productLow)).StoreUnsafe(ref rest, (nuint)i);
            (Vector.LoadUnsafe(ref absolute, (nuint)i) + Vector.Abs(product)).StoreUnsafe(ref absolute, (nuint)i);
        }

        for (; i < sums.Length; i++)
        {
            var product = input[i] * weight;
            lows[i] += AddTwo(ref sums[i], product) + Math.FusedMultiplyAdd(input[i], weight, -product);
            magnitudes[i] += Math.Abs(product);
        }
    }
}
