using System.Collections.Immutable;

using ParityHarness.Problems;

namespace ParityHarness.Failures;

/// <summary>
/// The problems whose parameters are a little simpler than those of a given one, the boldest first. Each step lowers something and raises
/// nothing, so that no chain of steps goes on for ever.
/// </summary>
internal static class ParameterSteps
{
    private const long Huge = 64;

    private static readonly ImmutableArray<(Func<Problem, long> Get, Func<Problem, long, Problem> Set, long Least)> Sizes =
    [
        (p => p.Batch, (p, v) => p with { Batch = v }, 1),
        (p => p.Length, (p, v) => p with { Length = v }, 1),
        (p => p.KernelSize, (p, v) => p with { KernelSize = v }, 1),
        (p => p.Stride, (p, v) => p with { Stride = v }, 1),
        (p => p.Dilation, (p, v) => p with { Dilation = v }, 1),
        (p => p.Padding, (p, v) => p with { Padding = v }, 0),
        (p => p.OutputPadding, (p, v) => p with { OutputPadding = v }, 0),
    ];

    /// <summary>Simpler parameters: fewer overrides, plainer words, smaller sizes.</summary>
    public static IEnumerable<Problem> Of(Problem problem)
    {
        foreach (var plainer in Plainer(problem))
        {
            yield return plainer;
        }

        foreach (var smaller in Small(problem).Concat(FewerChannels(problem)))
        {
            yield return Literals.Fit(problem, smaller);
        }

        foreach (var smaller in LessSpread(problem))
        {
            yield return Literals.Fit(problem, smaller);
        }

        foreach (var (get, set, least) in Sizes)
        {
            foreach (var value in Towards(get(problem), least))
            {
                yield return Literals.Fit(problem, set(problem, value));
            }
        }

        // A shorter input often fails only with less padding, and a smaller stride with less output_padding.
        foreach (var half in (long[])[2, 0])
        {
            long Less(long value, long least) => half > 0 ? Math.Max(value / half, least) : Math.Max(value - 1, least);
            yield return Literals.Fit(problem, problem with { Length = Less(problem.Length, 1), Padding = Less(problem.Padding, 0) });
            yield return Literals.Fit(problem, problem with { KernelSize = Less(problem.KernelSize, 1), Padding = Less(problem.Padding, 0) });
            yield return Literals.Fit(problem, problem with { Stride = Less(problem.Stride, 1), OutputPadding = Less(problem.OutputPadding, 0) });
            yield return Literals.Fit(problem, problem with { Dilation = Less(problem.Dilation, 1), OutputPadding = Less(problem.OutputPadding, 0) });
            yield return Literals.Fit(problem, problem with { Stride = Less(problem.Stride, 1), Padding = Less(problem.Padding, 0) });
            yield return Literals.Fit(problem, problem with { Dilation = Less(problem.Dilation, 1), Padding = Less(problem.Padding, 0) });
        }
    }

    /// <summary>
    /// The plainest problems that share one, two or three traits with a given one: most defects need no more, and who crashes is spared the many
    /// steps in between.
    /// </summary>
    public static IEnumerable<Problem> Plainest(Problem p)
    {
        if (p.HasOverrides || p.OutputSize is not null || Literals.Has(p) || p.Groups <= 0 || p.InChannels % p.Groups != 0 || p.OutChannels % p.Groups != 0)
        {
            yield break;
        }

        var plain = new Problem { Pass = p.Pass, Regime = p.Regime, DataSeed = p.DataSeed, DType = p.DType, PaddingMode = p.PaddingMode };
        Func<Problem, Problem>[] traits =
        [
            .. ((Func<Problem, Problem>[])
            [
                q => q with { Length = p.Length },
                q => q with { KernelSize = p.KernelSize },
                q => q with { Stride = p.Stride },
                q => q with { Dilation = p.Dilation },
                q => q with { Padding = p.Padding },
                q => q with { OutputPadding = p.OutputPadding },
                q => q with { Groups = p.Groups, InChannels = Math.Max(q.InChannels, p.Groups), OutChannels = Math.Max(q.OutChannels, p.Groups) },
                q => q with { InChannels = p.InChannels },
                q => q with { OutChannels = p.OutChannels },
                q => q with { Batch = p.Batch, Unbatched = p.Unbatched },
                q => q with { HasBias = p.HasBias },
                q => q with { Form = p.Form },
            ]).Where(trait => trait(plain) != plain),
        ];
        yield return plain;
        for (var a = 0; a < traits.Length; a++)
        {
            yield return traits[a](plain);
        }

        for (var a = 0; a < traits.Length; a++)
        {
            for (var b = a + 1; b < traits.Length; b++)
            {
                yield return traits[b](traits[a](plain));
            }
        }

        for (var a = 0; a < traits.Length; a++)
        {
            for (var b = a + 1; b < traits.Length; b++)
            {
                for (var c = b + 1; c < traits.Length; c++)
                {
                    yield return traits[c](traits[b](traits[a](plain)));
                }
            }
        }
    }

