using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using ParityHarness.Problems;

namespace ParityHarness.Oracle;

/// <summary>Sums float32 in float64, where every product is exact.</summary>
internal sealed class DoubleRowSum : IRowSum<float>
{
    private double[] _sums = [];
    private double[] _magnitudes = [];

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(in RowOperands<float> operands, ReadOnlySpan<Reach> reaches, in ValueSpans values, long shift, int step)
    {
        Spans.Grow(ref _sums, operands.Length);
        Spans.Grow(ref _magnitudes, operands.Length);
        var exact = values.Exact;
        var magnitude = values.Magnitude;
        foreach (var reach in reaches)
        {
            var sums = _sums.AsSpan(0, (int)(reach.End - reach.First));
            var magnitudes = _magnitudes.AsSpan(0, sums.Length);
            sums.Clear();
            magnitudes.Clear();
            for (var i = 0; i < operands.Channels; i++)
            {
                AddScaled(sums, magnitudes, operands.Input(i, reach), operands.Weight(i, reach));
            }

            var o = reach.Output * step + shift;
            for (var l = 0; l < sums.Length; l++, o += operands.Stride * step)
            {
                exact[(int)o] += sums[l];
                magnitude[(int)o] += magnitudes[l];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddScaled(Span<double> sums, Span<double> magnitudes, ReadOnlySpan<float> input, double weight)
    {
        var width = Vector<double>.Count;
        var i = 0;
        var w = new Vector<double>(weight);
        ref var target = ref MemoryMarshal.GetReference(sums);
        ref var absolute = ref MemoryMarshal.GetReference(magnitudes);
        ref var source = ref MemoryMarshal.GetReference(input);
        for (; i + 2 * width <= sums.Length; i += 2 * width)
        {
            Vector.Widen(Vector.LoadUnsafe(ref source, (nuint)i), out var low, out var high);
            low *= w;
            high *= w;
            (Vector.LoadUnsafe(ref target, (nuint)i) + low).StoreUnsafe(ref target, (nuint)i);
            (Vector.LoadUnsafe(ref target, (nuint)(i + width)) + high).StoreUnsafe(ref target, (nuint)(i + width));
            (Vector.LoadUnsafe(ref absolute, (nuint)i) + Vector.Abs(low)).StoreUnsafe(ref absolute, (nuint)i);
            (Vector.LoadUnsafe(ref absolute, (nuint)(i + width)) + Vector.Abs(high)).StoreUnsafe(ref absolute, (nuint)(i + width));
        }

        for (; i < sums.Length; i++)
        {
            var product = input[i] * weight;
            sums[i] += product;
            magnitudes[i] += Math.Abs(product);
        }
    }
}
