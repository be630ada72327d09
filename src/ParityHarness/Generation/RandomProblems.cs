using System.Numerics;

using ParityHarness.Problems;

namespace ParityHarness.Generation;

/// <summary>
/// Draws legal problems. Sizes are log-uniform within a number of multiply-adds that is drawn first; boundaries are
/// drawn more often than chance would. Integer arithmetic only, so that a seed means the same on every machine.
/// </summary>
internal static class RandomProblems
{
    private const long ManyMultiplyAdds = 1 << 14;
    private const long DenseProducts = 16;

    // Newer libtorch takes another path for an input of more elements.
    private const long PathChange = 20480;

    private static ReadOnlySpan<byte> KernelSizes => [1, 1, 2, 2, 3, 3, 3, 4, 4, 5, 5, 7, 8, 9, 15, 16];

    public static Draft Draw(Profile profile, ref CounterRandom random)
    {
        var draft = new Draft
        {
            Regime = DrawRegime(ref random),
            DType = DrawDType(ref random),
            Form = random.OneIn(10) ? Form.Module : Form.Functional,
            HasBias = random.OneIn(2),
        };
        draft.Regime = Draft.RegimeOf(draft.DType, draft.Regime);
        var budget = random.OneIn(profile.LargeOneIn)
            ? LogUniform(ref random, profile.UsualMultiplyAdds, profile.MaxMultiplyAdds)
            : LogUniform(ref random, profile.LeastMultiplyAdds, profile.UsualMultiplyAdds);
        if (draft.Regime is not (Regime.Integer or Regime.Random))
        {
            budget = Math.Min(budget, profile.ExhaustiveMultiplyAdds);
        }

        DrawKernel(profile, ref random, ref draft, budget);
        DrawSizes(profile, ref random, ref draft, budget);
        Fit(profile, ref draft);
        DrawPaddings(ref random, ref draft);
        return draft;
    }

    private static DType DrawDType(ref CounterRandom random) => random.Below(32) switch
    {
        < 16 => DType.Float32,
        < 21 => DType.Float64,
        < 24 => DType.Float16,
        < 27 => DType.BFloat16,
        27 => DType.Int64,
        < 30 => DType.Complex64,
        _ => DType.Complex128,
    };

    private static Regime DrawRegime(ref CounterRandom random) => random.Below(20) switch
    {
        < 10 => Regime.Integer,
        < 16 => Regime.Random,
        16 => Regime.Wide,
        17 => Regime.Cancelling,
        _ => Regime.Special,
    };

    private static void DrawKernel(Profile profile, ref CounterRandom random, ref Draft draft, long budget)
    {
        var kernelSize = random.OneIn(8) ? random.Between(1, profile.MaxKernelSize) : random.Pick(KernelSizes);
        draft.KernelSize = Math.Min(Math.Min(kernelSize, budget), profile.MaxKernelSize);
        draft.Stride = random.Below(16) switch
        {
            < 5 => 1,
            < 8 => 2,
            8 => 3,
            9 => 4,
            10 => 5,
            11 => 8,
            < 14 => draft.KernelSize,
            14 => draft.KernelSize + random.Between(1, 4),
            _ => random.Between(1, 16),
        };
        draft.Dilation = random.Below(16) switch
        {
            < 9 => 1,
            < 11 => 2,
            11 => 3,
            12 => 4,
            13 => random.Between(5, 8),
            14 => draft.Stride + random.Between(1, 4),
            _ => draft.Stride * random.Between(1, 3),
        };
    }

    private static void DrawSizes(Profile profile, ref CounterRandom random, ref Draft draft, long budget)
    {
        var rest = budget / draft.KernelSize;
        draft.Batch = DrawBatch(profile, ref random, ref draft, rest);
        rest /= Math.Max(1, draft.Batch);

        // A large problem has many products for each element of input, weight and output, but for a few: elements cost
        // the harness more than products cost the runners.
        var dense = budget >= ManyMultiplyAdds && !random.OneIn(16);
        var leastLength = dense ? Math.Min(DenseProducts, rest) : 1;
        var leastIn = dense ? 1 + DenseProducts * draft.Stride / draft.KernelSize : 1;
        var leastOut = dense ? 1 + DenseProducts / draft.KernelSize : 1;

        // Of two draws the larger one for the length: else half of all small problems had L = 1.
        var lengthLimit = Math.Max(leastLength, rest / (leastIn * leastOut));
        var lengthShare = Math.Max(LogUniform(ref random, leastLength, lengthLimit), LogUniform(ref random, leastLength, lengthLimit));
        var channelBudget = Math.Max(1, rest / lengthShare);
        var kind = random.Below(16);
        var depthwise = kind is 9 or 10;
        if (depthwise && dense)
        {
            // No number of channels makes this one dense.
            rest = Math.Min(rest, ManyMultiplyAdds / draft.KernelSize / 2);
        }

        var groupLimit = depthwise ? Math.Min(channelBudget, profile.MaxChannels) : Math.Min(Math.Max(1, channelBudget / (leastIn * leastOut)), 8);
        draft.Groups = kind < 9 ? 1 : LogUniform(ref random, Math.Min(2, groupLimit), groupLimit);
        var channelLimit = profile.MaxChannels / draft.Groups;
        channelBudget = Math.Max(1, channelBudget / draft.Groups);
        rest = Math.Max(1, rest / draft.Groups);
        var inChannels = depthwise ? 1 : DrawShare(ref random, leastIn, channelBudget / leastOut, Math.Min(channelLimit, rest));
        channelBudget = Math.Max(1, channelBudget / inChannels);
        rest = Math.Max(1, rest / inChannels);
        var outChannels = depthwise && !random.OneIn(4) ? 1 : DrawShare(ref random, leastOut, channelBudget, Math.Min(channelLimit, rest));
        rest /= outChannels;
        draft.InChannels = inChannels * draft.Groups;
        draft.OutChannels = outChannels * draft.Groups;
        draft.Length = DrawLength(profile, ref random, in draft, leastLength, rest);
        if (draft.Length <= 32 && random.OneIn(24))
        {
            draft.Dilation = draft.Length + random.Between(1, 3);
        }
    }

