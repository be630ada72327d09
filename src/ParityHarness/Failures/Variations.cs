using ParityHarness.Problems;

namespace ParityHarness.Failures;

/// <summary>
/// Problems by which causes are told from each other: neighbours of a failing one, with one or two of its parameters set otherwise, and
/// problems in which every part of the definition matters.
/// </summary>
internal static class Variations
{
    private const long MostMultiplyAdds = 20_000_000;

    private static readonly Problem[] Rich =
    [
        .. ((string[])
        [
            "n3_ic4_oc6_l7_k3_s2_p1_op1_d2_g2_bias float32 forward integer seed11",
            "n2_ic3_oc5_l9_k4_s3_p2_bias float32 forward integer seed12",
            "ic2_oc2_l6_k3_s2_d3_op2_bias float32 forward integer seed13",
            "n2_ic6_oc4_l5_k3_s1_p1_g2_bias float32 forward random seed14",
            "ic3_oc2_l17_k5_s1 float32 forward random seed15",
            "ic2_oc3_l12_k3_s2_bias float64 forward random seed16",
            "ic2_oc2_l8_k2_s3_bias float32 forward integer seed17",
            "ic1_oc1_l33_k1 float32 forward integer seed18",
            "n2_ic4_oc4_l11_k3_s3_p2_op2_g4 float32 forward random seed19",
            "ic2_oc4_l6_k5_s2_p3_d2_bias_unbatched float32 forward integer seed20",
        ]).Select(ProblemText.Parse),
    ];

    private static readonly (string Parameter, Func<Problem, Problem> Change)[] Changes =
    [
        .. Set("batch", [1, 2, 3, 0], (p, v) => p with { Unbatched = false, Batch = v }),
        ("batch", p => p with { Unbatched = true }),
        .. Set("length", [1, 2, 3, 5, 9], (p, v) => p with { Length = v }),
        ("length", p => p with { Length = p.Length + 1 }),
        ("length", p => p with { Length = p.Length + 12 }),
        .. Set("kernel", [1, 2, 3, 4, 5], (p, v) => p with { KernelSize = v }),
        ("kernel", p => p with { KernelSize = p.KernelSize + 1 }),
        ("kernel", p => p with { KernelSize = p.KernelSize + 4 }),
        .. Set("stride", [1, 2, 3, 4, 6], (p, v) => p with { Stride = v }),
        ("stride", p => p with { Stride = p.Stride + 1 }),
        ("stride", p => p with { Stride = p.Stride + 5 }),
        ("stride", p => p with { Stride = p.Stride - 1 }),
        .. Set("dilation", [1, 2, 3, 4, 6], (p, v) => p with { Dilation = v }),
        ("dilation", p => p with { Dilation = p.Dilation + 1 }),
        ("dilation", p => p with { Dilation = p.Dilation - 1 }),
        ("dilation", p => p with { Dilation = p.Dilation + 5 }),
        .. Set("padding", [0, 1, 2, 3], (p, v) => p with { Padding = v }),
        ("padding", p => p with { Padding = p.Padding + 1, Length = p.Length + 2 }),
        ("padding", p => p with { Padding = p.Padding - 1 }),
        ("padding", p => p with { Padding = p.Padding + 3, Length = p.Length + 6 }),
        .. Set("output_padding", [0, 1, 2], (p, v) => p with { OutputPadding = v }),
        ("output_padding", p => p with { OutputPadding = p.OutputPadding + 1, Stride = p.Stride + 2 }),
        .. Set("groups", [1, 2, 3, 4], (p, v) => p with { Groups = v, InChannels = Conditions.PerGroup(p.InChannels, p) * v, OutChannels = Conditions.PerGroup(p.OutChannels, p) * v }),
        .. Set("in_channels", [1, 2, 3, 4], (p, v) => p with { InChannels = v * p.Groups }),
        ("in_channels", p => p with { InChannels = p.InChannels + p.Groups }),
        ("in_channels", p => p with { InChannels = p.InChannels - p.Groups }),
        .. Set("out_channels", [1, 2, 3, 4], (p, v) => p with { OutChannels = v * p.Groups }),
        ("out_channels", p => p with { OutChannels = p.OutChannels + p.Groups }),
        ("out_channels", p => p with { OutChannels = p.OutChannels - p.Groups }),
        ("bias", p => p with { HasBias = !p.HasBias, BiasValues = null }),
        ("form", p => p with { Form = p.Form == Form.Module ? Form.Functional : Form.Module }),
        .. ((DType[])[DType.Float32, DType.Float64, DType.Float16, DType.BFloat16, DType.Int64]).Select(dtype => ("dtype", (Func<Problem, Problem>)(p => p with { DType = dtype }))),
    ];

