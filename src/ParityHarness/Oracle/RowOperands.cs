using ParityHarness.Problems;

namespace ParityHarness.Oracle;

/// <summary>The input and weight elements from which one row of outputs, batch item n and output channel c, is summed.</summary>
internal readonly ref struct RowOperands<T>
    where T : unmanaged
{
    private readonly ReadOnlySpan<T> _input;
    private readonly ReadOnlySpan<T> _weight;
    private readonly int _inputStart;
    private readonly int _weightStart;
    private readonly int _weightStep;

    /// <param name="input">[N, Cin, L].</param>
    /// <param name="weight">[Cin, Cout/groups, K].</param>
    /// <param name="geometry">The sizes.</param>
    /// <param name="row">n * Cout + c.</param>
    public RowOperands(ReadOnlySpan<T> input, ReadOnlySpan<T> weight, in Geometry geometry, long row)
    {
        _input = input;
        _weight = weight;
        (Channels, Length, Stride) = ((int)geometry.GroupIn, (int)geometry.Length, geometry.Stride);
        var (n, c) = Math.DivRem(row, geometry.OutChannels);
        var (group, inGroup) = Math.DivRem(c, geometry.GroupOut);
        _weightStep = (int)(geometry.GroupOut * geometry.KernelSize);
        _weightStart = (int)(group * geometry.GroupIn * _weightStep + inGroup * geometry.KernelSize);
        _inputStart = (int)((n * geometry.InChannels + group * geometry.GroupIn) * geometry.Length);
    }

    /// <summary>Input channels of the group.</summary>
    public int Channels { get; }

    /// <summary>L.</summary>
    public int Length { get; }

    /// <summary>The distance of two outputs that one tap reaches.</summary>
    public long Stride { get; }

    /// <summary>The inputs of a channel that a tap brings.</summary>
    public ReadOnlySpan<T> Input(int channel, in Reach reach) =>
        _input.Slice(_inputStart + channel * Length + (int)reach.First, (int)(reach.End - reach.First));

    /// <summary>The weight of a channel and a tap.</summary>
    public T Weight(int channel, in Reach reach) => _weight[_weightStart + channel * _weightStep + (int)reach.Tap];
}