    private static long DrawBatch(Profile profile, ref CounterRandom random, ref Draft draft, long rest)
    {
        switch (random.Below(64))
        {
            case < 32:
                return 1;
            case < 39:
                draft.Unbatched = true;
                return 1;
            case 39:
                return 0;
            case < 60:
                return Math.Min(rest, random.Between(2, 4));
            default:
                return LogUniform(ref random, 1, Math.Min(rest, profile.MaxBatch));
        }
    }

    private static long DrawLength(Profile profile, ref CounterRandom random, in Draft draft, long least, long rest)
    {
        var largest = Math.Min(rest, profile.MaxLength);
        least = Math.Min(least, largest);
        switch (random.Below(32))
        {
            case 0:
                return least;
            case 1:
                var straddling = PathChange / (Math.Max(1, draft.Batch) * draft.InChannels) + random.Between(0, 1);
                return straddling >= 1 && straddling <= largest ? straddling : largest;
            case < 12:
                // Just below, at and just above a multiple of a SIMD width.
                var width = 4L << random.Below(3);
                return Math.Clamp(largest / width * width + random.Between(-1, 1), 1, largest);
            case < 16:
                return LogUniform(ref random, least, largest);
            default:
                return largest;
        }
    }

    /// <summary>Makes the problem smaller until it needs no more memory than usual.</summary>
    private static void Fit(Profile profile, ref Draft draft)
    {
        draft.OutputPadding = Math.Max(draft.Stride, draft.Dilation) - 1;
        while (draft.Bytes > profile.UsualBytes)
        {
            if (draft.Length > 1)
            {
                draft.Length /= 2;
            }
            else if (draft.Batch > 1)
            {
                draft.Batch /= 2;
            }
            else
            {
                draft.OutChannels = draft.Groups;
                draft.KernelSize = 1;
                draft.Stride = 1;
                draft.Dilation = 1;
                return;
            }
        }
    }

    private static void DrawPaddings(ref CounterRandom random, ref Draft draft)
    {
        var largest = Math.Max(draft.Stride, draft.Dilation) - 1;
        draft.OutputPadding = random.Below(8) switch
        {
            < 4 => 0,
            4 => Math.Min(1, largest),
            5 => largest,
            // Legal, although it is no smaller than the stride.
            6 when draft.Dilation > draft.Stride => random.Between(draft.Stride, draft.Dilation - 1),
            _ => random.Between(0, largest),
        };
        largest = draft.LargestPadding;
        draft.Padding = random.Below(16) switch
        {
            < 6 => 0,
            < 9 => Math.Min(1, largest),
            < 12 => Math.Min(draft.Dilation * (draft.KernelSize - 1) / 2, largest),
            12 => largest,
            13 => random.Between(0, largest),
            _ => random.Between(0, Math.Min(draft.KernelSize, largest)),
        };
    }

    /// <summary>Log-uniform, at least <paramref name="least"/> as far as the limit allows.</summary>
    private static long DrawShare(ref CounterRandom random, long least, long share, long limit)
    {
        least = Math.Min(least, limit);
        return LogUniform(ref random, least, Math.Max(least, Math.Min(share, limit)));
    }

    /// <summary>A whole number in [low, high], low at least 1, each power of two being as likely as another.</summary>
    private static long LogUniform(ref CounterRandom random, long low, long high)
    {
        var power = (int)random.Between(BitOperations.Log2((ulong)low), BitOperations.Log2((ulong)high));
        return random.Between(Math.Max(low, 1L << power), Math.Min(high, (2L << power) - 1));
    }
}