    private static IEnumerable<Problem> Plainer(Problem problem)
    {
        // One gradient of several, never the forward pass in place of a gradient.
        foreach (var gradient in problem.Pass.GradientCount() > 1 ? Passes.Gradients.Where(one => problem.Pass.HasFlag(one)) : [])
        {
            yield return problem with { Pass = gradient, HasBias = problem.HasBias };
        }

        foreach (var gradient in problem.Pass.GradientCount() > 2 ? Passes.Gradients : [])
        {
            yield return problem with { Pass = problem.Pass & ~gradient, HasBias = problem.HasBias };
        }

        if (problem.HasOverrides)
        {
            yield return problem with
            {
                InputShapeOverride = null,
                WeightShapeOverride = null,
                BiasShapeOverride = null,
                WeightDType = null,
                BiasDType = null,
                StrideList = null,
                PaddingList = null,
                OutputPaddingList = null,
                DilationList = null,
            };
            yield return problem with { InputShapeOverride = null };
            yield return problem with { WeightShapeOverride = null };
            yield return problem with { BiasShapeOverride = null };
            yield return problem with { WeightDType = null };
            yield return problem with { BiasDType = null };
            yield return problem with { StrideList = null };
            yield return problem with { PaddingList = null };
            yield return problem with { OutputPaddingList = null };
            yield return problem with { DilationList = null };
        }

        yield return problem with { OutputSize = null };
        yield return problem with { PaddingMode = PaddingMode.Zeros };
        if (problem.OutputSize is null && problem.PaddingMode == PaddingMode.Zeros)
        {
            yield return problem with { Form = Form.Functional };
        }

        if (problem.HasBias && !problem.Pass.HasFlag(Pass.GradBias))
        {
            yield return problem with { HasBias = false, BiasShapeOverride = null, BiasDType = null, BiasValues = null };
        }

        // An empty batch shows less than one item.
        yield return problem with { Unbatched = false, Batch = problem.Unbatched || problem.Batch == 0 ? 1 : problem.Batch };
        if (problem.InputValues is null)
        {
            yield return problem with { Regime = Regime.Integer };
            yield return problem with { DataSeed = 0 };
            yield return problem with { DataSeed = Math.Min(problem.DataSeed, 1) };
        }

        if (problem.DType != DType.Float32 && !problem.DType.IsNeverImplemented() && problem.InputValues is null)
        {
            yield return problem with { DType = DType.Float32 };
        }
    }

    /// <summary>Small numbers in place of huge ones, all at once: one by one they would leave outputs of gigabytes, or none.</summary>
    private static IEnumerable<Problem> Small(Problem p)
    {
        if (Math.Max(Math.Max(p.Stride, p.Dilation), Math.Max(p.Padding, p.OutputPadding)) <= Huge)
        {
            yield break;
        }

        foreach (var outputPadding in (long[])[0, 1])
        {
            foreach (var padding in (long[])[0, 1, 2])
            {
                foreach (var stride in (long[])[1, 2, 3])
                {
                    foreach (var dilation in (long[])[1, 2])
                    {
                        yield return p with
                        {
                            Stride = Math.Min(p.Stride, stride),
                            Dilation = Math.Min(p.Dilation, dilation),
                            Padding = Math.Min(p.Padding, padding),
                            OutputPadding = Math.Min(p.OutputPadding, outputPadding),
                        };
                    }
                }
            }
        }
    }

    private static IEnumerable<Problem> FewerChannels(Problem problem)
    {
        var g = problem.Groups;
        if (g <= 0 || problem.InChannels % g != 0 || problem.OutChannels % g != 0)
        {
            foreach (var value in Towards(problem.Groups, 1))
            {
                yield return problem with { Groups = value };
            }

            foreach (var value in Towards(problem.InChannels, 1))
            {
                yield return problem with { InChannels = value };
            }

            foreach (var value in Towards(problem.OutChannels, 1))
            {
                yield return problem with { OutChannels = value };
            }

            yield break;
        }

        var (ins, outs) = (problem.InChannels / g, problem.OutChannels / g);
        foreach (var groups in Towards(g, 1))
        {
            yield return problem with { Groups = groups, InChannels = ins * groups, OutChannels = outs * groups };
        }

        // As many channels in fewer groups is not simpler by number, but one group is by itself.
        if (g > 1)
        {
            yield return problem with { Groups = 1 };
        }

        foreach (var value in Towards(ins, 1))
        {
            yield return problem with { InChannels = value * g };
        }

        foreach (var value in Towards(outs, 1))
        {
            yield return problem with { OutChannels = value * g };
        }
    }

    /// <summary>A huge dilation or stride, and with it the padding that takes the output it makes away.</summary>
    private static IEnumerable<Problem> LessSpread(Problem p)
    {
        if (p.Dilation > Huge && p.Padding > Huge)
        {
            foreach (var dilation in Towards(p.Dilation, 1))
            {
                yield return p with { Dilation = dilation, Padding = (long)Int128.Max(0, p.Padding - (Int128)(p.Dilation - dilation) * (p.KernelSize - 1) / 2) };
            }
        }

        if (p.Stride > Huge && p.Padding > Huge)
        {
            foreach (var stride in Towards(p.Stride, 1))
            {
                yield return p with { Stride = stride, Padding = (long)Int128.Max(0, p.Padding - (Int128)(p.Stride - stride) * (p.Length - 1) / 2) };
            }
        }
    }

    /// <summary>Values between one that fails and the least there is: the least, then halfway ever closer, then one less.</summary>
    private static IEnumerable<long> Towards(long value, long least)
    {
        if (value <= least)
        {
            // An illegal value may be what fails: it is brought near, since -1 says as much as -2^40.
            if (value < least - 1)
            {
                yield return least;
                yield return least - 1;
            }

            yield break;
        }

        var distance = (Int128)value - least;
        yield return least;
        for (var left = distance / 2; left > 0; left /= 2)
        {
            yield return (long)(value - left);
        }
    }
}
