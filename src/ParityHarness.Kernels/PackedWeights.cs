using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

/// <summary>Weights in the order in which the tiles read them: [class][group][tile][channel][tap][8 rows], rows that do not exist being 0.</summary>
internal static unsafe class PackedWeights
{
    private const int Rows = 8;

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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackClass<T>(in TilePlan plan, in PhaseClass phases, T* weight, T* target)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        nint* source = stackalloc nint[Rows]; // of a row, after channel 0's weights; -1 for none
        int rows = plan.OutputChannels * phases.Phases;
        nint pitch = (nint)plan.OutputChannels * plan.KernelSize;
        for (int tile = 0; tile < rows; tile += Rows)
        {
            bool together = true;
            for (int r = 0; r < Rows; r++)
            {
                (int channel, int phase) = Math.DivRem(tile + r, phases.Phases);
                source[r] = tile + r < rows ? ((nint)channel * plan.KernelSize) + phases.FirstPhase + phase : -1;
                together &= source[r] == source[0] + r;
            }

            for (nint c = 0; c < plan.Channels; c++)
            {
                for (nint i = 0; i < phases.Taps; i++)
                {
                    T* from = weight + (c * pitch) + (i * plan.TapStep);
                    if (together)
                    {
                        Unsafe.CopyBlockUnaligned(target, from + source[0], (uint)(Rows * sizeof(T)));
                    }
                    else
                    {
                        for (int r = 0; r < Rows; r++)
                        {
                            target[r] = source[r] < 0 ? T.Zero : from[source[r]];
                        }
                    }

                    target += Rows;
                }
            }
        }
    }
}
