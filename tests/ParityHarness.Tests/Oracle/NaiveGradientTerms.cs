using ParityHarness.Problems;
using ParityHarness.Tensors;

namespace ParityHarness.Tests.Oracle;

/// <summary>
/// The products of each element of a gradient, found by going through every product of the forward pass and asking whose
/// gradient it feeds; nothing is shared with the oracle. A summand of grad_bias is a product with 1.
/// </summary>
internal static class NaiveGradientTerms
{
    /// <summary>Of each element of the answer, gradient after gradient.</summary>
    public static List<(double X, double W)>[] Of(Problem p, TensorSet tensors)
    {
        ProblemRules.Check(p, out var outputLength);
        var (groupIn, groupOut) = (p.InChannels / p.Groups, p.OutChannels / p.Groups);
        var batch = p.Unbatched ? 1 : p.Batch;
        var ofInput = Lists(batch * p.InChannels * p.Length);
        var ofWeight = Lists(p.InChannels * groupOut * p.KernelSize);
        var ofBias = Lists(p.OutChannels);
        for (var n = 0L; n < batch; n++)
        {
            for (var c = 0L; c < p.OutChannels; c++)
            {
                for (var t = 0L; t < outputLength; t++)
                {
                    var gradient = tensors.GradOutput!.At((n * p.OutChannels + c) * outputLength + t);
                    ofBias[c].Add((gradient, 1));
                    for (var i = c / groupOut * groupIn; i < (c / groupOut + 1) * groupIn; i++)
                    {
                        for (var l = 0L; l < p.Length; l++)
                        {
                            for (var k = 0L; k < p.KernelSize; k++)
                            {
                                if (l * p.Stride + k * p.Dilation - p.Padding == t)
                                {
                                    var (x, w) = ((n * p.InChannels + i) * p.Length + l, (i * groupOut + c % groupOut) * p.KernelSize + k);
                                    ofInput[x].Add((gradient, tensors.Weight.At(w)));
                                    ofWeight[w].Add((gradient, tensors.Input.At(x)));
                                }
                            }
                        }
                    }
                }
            }
        }

        return [
            .. p.Pass.HasFlag(Pass.GradInput) ? ofInput : [],
            .. p.Pass.HasFlag(Pass.GradWeight) ? ofWeight : [],
            .. p.Pass.HasFlag(Pass.GradBias) ? ofBias : [],
        ];
    }

    private static List<(double X, double W)>[] Lists(long count) => [.. Enumerable.Range(0, (int)count).Select(_ => new List<(double X, double W)>())];
}
