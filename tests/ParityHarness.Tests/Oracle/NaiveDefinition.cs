using ParityHarness.Problems;
using ParityHarness.Tensors;

namespace ParityHarness.Tests.Oracle;

/// <summary>The terms of each output, by <see cref="NaiveProducts"/>.</summary>
internal static class NaiveDefinition
{
    /// <summary>(x, w) of every product that enters an output; the bias apart.</summary>
    public static IEnumerable<((double X, double W)[] Terms, double? Bias)> Outputs(Problem p, TensorSet tensors)
    {
        var length = NaiveProducts.OutputLength(p);
        var terms = new List<(double X, double W)>[(p.Unbatched ? 1 : p.Batch) * p.OutChannels * length];
        foreach (var (x, w, y) in NaiveProducts.Of(p))
        {
            (terms[y] ??= []).Add((tensors.Input.At(x), tensors.Weight.At(w)));
        }

        for (var y = 0L; y < terms.Length; y++)
        {
            yield return ([.. terms[y] ?? []], tensors.Bias?.At(y / length % p.OutChannels));
        }
    }

    public static Dyadic Exact((double X, double W)[] terms, double? bias) =>
        terms.Aggregate(Dyadic.Of(bias ?? 0), (sum, term) => sum + Dyadic.Of(term.X) * Dyadic.Of(term.W));

    public static Dyadic Magnitude((double X, double W)[] terms, double? bias) =>
        terms.Aggregate(Dyadic.Of(bias ?? 0).Abs(), (sum, term) => sum + (Dyadic.Of(term.X) * Dyadic.Of(term.W)).Abs());
}
