using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using ParityHarness.Problems;

namespace ParityHarness.Oracle;

/// <summary>Sums in the operands' own type where nothing can round: small integers in a float type, or int64 modulo 2^64.</summary>
internal sealed class ExactRowSum<T> : IRowSum<T>
    where T : unmanaged, INumber<T>
{
    private T[] _sums = [];

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(in RowOperands<T> operands, ReadOnlySpan<Reach> reaches, in ValueSpans values, long shift, int step)
    {
        Spans.Grow(ref _sums, operands.Length);
        var exact = values.Exact;
        var whole = values.Whole;
        foreach (var reach in reaches)
        {
            var sums = _sums.AsSpan(0, (int)(reach.End - reach.First));
            sums.Clear();
            for (var i = 0; i < operands.Channels; i++)
            {
                var weight = operands.Weight(i, reach);
                if (weight != T.Zero)
                {
                    AddScaled(sums, operands.Input(i, reach), weight);
                }
            }

            var o = reach.Output * step + shift;
            foreach (var sum in sums)
            {
                if (typeof(T) == typeof(long))
                {
                    whole[(int)o] += long.CreateTruncating(sum);
                }
                else
                {
                    exact[(int)o] += double.CreateTruncating(sum);
                }

                o += operands.Stride * step;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddScaled(Span<T> sums, ReadOnlySpan<T> input, T weight)
    {
        var i = 0;
        var w = new Vector<T>(weight);
        ref var target = ref MemoryMarshal.GetReference(sums);
        ref var source = ref MemoryMarshal.GetReference(input);
        for (; i + Vector<T>.Count <= sums.Length; i += Vector<T>.Count)
        {
            var sum = Vector.LoadUnsafe(ref target, (nuint)i) + Vector.LoadUnsafe(ref source, (nuint)i) * w;
            sum.StoreUnsafe(ref target, (nuint)i);
        }

        for (; i < sums.Length; i++)
        {
            sums[i] += input[i] * weight;
        }
    }
}
