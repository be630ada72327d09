namespace ParityHarness.Problems;

/// <summary>How many terms the elements of an output or a gradient are sums of.</summary>
internal static class TermCounts
{
    /// <summary>At most so many products enter an output: channels of a group times the taps of one stride phase.</summary>
    public static long OfOutput(Problem problem)
    {
        var shape = problem.WeightShape;
        if (shape.Length != 3 || problem.Groups <= 0 || shape[0] <= 0)
        {
            return 1;
        }

        var stride = Math.Max(1, problem.StrideArgument.Value);
        var dilation = Math.Max(1, problem.DilationArgument.Value);
        var step = stride / CommonDivisor.Of(stride, dilation);
        var taps = shape[2] / step + (shape[2] % step != 0 ? 1 : 0);
        var length = problem.InputShape.Length > 0 ? Math.Max(1, problem.InputShape[^1]) : 1;
        var terms = (Int128)Math.Max(1, shape[0] / problem.Groups) * Math.Max(1, Math.Min(taps, length));
        return (long)Int128.Min(terms, long.MaxValue);
    }

    /// <summary>
    /// At most so many terms enter an element of a gradient: of grad_input channels of a group times taps, of grad_weight batch
    /// items times input positions, of grad_bias batch items times output positions. A tap reaches no more outputs than there
    /// are, and no more inputs than lie a stride apart in them.
    /// </summary>
    public static long OfGradient(Problem problem, Pass gradient)
    {
        if (ProblemRules.Check(problem, out var outputLength) is not null)
        {
            return 1;
        }

        var (input, weight) = (problem.InputShape, problem.WeightShape);
        var (batch, stride) = (input.Length == 2 ? 1 : input[0], problem.StrideArgument.Value);
        var terms = gradient switch
        {
            Pass.GradInput => (Int128)weight[1] * Math.Min(weight[2], outputLength),
            Pass.GradWeight => (Int128)batch * Math.Min(input[^1], (outputLength - 1) / stride + 1),
            _ => (Int128)batch * outputLength,
        };
        return (long)Int128.Clamp(terms, 1, long.MaxValue);
    }

    /// <summary>The most terms of an element that the problem asks for: of the output, or of any of its gradients.</summary>
    public static long Most(Problem problem)
    {
        if (!problem.IsBackward)
        {
            return OfOutput(problem);
        }

        var most = 1L;
        foreach (var gradient in (ReadOnlySpan<Pass>)[Pass.GradInput, Pass.GradWeight, Pass.GradBias])
        {
            most = problem.Pass.HasFlag(gradient) ? Math.Max(most, OfGradient(problem, gradient)) : most;
        }

        return most;
    }
}
