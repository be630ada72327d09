using ParityHarness.Oracle;
using ParityHarness.Problems;
using ParityHarness.Tensors;

namespace ParityHarness.Judging;

/// <summary>The values of an answer at the places that the oracle evaluated.</summary>
internal static class EvaluatedValues
{
    /// <summary>The values as float64, one for each slot of the oracle; <paramref name="buffer"/> is kept for the next call.</summary>
    public static ReadOnlySpan<double> Gather(OracleEvaluator oracle, Tensor tensor, ref double[] buffer)
    {
        var count = oracle.Count;
        if (buffer.Length < count)
        {
            buffer = new double[Math.Max(count, Math.Min(Array.MaxLength, 2L * buffer.Length))];
        }

        var values = buffer.AsSpan(0, count);
        if (!oracle.IsExhaustive)
        {
            var indices = oracle.Indices;
            for (var i = 0; i < count; i++)
            {
                values[i] = tensor.At(indices[i]);
            }

            return values;
        }

        switch (tensor.DType.PartType())
        {
            case DType.Float64:
                tensor.Values<double>().CopyTo(values);
                break;
            case DType.Float32:
                Spans.ToDouble(tensor.Values<float>(), values);
                break;
            default:
                for (var i = 0; i < count; i++)
                {
                    values[i] = tensor.At(i);
                }

                break;
        }

        return values;
    }
}
