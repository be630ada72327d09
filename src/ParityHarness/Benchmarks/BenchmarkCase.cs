using ParityHarness.Problems;

namespace ParityHarness.Benchmarks;

/// <summary>A problem that is timed.</summary>
/// <param name="Name">A fixture row's name, fuzz:INDEX, or problem:NUMBER.</param>
/// <param name="Problem">A legal one with an output; its form is the one that is timed.</param>
internal sealed record BenchmarkCase(string Name, Problem Problem)
{
    /// <summary>Why a problem cannot be timed; null where it can.</summary>
    public static string? WhyNot(Problem problem) => ProblemRules.Check(problem, out var length) is { } reason
        ? $"PyTorch rejects it ({Fixtures.ReasonText.Format(reason)})"
        : ProblemSize.CountOf(ProblemRules.OutputShape(problem, length)) is > 0 ? null : "its output is empty";

    /// <summary>
    /// Products of a problem that <see cref="WhyNot"/> has nothing against: those that reach an output, none that padding cuts off. The output,
    /// grad_input and grad_weight have equally many; an addition of grad_bias is half of one, as a product is two operations.
    /// </summary>
    public static long Products(Problem problem)
    {
        _ = ProblemRules.Check(problem, out var length);
        var geometry = new Geometry(problem, length);
        long pairs = 0;
        for (var k = 0L; k < geometry.KernelSize; k++)
        {
            if (geometry.TryReach(k, 0, length, out var reach))
            {
                pairs += reach.End - reach.First;
            }
        }

        var products = pairs * geometry.Batch * geometry.InChannels * geometry.GroupOut;
        if (!problem.IsBackward)
        {
            return products;
        }

        var outputs = geometry.Batch * geometry.GroupOut * geometry.Groups * length;
        return (problem.Pass.HasFlag(Pass.GradInput) ? products : 0)
            + (problem.Pass.HasFlag(Pass.GradWeight) ? products : 0)
            + (problem.Pass.HasFlag(Pass.GradBias) ? (outputs + 1) / 2 : 0);
    }

    /// <summary>Elements of the operands that the pass reads.</summary>
    public static long ElementsRead(Problem problem, Tensors.TensorSet tensors)
    {
        if (!problem.IsBackward)
        {
            return tensors.Input.Count + tensors.Weight.Count + (tensors.Bias?.Count ?? 0);
        }

        return tensors.GradOutput!.Count
            + (problem.Pass.HasFlag(Pass.GradInput) ? tensors.Weight.Count : 0)
            + (problem.Pass.HasFlag(Pass.GradWeight) ? tensors.Input.Count : 0);
    }
}
