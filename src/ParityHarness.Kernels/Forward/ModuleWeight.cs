using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

/// <summary>A module's weight, packed once. Immutable.</summary>
internal sealed class ModuleWeight<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Long enough for any padding that leaves something to compute at lengths in use.
    private const long TypicalLength = 1 << 30;

    private readonly T[] weight;
    private readonly T[] packed;
    private readonly bool areFinite;

    /// <summary>Takes the weight as it is; the caller copies what is not its own.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ModuleWeight(T[] weight, long inputChannels, long outputColumns, long kernelSize, long stride, long padding, long groups, long dilation)
    {
        this.weight = weight;
        areFinite = ForwardPass<T>.AreFinite(weight);

        // Length and output padding do not matter to the order of the weights; where no legal shape can be made there is nothing to pack.
        bool legal = ConvTranspose1dShape.TryCreate(
            [1, inputChannels, TypicalLength], [inputChannels, outputColumns, kernelSize], [], hasBias: false, [stride], [padding], [0], groups, [dilation], out var shape, out _, out _);
        packed = legal ? ForwardPass<T>.Pack(shape, weight) : [];
    }

    /// <summary>Computes all outputs of a problem that has these weights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Forward(in ConvTranspose1dShape shape, ReadOnlySpan<T> input, ReadOnlySpan<T> bias, Span<T> output, SimdLevel? level, int maxDegreeOfParallelism)
        => ForwardPass<T>.RunPacked(shape, input, weight, packed, areFinite, bias, output, level, maxDegreeOfParallelism);
}
