using ParityHarness.Problems;

namespace ParityHarness.Comparison;

/// <summary>The sizes of a legal problem, read from its shapes and parameters with all overrides applied.</summary>
internal readonly struct Geometry
{
    public Geometry(Problem problem, long outputLength)
    {
        var input = problem.InputShape;
        var weight = problem.WeightShape;
        Batch = input.Length == 2 ? 1 : input[0];
        Length = input[^1];
        Groups = problem.Groups;
        GroupIn = weight[0] / Groups;
        GroupOut = weight[1];
        KernelSize = weight[2];
        Stride = problem.StrideList?[0] ?? problem.Stride;
        Padding = problem.PaddingList?[0] ?? problem.Padding;
        Dilation = problem.DilationList?[0] ?? problem.Dilation;
        OutputLength = outputLength;
    }

    public long Batch { get; }

    public long Length { get; }

    public long Groups { get; }

    /// <summary>Input channels of a group.</summary>
    public long GroupIn { get; }

    /// <summary>Output channels of a group.</summary>
    public long GroupOut { get; }

    public long InChannels => GroupIn * Groups;

    public long OutChannels => GroupOut * Groups;

    public long KernelSize { get; }

    public long Stride { get; }

    public long Padding { get; }

    public long Dilation { get; }

    public long OutputLength { get; }

    public long Outputs => Batch * OutChannels * OutputLength;

    /// <summary>
    /// The inputs l in [first, end) that tap <paramref name="k"/> brings into the output: o = l*stride + k*dilation - padding
    /// in [0, Lout). Offset is o at l = 0.
    /// </summary>
    public (long First, long End, Int128 Offset) Reach(long k)
    {
        var offset = (Int128)k * Dilation - Padding;
        var first = offset >= 0 ? 0 : (-offset + Stride - 1) / Stride;
        var end = offset >= OutputLength ? 0 : (OutputLength - 1 - offset) / Stride + 1;
        return ((long)Int128.Min(first, Length), (long)Int128.Max(Int128.Min(end, Length), 0), offset);
    }
}
