using ParityHarness.Problems;

namespace ParityHarness.Failures;

/// <summary>
/// What a call for gradients may have been taken to mean, in parts, each of which a wrong one replaces. With t = l*stride + k*dilation - padding, where
/// that is an output: grad_input[n, i, l] sums grad_output[n, o, t] * weight[i, o, k] over the output channels o of the group and the taps k;
/// grad_weight[i, o, k] sums grad_output[n, o, t] * input[n, i, l] over n and l; grad_bias[o] sums grad_output[n, o, t] over n and t.
/// </summary>
/// <param name="cause">What is said of an implementation whose answers are these.</param>
/// <param name="passes">The gradients that mean something else; of others the right one.</param>
internal sealed class GradientHypothesis(string cause, Pass passes) : IDefectHypothesis
{
    private static readonly GradientHypothesis Right = new("", default);

    /// <inheritdoc/>
    public string Cause => cause;

    /// <summary>Whether it is another one than the right one at such sizes.</summary>
    public Func<Sizes, bool> Concerns { get; init; } = _ => true;

    /// <summary>The output that input position l reaches by tap k, or what is not one.</summary>
    public Func<Sizes, long, long, long> To { get; init; } = (s, l, k) => l * s.Stride + k * s.Dilation - s.Padding;

    /// <summary>Whether the term of input position l and tap k is left out.</summary>
    public Func<Sizes, long, long, bool> LeavesOut { get; init; } = (_, _, _) => false;

    /// <summary>Whether grad_output's position t is left out.</summary>
    public Func<Sizes, long, bool> LeavesOutOutput { get; init; } = (_, _) => false;

    /// <summary>Whether batch item n is left out of a sum over the batch.</summary>
    public Func<Sizes, long, bool> LeavesOutItem { get; init; } = (_, _) => false;

    /// <summary>The batch item of grad_output that is read for item n of grad_input.</summary>
    public Func<Sizes, long, long> Item { get; init; } = (_, n) => n;

    /// <summary>The group whose grad_output belongs to input channel i.</summary>
    public Func<Sizes, long, long> Group { get; init; } = (s, i) => i / s.GroupIn;

    /// <summary>The input channel that is read for input channel i.</summary>
    public Func<Sizes, long, long> Channel { get; init; } = (_, i) => i;

    /// <summary>Output channels of a group that enter grad_input.</summary>
    public Func<Sizes, long> GroupOut { get; init; } = s => s.GroupOut;

    /// <summary>Where the weight for group, channel c of the group, output channel o of the group and tap k is read, and its gradient written.</summary>
    public Func<Sizes, long, long, long, long, long> Weight { get; init; } = (s, group, c, o, k) => ((group * s.GroupIn + c) * s.GroupOut + o) * s.KernelSize + k;

    /// <summary>What grad_output, input and weight are taken for.</summary>
    public Func<double, double> OfOperand { get; init; } = v => v;

    /// <summary>The product of grad_output with weight or input.</summary>
    public Func<double, double, double> Product { get; init; } = (g, v) => g * v;

    /// <summary>What becomes of a sum.</summary>
    public Func<Sizes, double, double> Result { get; init; } = (_, sum) => sum;

    /// <inheritdoc/>
    public bool IsAnother(in Sizes sizes, Pass pass) => Passes.Gradients.Any(g => pass.HasFlag(g) && passes.HasFlag(g)) && Concerns(sizes);

    /// <inheritdoc/>
    public long[]? Shape(in Sizes sizes, Pass pass) => sizes.Rejection is not null ? null : pass switch
    {
        Pass.GradInput => [sizes.Batch, sizes.InChannels, sizes.Length],
        Pass.GradWeight => [sizes.InChannels, sizes.GroupOut, sizes.KernelSize],
        Pass.GradBias => [sizes.OutChannels],
        _ => [Elements(sizes, pass)],
    };

