using ParityHarness.Problems;
using ParityHarness.Tensors;

namespace ParityHarness.Tests.Oracle;

/// <summary>
/// The terms of each output, gathered by the definition with nothing shared with the oracle: output o gets
/// input l at tap k where l*stride + k*dilation - padding = o.
/// </summary>
internal static class NaiveDefinition
{
    /// <summary>(x, w) of every product that enters an output, in the order of channels and then taps; the bias apart.</summary>
    public static IEnumerable<((double X, double W)[] Terms, double? Bias)> Outputs(Problem p, TensorSet tensors)
    {
        var groupIn = p.InChannels / p.Groups;
        var groupOut = p.OutChannels / p.Groups;
        var length = (p.Length - 1) * p.Stride - 2 * p.Padding + p.Dilation * (p.KernelSize - 1) + p.OutputPadding + 1;
        for (var n = 0L; n < (p.Unbatched ? 1 : p.Batch); n++)
        {
            for (var c = 0L; c < p.OutChannels; c++)
            {
                for (var o = 0L; o < length; o++)
                {
                    var terms = new List<(double X, double W)>();
                    for (var i = c / groupOut * groupIn; i < (c / groupOut + 1) * groupIn; i++)
                    {
                        for (var k = 0L; k < p.KernelSize; k++)
                        {
                            for (var l = 0L; l < p.Length; l++)
                            {
                                if (l * p.Stride + k * p.Dilation - p.Padding == o)
                                {
                                    terms.Add((tensors.Input.At((n * p.InChannels + i) * p.Length + l), tensors.Weight.At((i * groupOut + c % groupOut) * p.KernelSize + k)));
                                }
                            }
                        }
                    }

                    yield return ([.. terms], tensors.Bias?.At(c));
                }
            }
        }
    }

    public static Dyadic Exact((double X, double W)[] terms, double? bias) =>
        terms.Aggregate(Dyadic.Of(bias ?? 0), (sum, term) => sum + Dyadic.Of(term.X) * Dyadic.Of(term.W));

    public static Dyadic Magnitude((double X, double W)[] terms, double? bias) =>
        terms.Aggregate(Dyadic.Of(bias ?? 0).Abs(), (sum, term) => sum + (Dyadic.Of(term.X) * Dyadic.Of(term.W)).Abs());
}
