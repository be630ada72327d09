using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

/// <summary>One band's weights, packed little by little while the band before is computed: so reading them costs no waiting.</summary>
internal unsafe struct BandPacking<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private T* weight;
    private T* target;
    private int band;
    private int packed;
    private int channels;
    private long step;
    private long steps;

    /// <summary>The weights to come; steps is how often <see cref="Step"/> will be called.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Start(in BandPlan plan, int next, T* from, T* to, long count)
    {
        weight = from;
        target = to;
        band = next;
        packed = 0;
        channels = plan.Channels;
        step = 0;
        steps = count;
    }

    /// <summary>One of the steps is done.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step(in BandPlan plan)
    {
        if (packed < channels)
        {
            PackUntil(plan, (int)Math.Min(channels, channels * ++step / steps));
        }
    }

    /// <summary>Packs what is left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Finish(in BandPlan plan)
    {
        if (packed < channels)
        {
            PackUntil(plan, channels);
            packed = channels;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PackUntil(in BandPlan plan, int end)
    {
        while (packed < channels && (packed + BandWeights.ChannelsAtATime <= end || end == channels))
        {
            BandWeights.PackSome(plan, band, packed, weight, target);
            packed += BandWeights.ChannelsAtATime;
        }
    }
}
