using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

/// <summary>The kernels of one SIMD level: the only place where a level becomes a type.</summary>
internal abstract unsafe class LevelKernels<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly LevelKernels<T> By128 = new LevelKernels<T, Lanes128<T>>();
    private static readonly LevelKernels<T> By256 = new LevelKernels<T, Lanes256<T>>();
    private static readonly LevelKernels<T> By512 = new LevelKernels<T, Lanes512<T>>();

    /// <summary>Those of a level that is not <see cref="SimdLevel.Scalar"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LevelKernels<T> Of(SimdLevel level) => level switch
    {
        SimdLevel.Vector128 => By128,
        SimdLevel.Vector256 => By256,
        _ => By512,
    };

    /// <inheritdoc cref="BandForward{T, TLanes}.Panels"/>
    public abstract long BandPanels(in BandPlan plan, long batch);

    /// <inheritdoc cref="BandForward{T, TLanes}.ChunkPanels"/>
    public abstract long BandChunkPanels(in BandPlan plan, long panels);

    /// <inheritdoc cref="BandForward{T, TLanes}.Run"/>
    public abstract bool Bands(in BandPlan plan, int group, long firstPanel, long endPanel, int firstBand, int endBand, T* x, T* w, T* packed, T* scratch, T* bias, T* y);

    /// <inheritdoc cref="ColumnForward{T, TLanes}.Parts"/>
    public abstract int ColumnParts(in ConvTranspose1dShape shape);

    /// <inheritdoc cref="ColumnForward{T, TLanes}.Run"/>
    public abstract void Columns(in ConvTranspose1dShape shape, long first, long end, T* x, T* w, T* bias, T* y);

    /// <inheritdoc cref="DirectForward{T, TLanes}.Compute"/>
    public abstract void Direct(in DirectPlan plan, long batch, T* x, T* w, T* bias, T* y);

    /// <inheritdoc cref="BackwardWork{T}.Ranges{TLanes}"/>
    public abstract (long Firsts, int Seconds) GradientRanges(Gradient which, in GradPlan plan);

    /// <inheritdoc cref="BackwardWork{T}.RunRange{TLanes}"/>
    public abstract void GradientRange(Gradient which, in GradPlan plan, int group, (int First, int Second) part, int firsts, int seconds, T* gradOutput, T* other, T* gradient);
}

/// <summary>The kernels of the level that <typeparamref name="TLanes"/> is.</summary>
internal sealed unsafe class LevelKernels<T, TLanes> : LevelKernels<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    public override long BandPanels(in BandPlan plan, long batch) => BandForward<T, TLanes>.Panels(plan, batch);

    public override long BandChunkPanels(in BandPlan plan, long panels) => BandForward<T, TLanes>.ChunkPanels(plan, panels);

    public override bool Bands(in BandPlan plan, int group, long firstPanel, long endPanel, int firstBand, int endBand, T* x, T* w, T* packed, T* scratch, T* bias, T* y)
        => BandForward<T, TLanes>.Run(plan, group, firstPanel, endPanel, firstBand, endBand, x, w, packed, scratch, bias, y);

    public override int ColumnParts(in ConvTranspose1dShape shape) => ColumnForward<T, TLanes>.Parts(shape);

    public override void Columns(in ConvTranspose1dShape shape, long first, long end, T* x, T* w, T* bias, T* y)
        => ColumnForward<T, TLanes>.Run(shape, first, end, x, w, bias, y);

    public override void Direct(in DirectPlan plan, long batch, T* x, T* w, T* bias, T* y) => DirectForward<T, TLanes>.Compute(plan, batch, x, w, bias, y);

    public override (long Firsts, int Seconds) GradientRanges(Gradient which, in GradPlan plan) => BackwardWork<T>.Ranges<TLanes>(which, plan);

    public override void GradientRange(Gradient which, in GradPlan plan, int group, (int First, int Second) part, int firsts, int seconds, T* gradOutput, T* other, T* gradient)
        => BackwardWork<T>.RunRange<TLanes>(which, plan, group, part, firsts, seconds, gradOutput, other, gradient);
}
