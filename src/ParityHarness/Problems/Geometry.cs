namespace ParityHarness.Problems;

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
        Stride = problem.StrideArgument.Value;
        Padding = problem.PaddingArgument.Value;
        Dilation = problem.DilationArgument.Value;
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
    /// The inputs that tap <paramref name="k"/> brings into output positions [from, to): those l in [0, L) for which
    /// l*stride + k*dilation - padding lies there. False where there are none.
    /// </summary>
    public bool TryReach(long k, long from, long to, out Reach reach)
    {
        var wide = (Int128)k * Dilation - Padding;
        if (Int128.Abs(wide) < 1L << 61 && to < 1L << 61 && Stride < 1L << 61)
        {
            var offset = (long)wide;
            var low = offset >= from ? 0 : (from - offset + Stride - 1) / Stride;
            var high = offset >= to ? 0 : Math.Min(Length, (to - 1 - offset) / Stride + 1);
            reach = new Reach(k, low, high, low < high ? low * Stride + offset : 0);
            return low < high;
        }

        var first = wide >= from ? 0 : (from - wide + Stride - 1) / Stride;
        var end = wide >= to ? 0 : Int128.Min(Length, (to - 1 - wide) / Stride + 1);
        reach = first < end ? new Reach(k, (long)first, (long)end, (long)(first * Stride + wide)) : default;
        return first < end;
    }
}
