using System.Numerics;

using ParityHarness.Comparison;
using ParityHarness.Problems;

namespace ParityHarness.Diagnosis;

/// <summary>What a <see cref="Meaning"/> makes of a problem: each output, and how far an honest sum may be from it.</summary>
internal sealed class Prediction
{
    /// <summary>[N, Cout, Lout].</summary>
    public required long[] Shape { get; init; }

    /// <summary>The outputs, in float64.</summary>
    public required double[] Values { get; init; }

    /// <summary>gamma_m * (sum|x||w| + |bias|) + m * eta of each; 0 where nothing can round.</summary>
    public required double[] Bounds { get; init; }

    /// <summary>How many products enter each output.</summary>
    public required long[] Products { get; init; }

    /// <summary>Evaluates a meaning.</summary>
    /// <param name="meaning">What the call is taken for.</param>
    /// <param name="sizes">Its sizes.</param>
    /// <param name="data">Its numbers.</param>
    public static Prediction Of(Meaning meaning, in Sizes sizes, Evidence data)
    {
        var s = sizes;
        var (channels, length, groupIn, step) = (meaning.OutChannels(s), meaning.OutputLength(s), meaning.GroupIn(s), meaning.Step(s));
        var groupOut = channels / s.Groups;
        var values = new double[s.Batch * channels * length];
        var bounds = new double[values.Length];
        var counts = new long[values.Length];
        var precision = Precision.Of(data.Problem.DType);
        var at = 0;
        for (var n = 0L; n < s.Batch; n++)
        {
            var item = meaning.Item(s, n) * s.InChannels;
            for (var o = 0L; o < channels; o++)
            {
                var group = o / groupOut;
                for (var t = 0L; t < length; t++, at++)
                {
                    var (sum, magnitude, products) = (0.0, 0.0, 0L);
                    for (var k = 0L; k < s.KernelSize; k++)
                    {
                        var from = meaning.From(s, t, k);
                        if (from < 0 || from % step != 0 || from / step >= s.Length)
                        {
                            // One weight will do: what is not finite shows, and nothing else changes the sum.
                            sum += meaning.MultipliesPadding ? 0 * data.Weight[meaning.Weight(s, group, 0, o, k)] : 0;
                            continue;
                        }

                        if (meaning.LeavesOut(s, t, k))
                        {
                            continue;
                        }

                        for (var c = 0L; c < groupIn; c++, products++)
                        {
                            var x = meaning.OfInput(data.Input[(item + meaning.Channel(s, group, c)) * s.Length + from / step]);
                            var w = meaning.OfWeight(data.Weight[meaning.Weight(s, group, c, o, k)]);
                            sum += meaning.Product(x, w);
                            magnitude += Math.Abs(x * w);
                        }
                    }

                    var bias = data.Bias is null ? 0 : meaning.BiasTimes(s, t, products) * data.Bias[meaning.BiasChannel(s, o)];
                    values[at] = meaning.Result(s, t, sum + bias);
                    counts[at] = products;

                    // Twice, for what this sum in float64 has itself lost where the problem is float64.
                    var terms = (products + 1) * precision.Roundoff * (data.Problem.DType == DType.Float64 ? 2 : 1);
                    bounds[at] = data.IsExact
                        ? 0
                        : terms / (1 - terms) * (magnitude + Math.Abs(bias)) + (products + 1) * precision.Eta
                            + precision.LargerRoundoff * Math.Abs(values[at]) + precision.LargerEta;
                }
            }
        }

        return new Prediction { Shape = [s.Batch, channels, length], Values = values, Bounds = bounds, Products = counts };
    }

    /// <summary>Whether an output is what is predicted.</summary>
    public bool Fits(int index, double actual, DType dtype)
    {
        var value = Values[index];
        var stored = dtype == DType.Float32 ? (float)value : value;
        return double.IsFinite(stored) && double.IsFinite(actual)
            ? actual == stored || Math.Abs(actual - value) <= Bounds[index]
            : actual.Equals(stored) || (double.IsInfinity(stored) && double.IsFinite(value) && double.IsInfinity(actual));
    }
}
