using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

/// <summary>One forward pass by bands, shared out by panels or by bands. Tensors are pinned by the caller for as long as it runs.</summary>
internal sealed unsafe class BandWork<T> : PartedWork
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Weights that the cache which the threads share holds beside all else.
    private const int NearWeightBytes = 4 << 20;

    [ThreadStatic]
    private static BandWork<T>?[]? kept;

    private BandPlan plan;
    private SimdLevel level;
    private long panels;
    private int panelParts;
    private int bandParts;
    private bool packing;
    private bool isDoubtful;
    private T* x;
    private T* w;
    private T* packed;
    private T* bias;
    private T* y;

    /// <summary>Computes all outputs. packed may be null; scratch, where there is any, takes the packed weights of all groups. True where <see cref="BandForward{T, TLanes}.Run"/> is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool Run(in BandPlan plan, long batch, SimdLevel level, int threads, T* x, T* w, T* packed, T* scratch, T* bias, T* y)
    {
        double products = (double)batch * plan.Groups * plan.Channels * plan.Length * plan.OutputChannels * plan.KernelSize;
        threads = (int)Math.Clamp(products / LeastProductsPerThread, 1, threads);
        long panelCount = LevelKernels<T>.Of(level).BandPanels(plan, batch);
        if (threads == 1)
        {
            bool any = false;
            for (int group = 0; group < plan.Groups; group++)
            {
                any |= LevelKernels<T>.Of(level).Bands(plan, group, 0, panelCount, 0, plan.Bands, x, w, packed, scratch, bias, y);
            }

            return any;
        }

        int wanted = Math.Max(1, threads * PartsPerThread / Math.Min(plan.Groups, threads * PartsPerThread));
        int bandRanges = Math.Min(plan.Bands, wanted);
        if (scratch is not null)
        {
            packed = scratch;
            var first = Take(plan, level, panelCount, x, w, packed, bias, y);
            first.Share(isPacking: true, 1, bandRanges, threads);
        }

        // Panels are filled again for each range of bands, weights read again for each range of panels.
        int enough = plan.PackedElementsOfGroup * sizeof(T) <= NearWeightBytes ? 2 : 8;
        bool byPanels = panelCount >= (long)enough * wanted || plan.Bands < threads;
        var computing = Take(plan, level, panelCount, x, w, packed, bias, y);
        computing.Share(isPacking: false, byPanels ? (int)Math.Min(panelCount, wanted) : 1, byPanels ? 1 : bandRanges, threads);
        return computing.isDoubtful;
    }

    /// <summary>Whether the panels of the whole batch fit into one chunk, so that each band's weights are read once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool IsOneChunk(in BandPlan plan, SimdLevel level, long batch)
    {
        var kernels = LevelKernels<T>.Of(level);
        long count = kernels.BandPanels(plan, batch);
        return count <= kernels.BandChunkPanels(plan, count);
    }

    /// <summary>Packs the weights of all groups.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PackAll(in BandPlan plan, T* weight, T* target)
    {
        for (int group = 0; group < plan.Groups; group++)
        {
            Pack(plan, group, 0, plan.Bands, weight, target);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void RunPart(int part)
    {
        (int group, int rest) = Math.DivRem(part, panelParts * bandParts);
        (int panelPart, int bandPart) = Math.DivRem(rest, bandParts);
        int firstBand = (int)((long)plan.Bands * bandPart / bandParts);
        int endBand = (int)((long)plan.Bands * (bandPart + 1) / bandParts);
        if (packing)
        {
            Pack(plan, group, firstBand, endBand, w, packed);
            return;
        }

        bool found = LevelKernels<T>.Of(level).Bands(plan, group, panels * panelPart / panelParts, panels * (panelPart + 1) / panelParts, firstBand, endBand, x, w, packed, scratch: null, bias, y);
        if (found)
        {
            isDoubtful = true;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static BandWork<T> Take(in BandPlan plan, SimdLevel level, long panels, T* x, T* w, T* packed, T* bias, T* y)
    {
        var work = TakeIdle(ref kept);
        work.plan = plan;
        work.level = level;
        work.isDoubtful = false;
        work.panels = panels;
        work.x = x;
        work.w = w;
        work.packed = packed;
        work.bias = bias;
        work.y = y;
        return work;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pack(in BandPlan plan, int group, int firstBand, int endBand, T* weight, T* target)
    {
        weight += (nint)group * plan.Channels * plan.OutputChannels * plan.KernelSize;
        target += (nint)(group * plan.PackedElementsOfGroup);
        nint bandElements = (nint)plan.PackedElementsOf(plan.BandChannels);
        for (int band = firstBand; band < endBand; band++)
        {
            BandWeights.Pack(plan, band, band > firstBand, weight, target + (band * bandElements));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Share(bool isPacking, int rangesOfPanels, int rangesOfBands, int threads)
    {
        packing = isPacking;
        panelParts = rangesOfPanels;
        bandParts = rangesOfBands;
        Run(plan.Groups * panelParts * bandParts, threads);
    }
}