    /// <inheritdoc/>
    public Prediction? Predict(in Sizes sizes, Evidence data)
    {
        var pass = data.Problem.Pass;
        if (Shape(sizes, pass) is not { } shape)
        {
            return null;
        }

        var answer = new Prediction(shape, data);
        var start = 0L;
        foreach (var gradient in Passes.Gradients.Where(g => pass.HasFlag(g)))
        {
            var asked = passes.HasFlag(gradient) ? this : Right;
            switch (gradient)
            {
                case Pass.GradInput: asked.PredictInput(sizes, data, answer, start); break;
                case Pass.GradWeight: asked.PredictWeight(sizes, data, answer, start); break;
                default: asked.PredictBias(sizes, data, answer, start); break;
            }

            start += Elements(sizes, gradient);
        }

        return answer;
    }

    private static long Elements(in Sizes s, Pass pass) =>
        (pass.HasFlag(Pass.GradInput) ? s.Batch * s.InChannels * s.Length : 0)
        + (pass.HasFlag(Pass.GradWeight) ? s.InChannels * s.GroupOut * s.KernelSize : 0)
        + (pass.HasFlag(Pass.GradBias) ? s.OutChannels : 0);

    private void PredictInput(Sizes s, Evidence data, Prediction answer, long at)
    {
        for (var n = 0L; n < s.Batch; n++)
        {
            for (var i = 0L; i < s.InChannels; i++)
            {
                for (var l = 0L; l < s.Length; l++)
                {
                    var sum = default(Sum);
                    for (var o = 0L; o < GroupOut(s); o++)
                    {
                        for (var k = 0L; k < s.KernelSize; k++)
                        {
                            if (Reads(s, l, k) is { } t)
                            {
                                Add(ref sum, data.GradOutput[(Item(s, n) * s.OutChannels + Group(s, i) * s.GroupOut + o) * s.OutputLength + t], data.Weight[Weight(s, i / s.GroupIn, i % s.GroupIn, o, k)]);
                            }
                        }
                    }

                    answer.Set(at++, Result(s, sum.Value), sum.Magnitude, sum.Terms);
                }
            }
        }
    }

    private void PredictWeight(Sizes s, Evidence data, Prediction answer, long start)
    {
        for (var i = 0L; i < s.InChannels; i++)
        {
            for (var o = 0L; o < s.GroupOut; o++)
            {
                for (var k = 0L; k < s.KernelSize; k++)
                {
                    var sum = default(Sum);
                    for (var n = 0L; n < s.Batch; n++)
                    {
                        for (var l = 0L; l < s.Length && !LeavesOutItem(s, n); l++)
                        {
                            if (Reads(s, l, k) is { } t)
                            {
                                Add(ref sum, data.GradOutput[(n * s.OutChannels + Group(s, i) * s.GroupOut + o) * s.OutputLength + t], data.Input[(n * s.InChannels + Channel(s, i)) * s.Length + l]);
                            }
                        }
                    }

                    answer.Set(start + Weight(s, i / s.GroupIn, i % s.GroupIn, o, k), Result(s, sum.Value), sum.Magnitude, sum.Terms);
                }
            }
        }
    }

    private void PredictBias(Sizes s, Evidence data, Prediction answer, long start)
    {
        for (var o = 0L; o < s.OutChannels; o++)
        {
            var sum = default(Sum);
            for (var n = 0L; n < s.Batch; n++)
            {
                for (var t = 0L; t < s.OutputLength && !LeavesOutItem(s, n); t++)
                {
                    if (!LeavesOutOutput(s, t))
                    {
                        Add(ref sum, data.GradOutput[(n * s.OutChannels + o) * s.OutputLength + t], 1);
                    }
                }
            }

            answer.Set(start + o, Result(s, sum.Value), sum.Magnitude, sum.Terms);
        }
    }

    private long? Reads(in Sizes s, long l, long k) =>
        To(s, l, k) is var t and >= 0 && t < s.OutputLength && !LeavesOut(s, l, k) && !LeavesOutOutput(s, t) ? t : null;

    private void Add(ref Sum sum, double gradOutput, double other)
    {
        var (g, v) = (OfOperand(gradOutput), OfOperand(other));
        sum.Value += Product(g, v);
        sum.Magnitude += Math.Abs(g * v);
        sum.Terms++;
    }

    private record struct Sum(double Value, double Magnitude, long Terms);
}
