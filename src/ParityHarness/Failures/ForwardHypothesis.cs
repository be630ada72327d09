using ParityHarness.Problems;

namespace ParityHarness.Failures;

/// <summary>
/// What a call may have been taken to mean: the definition of ConvTranspose1d, y[n, o, t] = bias[o] + sum over taps k and
/// channels i of x[n, i, (t + padding - k*dilation)/stride] * w[i, o, k], in parts, each of which a wrong one replaces.
/// </summary>
/// <param name="cause">What is said of an implementation whose outputs are these.</param>
internal sealed class ForwardHypothesis(string cause) : IDefectHypothesis
{
    /// <inheritdoc/>
    public string Cause => cause;

    /// <summary>The parameters as they are taken.</summary>
    public Func<Sizes, Sizes> Parameters { get; init; } = s => s;

    /// <summary>Whether only the shape is predicted, and the values may be any.</summary>
    public bool IsOfShape { get; init; }

    /// <summary>Whether it is another one than the right one at such sizes, and can be evaluated.</summary>
    public Func<Sizes, bool> Concerns { get; init; } = _ => true;

    /// <summary>Output channels.</summary>
    public Func<Sizes, long> OutChannels { get; init; } = s => s.OutChannels;

    /// <summary>Output length.</summary>
    public Func<Sizes, long> OutputLength { get; init; } = s => s.OutputLength;

    /// <summary>For output t and tap k the input position times <see cref="Step"/>.</summary>
    public Func<Sizes, long, long, long> From { get; init; } = (s, t, k) => t + s.Padding - k * s.Dilation;

    /// <summary>Inputs stand so far apart.</summary>
    public Func<Sizes, long> Step { get; init; } = s => s.Stride;

    /// <summary>The batch item that is read for item n.</summary>
    public Func<Sizes, long, long> Item { get; init; } = (_, n) => n;

    /// <summary>The input channel that is read for channel c of a group.</summary>
    public Func<Sizes, long, long, long> Channel { get; init; } = (s, group, c) => group * s.GroupIn + c;

    /// <summary>Input channels that enter one output.</summary>
    public Func<Sizes, long> GroupIn { get; init; } = s => s.GroupIn;

    /// <summary>The flat index of the weight for group, channel c of the group, output channel o and tap k.</summary>
    public Func<Sizes, long, long, long, long, long> Weight { get; init; } =
        (s, group, c, o, k) => ((group * s.GroupIn + c) * s.GroupOut + o % s.GroupOut) * s.KernelSize + k;

    /// <summary>Whether tap k is left out for output t.</summary>
    public Func<Sizes, long, long, bool> LeavesOut { get; init; } = (_, _, _) => false;

    /// <summary>Which bias output channel o is given.</summary>
    public Func<Sizes, long, long> BiasChannel { get; init; } = (_, o) => o;

    /// <summary>How many times the bias enters output t, which has so many products.</summary>
    public Func<Sizes, long, long, double> BiasTimes { get; init; } = (_, _, _) => 1;

    /// <summary>What an input is taken for.</summary>
    public Func<double, double> OfInput { get; init; } = x => x;

    /// <summary>What a weight is taken for.</summary>
    public Func<double, double> OfWeight { get; init; } = w => w;

    /// <summary>The product of input and weight.</summary>
    public Func<double, double, double> Product { get; init; } = (x, w) => x * w;

    /// <summary>Whether taps that reach beyond the input multiply a zero.</summary>
    public bool MultipliesPadding { get; init; }

    /// <summary>What becomes of the sum at output t.</summary>
    public Func<Sizes, long, double, double> Result { get; init; } = (_, _, sum) => sum;

    /// <inheritdoc/>
    public bool IsAnother(in Sizes sizes, Pass pass) => Concerns(sizes);

    /// <inheritdoc/>
    public long[]? Shape(in Sizes sizes, Pass pass)
    {
        var s = Parameters(sizes);
        return OutputLength(s) is var length && length <= 0 || s.Rejection is not (null or RejectionReason.OutputSize) ? null : [s.Batch, OutChannels(s), length];
    }

    /// <inheritdoc/>
    public Prediction? Predict(in Sizes sizes, Evidence data)
    {
        if (IsOfShape || Shape(sizes, data.Problem.Pass) is not { } shape)
        {
            return null;
        }

        var s = Parameters(sizes);
        var answer = new Prediction(shape, data);
        var (channels, length, groupIn, step) = (OutChannels(s), OutputLength(s), GroupIn(s), Step(s));
        var groupOut = channels / s.Groups;
        var at = 0L;
        for (var n = 0L; n < s.Batch; n++)
        {
            var item = Item(s, n) * s.InChannels;
            for (var o = 0L; o < channels; o++)
            {
                var group = o / groupOut;
                for (var t = 0L; t < length; t++)
                {
                    var (sum, magnitude, products) = (0.0, 0.0, 0L);
                    for (var k = 0L; k < s.KernelSize; k++)
                    {
                        var from = From(s, t, k);
                        if (from < 0 || from % step != 0 || from / step >= s.Length)
                        {
                            // One weight will do: what is not finite shows, and nothing else changes the sum.
                            sum += MultipliesPadding ? 0 * data.Weight[Weight(s, group, 0, o, k)] : 0;
                            continue;
                        }

                        if (LeavesOut(s, t, k))
                        {
                            continue;
                        }

                        for (var c = 0L; c < groupIn; c++, products++)
                        {
                            var x = OfInput(data.Input[(item + Channel(s, group, c)) * s.Length + from / step]);
                            var w = OfWeight(data.Weight[Weight(s, group, c, o, k)]);
                            sum += Product(x, w);
                            magnitude += Math.Abs(x * w);
                        }
                    }

                    var times = data.Bias is null ? 0 : BiasTimes(s, t, products);
                    var bias = times == 0 ? 0 : times * data.Bias![BiasChannel(s, o)];
                    answer.Set(at++, Result(s, t, sum + bias), magnitude + Math.Abs(bias), products);
                }
            }
        }

        return answer;
    }
}
