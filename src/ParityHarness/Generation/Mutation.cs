using ParityHarness.Problems;

namespace ParityHarness.Generation;

/// <summary>Problems near a given one: other numbers in the tensors, or a parameter a little larger or smaller.</summary>
internal static class Mutation
{
    private const int Tries = 16;

    /// <summary>A legal problem within the bounds of a profile that differs from a legal one in one or two things.</summary>
    public static Problem Of(Problem problem, Profile profile, ref CounterRandom random)
    {
        for (var tries = 0; tries < Tries; tries++)
        {
            var other = Change(problem with { DataSeed = random.Next() >> 32 }, ref random);
            if (random.OneIn(3))
            {
                other = Change(other, ref random);
            }

            if (ProblemRules.Check(other, out _) is null && ProblemSize.MultiplyAdds(other) <= profile.MaxMultiplyAdds && ProblemSize.Bytes(other) <= profile.MaxBytes)
            {
                return other;
            }
        }

        return problem with { DataSeed = random.Next() >> 32 };
    }

    private static Problem Change(Problem p, ref CounterRandom random)
    {
        var groups = Math.Max(1, p.Groups);
        return random.Below(16) switch
        {
            < 5 => p, // other numbers alone
            5 => p with { Length = Near(p.Length, 1, ref random) },
            6 => p with { Length = p.Length * 2 },
            7 => p with { KernelSize = Near(p.KernelSize, 1, ref random) },
            8 => p with { InChannels = groups * Near(p.InChannels / groups, 1, ref random) },
            9 => p with { OutChannels = groups * Near(p.OutChannels / groups, 1, ref random) },
            10 => p with { Stride = Near(p.Stride, 1, ref random) },
            11 => p with { Dilation = Near(p.Dilation, 1, ref random) },
            12 => p with { Padding = Near(p.Padding, 0, ref random) },
            13 => p with { OutputPadding = Near(p.OutputPadding, 0, ref random) },
            14 => p with { Regime = random.Pick<Regime>([Regime.Random, Regime.Wide, Regime.Cancelling]) },
            _ => p.Unbatched ? p with { HasBias = !p.HasBias } : p with { Batch = Near(p.Batch, 1, ref random) },
        };
    }

    private static long Near(long value, long least, ref CounterRandom random) => Math.Max(least, random.Below(4) switch
    {
        0 => value - 1,
        1 => value + 1,
        2 => value / 2,
        _ => value * 2,
    });
}
