using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ParityHarness.Kernels;

/// <summary>Weights in the order in which bands read them: [group][band][class][tile][channel][tap][8 rows]; a row is a (channel, phase) of the class.
/// A last tile of 1 or 2 rows has so many in place of 8.</summary>
internal static unsafe class BandWeights
{
    // Input channels to pack at a time: what one class reads of a cache line is still there for the next.
    private const int ChannelsAtATime = 32;

    // Tiles of a band, times their taps, that are packed at once.
    private const int MostOctets = 32;

    /// <summary>Packs one band of one group; weight is the group's [Cin, Cout/groups, K]. Where the band before was packed just now, its weights have been asked for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack<T>(in BandPlan plan, int band, bool isAskedFor, T* weight, T* target)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int channels = plan.ChannelsOf(band);
        weight += (nint)band * plan.BandChannels * plan.KernelSize;
        if (isAskedFor && TryPackAtOnce(plan, channels, 0, plan.Channels, weight, target))
        {
            return;
        }

        nint pitch = (nint)plan.OutputChannels * plan.KernelSize;
        for (int first = 0; first < plan.Channels; first += ChannelsAtATime)
        {
            // The rows of some input channels lie far apart, where the processor does not look ahead by itself.
            int count = Math.Min(ChannelsAtATime, plan.Channels - first);
            for (int c = first + count; c < Math.Min(plan.Channels, first + count + ChannelsAtATime); c++)
            {
                Prefetch.Range(weight + (c * pitch), (nint)channels * plan.KernelSize * sizeof(T));
            }

            if (!TryPackAtOnce(plan, channels, first, count, weight, target))
            {
                T* next = target;
                for (int i = 0; i < plan.ClassCount; i++)
                {
                    PackClass(plan, plan.Class(i), channels, first, count, weight + (first * pitch), pitch, ref next);
                }
            }
        }
    }

    // Where the rows of all tiles are neighbours by fours all classes are packed at once, so that an input channel's weights are read once, and those of
    // the next band, on the same page, are asked for.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool TryPackAtOnce<T>(in BandPlan plan, int channels, int firstInput, int inputs, T* weight, T* target)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        nint* left = stackalloc nint[MostOctets];
        nint* right = stackalloc nint[MostOctets];
        nint* to = stackalloc nint[MostOctets];
        int taps = plan.MostTaps;
        int octets = 0;
        nint tile = (nint)firstInput * taps * BandPlan.TileRows;
        for (int i = 0; i < plan.ClassCount; i++)
        {
            var phases = plan.Class(i);
            int rows = channels * phases.Phases;
            if (phases.Taps != taps || phases.Phases % 4 != 0 || rows % BandPlan.TileRows != 0 || octets + (rows / BandPlan.TileRows * taps) > MostOctets)
            {
                return false;
            }

            for (int row = 0; row < rows; row += BandPlan.TileRows)
            {
                for (int tap = 0; tap < taps; tap++)
                {
                    left[octets] = RowOffset(plan, phases, row) + (tap * plan.TapStep);
                    right[octets] = RowOffset(plan, phases, row + 4) + (tap * plan.TapStep);
                    to[octets++] = tile + (tap * BandPlan.TileRows);
                }

                tile += (nint)plan.Channels * taps * BandPlan.TileRows;
            }
        }

        nint pitch = (nint)plan.OutputChannels * plan.KernelSize;
        PackOctets(weight + (firstInput * pitch), pitch, inputs, channels * plan.KernelSize, octets, left, right, to, taps * BandPlan.TileRows, target);
        return true;
    }

    // Where a row's first tap stands after the band's first weight.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint RowOffset(in BandPlan plan, in BandClass phases, int row) => (row / phases.Phases * (nint)plan.KernelSize) + phases.FirstPhase + (row % phases.Phases);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void PackOctets<T>(T* weight, nint pitch, int inputs, nint ahead, int octets, nint* left, nint* right, nint* to, nint step, T* target)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (; inputs > 0; inputs--)
        {
            Prefetch.Range(weight + ahead, ahead * sizeof(T));
            for (nint i = 0; i < octets; i++)
            {
                PackFour(weight + left[i], weight + right[i], target + to[i]);
            }

            weight += pitch;
            target += step;
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackClass<T>(in BandPlan plan, in BandClass phases, int channels, int firstInput, int inputs, T* weight, nint pitch, ref T* target)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        nint* source = stackalloc nint[BandPlan.TileRows];
        int rows = channels * phases.Phases;
        nint next = phases.FirstPhase;
        int phase = 0;
        for (int tile = 0; tile < rows; tile += BandPlan.TileRows)
        {
            bool fours = true, twos = true;
            for (int r = 0; r < BandPlan.TileRows; r++)
            {
                // A row that does not exist repeats the last one; what it gives is never stored.
                source[r] = tile + r < rows ? next : source[r - 1];
                fours &= r % 4 == 0 || source[r] == source[r - 1] + 1;
                twos &= r % 2 == 0 || source[r] == source[r - 1] + 1;
                next++;
                if (++phase == phases.Phases)
                {
                    phase = 0;
                    next += plan.KernelSize - phases.Phases;
                }
            }

            int packedRows = BandClass.PackedRowsOf(Math.Min(rows - tile, BandPlan.TileRows));
            T* to = target + ((nint)firstInput * phases.Taps * packedRows);
            if (packedRows < BandPlan.TileRows)
            {
                PackFew(weight, pitch, inputs, plan.TapStep, phases.Taps, source[0], source[1], packedRows, to);
            }
            else if (fours)
            {
                PackFours(weight + source[0], weight + source[4], pitch, inputs, plan.TapStep, phases.Taps, to);
            }
            else if (twos)
            {
                PackTwos(weight, pitch, inputs, plan.TapStep, phases.Taps, source, to);
            }
            else
            {
                PackOnes(weight, pitch, inputs, plan.TapStep, phases.Taps, source, to);
            }

            target += (nint)plan.Channels * phases.Taps * packedRows;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void PackFours<T>(T* left, T* right, nint pitch, int inputs, int tapStep, int taps, T* target)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (taps == 2)
        {
            for (; inputs > 0; inputs--)
            {
                PackFour(left, right, target);
                PackFour(left + tapStep, right + tapStep, target + BandPlan.TileRows);
                target += 2 * BandPlan.TileRows;
                left += pitch;
                right += pitch;
            }

            return;
        }

        for (; inputs > 0; inputs--)
        {
            for (nint i = 0; i < taps; i++)
            {
                PackFour(left + (i * tapStep), right + (i * tapStep), target);
                target += BandPlan.TileRows;
            }

            left += pitch;
            right += pitch;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PackFour<T>(T* left, T* right, T* target)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (sizeof(T) == sizeof(float))
        {
            Vector256.Create(Vector128.Load((float*)left), Vector128.Load((float*)right)).Store((float*)target);
        }
        else
        {
            Vector256.Load((double*)left).Store((double*)target);
            Vector256.Load((double*)right).Store((double*)(target + 4));
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void PackFew<T>(T* weight, nint pitch, int inputs, int tapStep, int taps, nint r0, nint r1, int rows, T* target)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (; inputs > 0; inputs--)
        {
            T* from = weight;
            for (int i = 0; i < taps; i++)
            {
                *target++ = from[r0];
                if (rows > 1)
                {
                    *target++ = from[r1];
                }

                from += tapStep;
            }

            weight += pitch;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void PackTwos<T>(T* weight, nint pitch, int inputs, int tapStep, int taps, nint* source, T* target)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        nint r0 = source[0], r2 = source[2], r4 = source[4], r6 = source[6];
        for (int c = 0; c < inputs; c++)
        {
            T* from = weight;
            for (int i = 0; i < taps; i++)
            {
                if (sizeof(T) == sizeof(float))
                {
                    ((ulong*)target)[0] = *(ulong*)(from + r0);
                    ((ulong*)target)[1] = *(ulong*)(from + r2);
                    ((ulong*)target)[2] = *(ulong*)(from + r4);
                    ((ulong*)target)[3] = *(ulong*)(from + r6);
                }
                else
                {
                    Vector128.Load((double*)(from + r0)).Store((double*)target);
                    Vector128.Load((double*)(from + r2)).Store((double*)(target + 2));
                    Vector128.Load((double*)(from + r4)).Store((double*)(target + 4));
                    Vector128.Load((double*)(from + r6)).Store((double*)(target + 6));
                }

                target += BandPlan.TileRows;
                from += tapStep;
            }

            weight += pitch;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void PackOnes<T>(T* weight, nint pitch, int inputs, int tapStep, int taps, nint* source, T* target)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        nint r0 = source[0], r1 = source[1], r2 = source[2], r3 = source[3], r4 = source[4], r5 = source[5], r6 = source[6], r7 = source[7];
        for (int c = 0; c < inputs; c++)
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
                target += BandPlan.TileRows;
                from += tapStep;
            }

            weight += pitch;
        }
    }
}
