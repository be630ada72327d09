using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

/// <summary>One gradient, shared out in parts that no bit depends on. Tensors are pinned by the caller for as long as it runs.</summary>
internal sealed unsafe class BackwardWork<T> : PartedWork
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Below this the second thread starts too late to help.
    private const double LeastBiasElementsPerThread = 1e5;

    [ThreadStatic]
    private static BackwardWork<T>?[]? kept;

    private GradPlan plan;
    private SimdLevel level;
    private T* gradOutput;
    private T* other;
    private T* gradient;
    private int firsts;
    private int seconds;
    private Gradient which;

    /// <summary>Computes grad_input.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void GradInput(in GradPlan plan, SimdLevel level, int threads, T* gradOutput, T* weight, T* gradInput)
        => Run(Gradient.Input, plan, level, (int)Math.Clamp(plan.Products / LeastProductsPerThread, 1, threads), gradOutput, weight, gradInput);

    /// <summary>Computes grad_weight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void GradWeight(in GradPlan plan, SimdLevel level, int threads, T* gradOutput, T* input, T* gradWeight)
        => Run(Gradient.Weight, plan, level, (int)Math.Clamp(plan.Products / LeastProductsPerThread, 1, threads), gradOutput, input, gradWeight);

    /// <summary>Computes grad_bias.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void GradBias(in GradPlan plan, SimdLevel level, int threads, T* gradOutput, T* gradBias)
    {
        double elements = (double)plan.Batch * plan.Groups * plan.OutputChannels * plan.OutputLength;
        Run(Gradient.Bias, plan, level, (int)Math.Clamp(elements / LeastBiasElementsPerThread, 1, threads), gradOutput, null, gradBias);
    }

    /// <inheritdoc/>
    protected override void RunPart(int part)
    {
        (int group, int rest) = Math.DivRem(part, firsts * seconds);
        LevelKernels<T>.Of(level).GradientRange(which, plan, group, Math.DivRem(rest, seconds), firsts, seconds, gradOutput, other, gradient);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run(Gradient which, in GradPlan plan, SimdLevel level, int threads, T* gradOutput, T* other, T* gradient)
    {
        bool areGroupsShared = which == Gradient.Bias || (which == Gradient.Input && GradInputRows<T, Lanes128<T>>.Wins(plan));
        int groups = areGroupsShared ? 1 : plan.Groups;
        if (threads == 1)
        {
            for (int group = 0; group < groups; group++)
            {
                LevelKernels<T>.Of(level).GradientRange(which, plan, group, (0, 0), 1, 1, gradOutput, other, gradient);
            }

            return;
        }

        var work = TakeIdle(ref kept);
        (work.which, work.plan, work.level) = (which, plan, level);
        work.gradOutput = gradOutput;
        work.other = other;
        work.gradient = gradient;
        int wanted = Math.Max(1, threads * PartsPerThread / Math.Min(groups, threads * PartsPerThread));
        (long most, int mostSeconds) = LevelKernels<T>.Of(level).GradientRanges(which, plan);
        work.firsts = (int)Math.Min(most, wanted);
        work.seconds = Math.Min(mostSeconds, (wanted + work.firsts - 1) / work.firsts);
        work.Run(groups * work.firsts * work.seconds, threads);
    }

    /// <summary>Into how many parts a group's work can be cut in one way, and each of these in another.</summary>
    public static (long Firsts, int Seconds) Ranges<TLanes>(Gradient which, in GradPlan plan)
        where TLanes : struct, ILanes<TLanes, T> => which switch
        {
            Gradient.Input when GradInputRows<T, TLanes>.Wins(plan) => (GradInputRows<T, TLanes>.Runs(plan), 1),
            Gradient.Weight when GradWeightBlocks<T, TLanes>.Wins(plan) => (1, 1),

            // Weights are packed again for each range of panels, planes filled again for each range of tiles.
            Gradient.Input => (Math.Max(1, GradInputTiles<T, TLanes>.Panels(plan) / 8), Tiles(plan.Channels)),
            Gradient.Weight => (GradWeightTiles<T, TLanes>.Panels(plan), Tiles(plan.Channels)),
            _ => (plan.Groups * plan.OutputChannels, 1),
        };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Tiles(int rows) => ((rows - 1) / Tile<T, Lanes128<T>>.Rows) + 1;

    /// <summary>Computes one part of so many of a group.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RunRange<TLanes>(Gradient which, in GradPlan plan, int group, (int First, int Second) part, int firsts, int seconds, T* gradOutput, T* other, T* gradient)
        where TLanes : struct, ILanes<TLanes, T>
    {
        switch (which)
        {
            case Gradient.Input:
                {
                    if (GradInputRows<T, TLanes>.Wins(plan))
                    {
                        long runs = GradInputRows<T, TLanes>.Runs(plan);
                        GradInputRows<T, TLanes>.Run(plan, Cut(runs, part.First, firsts), Cut(runs, part.First + 1, firsts), gradOutput, other, gradient);
                        break;
                    }

                    long panels = GradInputTiles<T, TLanes>.Panels(plan);
                    int tiles = Tiles(plan.Channels);
                    GradInputTiles<T, TLanes>.Run(
                        plan, group, Cut(panels, part.First, firsts), Cut(panels, part.First + 1, firsts),
                        (int)Cut(tiles, part.Second, seconds), (int)Cut(tiles, part.Second + 1, seconds), gradOutput, other, gradient);
                    break;
                }

            case Gradient.Weight:
                {
                    if (GradWeightBlocks<T, TLanes>.Wins(plan))
                    {
                        GradWeightBlocks<T, TLanes>.Run(plan, group, gradOutput, other, gradient);
                        break;
                    }

                    int panels = GradWeightTiles<T, TLanes>.Panels(plan);
                    int tiles = Tiles(plan.Channels);
                    GradWeightTiles<T, TLanes>.Run(
                        plan, group, (int)Cut(panels, part.First, firsts), (int)Cut(panels, part.First + 1, firsts),
                        (int)Cut(tiles, part.Second, seconds), (int)Cut(tiles, part.Second + 1, seconds), gradOutput, other, gradient);
                    break;
                }

            default:
                {
                    int channels = plan.Groups * plan.OutputChannels;
                    GradBiasLanes<T, TLanes>.Run(plan, (int)Cut(channels, part.First, firsts), (int)Cut(channels, part.First + 1, firsts), gradOutput, gradient);
                    break;
                }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Cut(long count, int part, int parts) => count * part / parts;
}
