using ParityHarness.Problems;
using ParityHarness.Tensors;

namespace ParityHarness.Tests.Oracle;

/// <summary>The products of each element of a gradient, by <see cref="NaiveProducts"/>. A summand of grad_bias is a product with 1.</summary>
internal static class NaiveGradientTerms
{
    /// <summary>Of each element of the answer, gradient after gradient.</summary>
    public static List<(double X, double W)>[] Of(Problem p, TensorSet tensors)
    {
        var (length, batch) = (NaiveProducts.OutputLength(p), p.Unbatched ? 1 : p.Batch);
        var ofInput = Lists(batch * p.InChannels * p.Length);
        var ofWeight = Lists(p.InChannels * (p.OutChannels / p.Groups) * p.KernelSize);
        var ofBias = Lists(p.OutChannels);
        foreach (var (x, w, y) in NaiveProducts.Of(p))
        {
            ofInput[x].Add((tensors.GradOutput!.At(y), tensors.Weight.At(w)));
            ofWeight[w].Add((tensors.GradOutput.At(y), tensors.Input.At(x)));
        }

        for (var y = 0L; y < batch * p.OutChannels * length; y++)
        {
            ofBias[y / length % p.OutChannels].Add((tensors.GradOutput!.At(y), 1));
        }

        return [
            .. p.Pass.HasFlag(Pass.GradInput) ? ofInput : [],
            .. p.Pass.HasFlag(Pass.GradWeight) ? ofWeight : [],
            .. p.Pass.HasFlag(Pass.GradBias) ? ofBias : [],
        ];
    }

    private static List<(double X, double W)>[] Lists(long count) => [.. Enumerable.Range(0, (int)count).Select(_ => new List<(double X, double W)>())];
}
