using ParityHarness.Generation;
using ParityHarness.Problems;

namespace ParityHarness.Failures;

/// <summary>Problems by which meanings are told from each other: around a failing one, and some in which every part of the definition matters.</summary>
internal static class Probes
{
    private static readonly string[] Rich =
    [
        "n3_ic4_oc6_l7_k3_s2_p1_op1_d2_g2_bias float32 forward integer seed11",
        "n2_ic3_oc5_l9_k4_s3_p2_bias float32 forward integer seed12",
        "ic2_oc2_l6_k3_s2_d3_op2_bias float32 forward integer seed13",
        "n2_ic6_oc4_l5_k3_s1_p1_g2_bias float32 forward random seed14",
        "ic3_oc2_l17_k5_s1 float32 forward random seed15",
        "ic2_oc3_l12_k3_s2_bias float64 forward random seed16",
        "ic2_oc2_l8_k2_s3_bias float32 forward integer seed17",
        "ic1_oc1_l33_k1 float32 forward integer seed18",
    ];

    // Beside a problem whose padding takes nearly all of a huge output away stand some with all of it.
    private const long MostBytes = 64 << 20;

    /// <summary>All of them, the failing one's neighbours first; none twice, and none that is large.</summary>
    public static IEnumerable<Problem> Around(Problem problem) =>
        Neighbours(problem).Concat(Rich.Select(ProblemText.Parse).Select(rich => rich with { Pass = problem.Pass })).Distinct().Where(p => ProblemSize.Bytes(p) <= MostBytes);

    private static IEnumerable<Problem> Neighbours(Problem problem)
    {
        var plain = problem with { InputValues = null, WeightValues = null, BiasValues = null, GradOutputValues = null, Regime = Regime.Integer };
        var (wide, narrow) = (Seeds(isWide: true), Seeds(isWide: false));
        foreach (var seed in (ulong[])[wide[0], wide[1], narrow[0], narrow[1]])
        {
            yield return plain with { DataSeed = seed };
        }

        yield return plain with { Regime = Regime.Random, DataSeed = 1 };
        yield return plain with { Regime = Regime.Random, DataSeed = 2 };
        if (problem.Regime == Regime.Special || HasSpecials(problem))
        {
            for (var seed = 1UL; seed <= 24; seed++)
            {
                yield return plain with { Regime = Regime.Special, DataSeed = seed + (seed % 2 == 0 ? 0 : 1UL << 32), Length = plain.Length + 4, KernelSize = plain.KernelSize + 3 };
            }
        }

        foreach (var changed in Changed(plain))
        {
            yield return changed with { DataSeed = narrow[2] };
            yield return changed with { DataSeed = wide[2] };
        }
    }

    private static IEnumerable<Problem> Changed(Problem p)
    {
        yield return p with { Unbatched = false, Batch = p.Unbatched ? 2 : p.Batch + 2 };
        yield return p with { Unbatched = false, Batch = 1 };
        yield return p with { HasBias = !p.HasBias };
        yield return p with { Length = p.Length + 1 };
        yield return p with { Length = p.Length + 9 };
        yield return p with { KernelSize = p.KernelSize + 1 };
        yield return p with { KernelSize = p.KernelSize + 3, Length = p.Length + 2 };
        yield return p with { Stride = p.Stride + 1, Length = p.Length + 2 };
        yield return p with { Dilation = p.Dilation + 1, Length = p.Length + 2 };
        yield return p with { InChannels = p.InChannels + p.Groups };
        yield return p with { OutChannels = p.OutChannels + p.Groups };
        yield return p with { InChannels = p.InChannels * 4, OutChannels = p.OutChannels * 6, Groups = p.Groups * 2 };
        yield return p with { Padding = p.Padding + 1, Length = p.Length + 3 };
        yield return p with { OutputPadding = p.OutputPadding + 1, Stride = p.Stride + 2 };
        yield return p with { DType = p.DType == DType.Float64 ? DType.Float32 : DType.Float64 };
    }

    private static ulong[] Seeds(bool isWide)
    {
        var seeds = new List<ulong>();
        for (var seed = 1UL; seeds.Count < 3; seed++)
        {
            if (IntegerLimits.IsWide(seed) == isWide)
            {
                seeds.Add(seed);
            }
        }

        return [.. seeds];
    }

    private static bool HasSpecials(Problem problem) =>
        new[] { problem.InputValues, problem.WeightValues, problem.BiasValues, problem.GradOutputValues }.Any(values => values is { } v && v.Any(x => !double.IsFinite(x) || (x != 0 && Math.Abs(x) < 1e-37)));
}