    /// <summary>A problem with one parameter set otherwise; legal ones.</summary>
    public static IEnumerable<Problem> One(Problem problem) => Kept(problem, Changes.Select(c => c.Change(problem)));

    /// <summary>A problem with two parameters set otherwise; legal ones.</summary>
    public static IEnumerable<Problem> Two(Problem problem) => Kept(
        problem,
        from a in Changes
        from b in Changes
        where string.CompareOrdinal(a.Parameter, b.Parameter) < 0
        select b.Change(a.Change(problem)));

    /// <summary>Problems in which every part of the definition matters, and each with one parameter set otherwise.</summary>
    public static IEnumerable<Problem> InWhichAllMatters(Problem problem)
    {
        var rich = Rich.Select(r => r with { Pass = problem.Pass, DType = problem.DType }).ToArray();
        return rich.Concat(rich.SelectMany(r => Kept(r, Changes.Select(c => c.Change(r)))));
    }

    /// <summary>The same problem with many kinds of special numbers, where those are what matters.</summary>
    public static IEnumerable<Problem> WithSpecials(Problem problem)
    {
        var plain = Experiments.Plain(problem);
        for (var seed = 1UL; seed <= 24; seed++)
        {
            yield return plain with { Regime = Regime.Special, DataSeed = seed + (seed % 2 == 0 ? 0 : 1UL << 32), Length = plain.Length + 4, KernelSize = plain.KernelSize + 3 };
        }

        if (problem is { IsBackward: false, DType: DType.Float32 })
        {
            // Denormal inputs; denormal products with a normal sum; a denormal sum of normal products; and products of every size.
            yield return ProblemText.Parse("l2_k1 input=[1e-39,1] weight=[0.5]");
            yield return ProblemText.Parse("ic2_l1_k1 input=[1e-20,1e-20] weight=[8e-19,8e-19]");
            yield return ProblemText.Parse("ic2_l1_k1 input=[1e-19,-1e-19] weight=[1.5e-19,1.4e-19]");
            yield return ProblemText.Parse("l31_k1") with { InputValues = [.. Enumerable.Range(0, 31).Select(i => Math.ScaleB(1.2345678806304932, -4 * i))], WeightValues = [1.3700000047683716] };
        }
    }

    private static IEnumerable<Problem> Kept(Problem from, IEnumerable<Problem> all) =>
        all.Where(p => p != from && ProblemRules.Check(p, out _) is null && ProblemSize.MultiplyAdds(p) <= MostMultiplyAdds).Distinct();

    /// <summary>The same of each other gradient, by itself.</summary>
    public static IEnumerable<Problem> OtherGradients(Problem problem) =>
        problem.IsBackward ? Passes.Gradients.Where(gradient => gradient != problem.Pass).Select(gradient => problem with { Pass = gradient, HasBias = problem.HasBias }) : [];

    private static IEnumerable<(string Parameter, Func<Problem, Problem> Change)> Set(string parameter, long[] values, Func<Problem, long, Problem> set) =>
        values.Select(value => (parameter, (Func<Problem, Problem>)(p => set(p, value))));
}
