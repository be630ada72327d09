using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

/// <summary>Weights in the order in which the tiles read them: [class][group][tile][channel][tap][8 rows].</summary>
internal static unsafe class PackedWeights
{
    private const int ChannelsAtATime = 16;

    /// <summary>Packs PyTorch's [Cin, Cout/groups, K] into target, at least <see cref="TilePlan.PackedElements"/> long; tells whether all are finite.</summary>
    public static bool Pack<T>(in TilePlan plan, ReadOnlySpan<T> weight, Span<T> target)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* from = weight, to = target)
        {
            Pack(plan, from, to);
        }

        return ForwardPass<T>.AreFinite(weight);
    }

    private static void Pack<T>(in TilePlan plan, T* weight, T* target)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        nint group = (nint)plan.Channels * plan.OutputChannels * plan.KernelSize;
        foreach (var phases in (ReadOnlySpan<PhaseClass>)[plan.Longer, plan.Shorter])
        {
            for (nint g = 0; g < plan.Groups && phases.Phases > 0; g++)
            {
                PackClass(plan, phases, weight + (g * group), target);
                target += plan.PackedElementsOf(phases);
            }
        }
    }

    // By few channels at a time, since rows of the source lie far apart: so each is read on from where the last tile left it.
    private static void PackClass<T>(in TilePlan plan, in PhaseClass phases, T* weight, T* target)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        nint* source = stackalloc nint[TilePlan.TileRows];
        int rows = plan.OutputChannels * phases.Phases;
        for (int first = 0; first < plan.Channels; first += ChannelsAtATime)
        {
            int channels = Math.Min(ChannelsAtATime, plan.Channels - first);
            T* from = weight + ((nint)first * plan.OutputChannels * plan.KernelSize);
            T* to = target + ((nint)first * phases.Taps * TilePlan.TileRows);
            for (int tile = 0; tile < rows; tile += TilePlan.TileRows)
            {
                bool together = true;
                (int channel, int phase) = Math.DivRem(tile, phases.Phases);
                for (int r = 0; r < TilePlan.TileRows; r++)
                {
                    // A row that does not exist repeats the last one; what it gives is never stored.
                    source[r] = tile + r < rows ? ((nint)channel * plan.KernelSize) + phases.FirstPhase + phase : source[r - 1];
                    together &= source[r] == source[0] + r;
                    if (++phase == phases.Phases)
                    {
                        phase = 0;
                        channel++;
                    }
                }

                PackTile(plan, phases.Taps, channels, from, source, together, to);
                to += (nint)plan.Channels * phases.Taps * TilePlan.TileRows;
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void PackTile<T>(in TilePlan plan, int taps, int channels, T* weight, nint* source, bool together, T* target)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        nint pitch = (nint)plan.OutputChannels * plan.KernelSize;
        nint tapStep = plan.TapStep;
        if (together)
        {
            weight += source[0];
            for (int c = 0; c < channels; c++)
            {
                for (nint i = 0; i < taps; i++)
                {
                    Unsafe.CopyBlockUnaligned(target, weight + (i * tapStep), (uint)(TilePlan.TileRows * sizeof(T)));
                    target += TilePlan.TileRows;
                }

                weight += pitch;
            }

            return;
        }

        nint r0 = source[0], r1 = source[1], r2 = source[2], r3 = source[3], r4 = source[4], r5 = source[5], r6 = source[6], r7 = source[7];
        for (int c = 0; c < channels; c++)
        {
            T* from = weight;
            for (int i = 0; i < taps; i++)
            {
                target[0] = from[r0];
                target[1] = from[r1];
                target[2] = from[r2];
                target[3] = from[r3];
                target[4] = from[r4];
                target[5] = from[r5];
                target[6] = from[r6];
                target[7] = from[r7];
                target += TilePlan.TileRows;
                from += tapStep;
            }

            weight += pitch;
        }
    }
}
