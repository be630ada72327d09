using System.Runtime.CompilerServices;

using ParityHarness.Problems;

namespace ParityHarness.Generation;

/// <summary>
/// The parameters that a <see cref="CoveringGrid"/> combines, and their levels. A level is a value, or a boundary that
/// depends on other parameters (the largest legal padding). A legal problem realises at most one level of each
/// parameter; where a boundary coincides with a value that stands before it in the list, it is that value.
/// </summary>
internal static class GridParameters
{
    public const int Batch = 0;
    public const int Groups = 1;
    public const int InChannels = 2;
    public const int OutChannels = 3;
    public const int Length = 4;
    public const int KernelSize = 5;
    public const int Stride = 6;
    public const int Dilation = 7;
    public const int OutputPadding = 8;
    public const int Padding = 9;
    public const int Bias = 10;
    public const int Type = 11;
    public const int Regime = 12;
    public const int Form = 13;
    public const int Count = 14;

    private const int Unbatched = 0;
    private const int AboveKernelSize = 6;
    private const int AboveLength = 4;
    private const int LargestOutputPadding = 2;
    private const int LargestPadding = 2;
    private const int HalfPadding = 3;

    private static ReadOnlySpan<long> Batches => [1, 0, 1, 2, 3];

    private static ReadOnlySpan<long> GroupCounts => [1, 2, 3, 4, 8];

    private static ReadOnlySpan<long> ChannelCounts => [1, 2, 3, 4, 5, 8, 16];

    private static ReadOnlySpan<long> Lengths => [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65];

    private static ReadOnlySpan<long> KernelSizes => [1, 2, 3, 4, 5, 7, 8, 16];

    private static ReadOnlySpan<long> Strides => [1, 2, 3, 4, 5, 8];

    private static ReadOnlySpan<long> Dilations => [1, 2, 3, 4];

    private static ReadOnlySpan<long> Types =>
    [
        (long)DType.Float32, (long)DType.Float64, (long)DType.Float16, (long)DType.BFloat16, (long)DType.Int64, (long)DType.Complex64, (long)DType.Complex128,
    ];

    /// <summary>Number of levels of each parameter.</summary>
    public static ReadOnlySpan<int> LevelCounts => [5, 5, 7, 7, 17, 8, 7, 5, 3, 4, 2, 7, 5, 2];

    /// <summary>
    /// The problem of a row, or null where the levels contradict each other: a boundary that coincides with a value,
    /// a padding that leaves no output, or a regime that the dtype does not have. A parameter whose level is -1 takes its cheapest value.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Draft? Realise(ReadOnlySpan<sbyte> row)
    {
        var dtype = (DType)Value(Types, row[Type]);
        var regime = (Problems.Regime)Math.Max(0, (int)row[Regime]);
        if (!HasRegime(row))
        {
            return null;
        }

        var kernelSize = Value(KernelSizes, row[KernelSize]);
        var length = Value(Lengths, row[Length]);
        var stride = row[Stride] == AboveKernelSize ? StrideAbove(kernelSize) : Value(Strides, row[Stride]);
        var dilation = row[Dilation] == AboveLength ? Math.Max(length + 1, 5) : Value(Dilations, row[Dilation]);
        var largestOutputPadding = Math.Max(stride, dilation) - 1;
        var outputPadding = row[OutputPadding] == LargestOutputPadding ? largestOutputPadding : Math.Max(0, (int)row[OutputPadding]);
        if (outputPadding > largestOutputPadding || (row[OutputPadding] == LargestOutputPadding && outputPadding < 2))
        {
            return null;
        }

        var largestPadding = (ProblemRules.OutputLength(length, kernelSize, stride, 0, outputPadding, dilation) - 1) / 2;
        var padding = row[Padding] switch
        {
            LargestPadding => largestPadding,
            HalfPadding => dilation * (kernelSize - 1) / 2,
            _ => Math.Max(0, (int)row[Padding]),
        };
        if (padding > largestPadding || (row[Padding] >= 0 && PaddingLevel(padding, largestPadding, dilation * (kernelSize - 1) / 2) != row[Padding]))
        {
            return null;
        }

        var groups = Value(GroupCounts, row[Groups]);
        return new Draft
        {
            Unbatched = row[Batch] == Unbatched,
            Batch = Value(Batches, row[Batch]),
            Groups = groups,
            InChannels = groups * Value(ChannelCounts, row[InChannels]),
            OutChannels = groups * Value(ChannelCounts, row[OutChannels]),
            Length = length,
            KernelSize = kernelSize,
            Stride = stride,
            Dilation = dilation,
            OutputPadding = outputPadding,
            Padding = padding,
            HasBias = row[Bias] == 1,
            DType = dtype,
            Regime = regime,
            Form = row[Form] == 1 ? Problems.Form.Module : Problems.Form.Functional,
        };
    }

    /// <summary>Whether the dtype of a row has its regime.</summary>
    public static bool HasRegime(ReadOnlySpan<sbyte> row)
    {
        var regime = (Problems.Regime)Math.Max(0, (int)row[Regime]);
        return Draft.RegimeOf((DType)Value(Types, row[Type]), regime) == regime;
    }

    /// <summary>Multiply-adds of a row, open parameters at their cheapest; an empty batch counts as one.</summary>
    public static long MultiplyAdds(ReadOnlySpan<sbyte> row) =>
        Math.Max(1, Value(Batches, row[Batch])) * Value(GroupCounts, row[Groups])
        * Value(ChannelCounts, row[InChannels]) * Value(ChannelCounts, row[OutChannels])
        * Value(Lengths, row[Length]) * Value(KernelSizes, row[KernelSize]);

    /// <summary>The levels that a legal problem without overrides realises; -1 where a value is none of the levels.</summary>
    public static void LevelsOf(Problem problem, Span<sbyte> levels)
    {
        var extent = problem.Dilation * (problem.KernelSize - 1);
        var largestPadding = (ProblemRules.OutputLength(problem.Length, problem.KernelSize, problem.Stride, 0, problem.OutputPadding, problem.Dilation) - 1) / 2;
        levels[Batch] = problem.Unbatched ? (sbyte)Unbatched : LevelOf(problem.Batch, Batches, 1);
        levels[Groups] = LevelOf(problem.Groups, GroupCounts);
        levels[InChannels] = LevelOf(problem.GroupInChannels, ChannelCounts);
        levels[OutChannels] = LevelOf(problem.GroupOutChannels, ChannelCounts);
        levels[Length] = LevelOf(problem.Length, Lengths);
        levels[KernelSize] = LevelOf(problem.KernelSize, KernelSizes);
        levels[Stride] = LevelOf(problem.Stride, Strides);
        if (levels[Stride] < 0 && problem.Stride > problem.KernelSize)
        {
            levels[Stride] = AboveKernelSize;
        }

        levels[Dilation] = LevelOf(problem.Dilation, Dilations);
        if (levels[Dilation] < 0 && problem.Dilation > problem.Length)
        {
            levels[Dilation] = AboveLength;
        }

        levels[OutputPadding] = problem.OutputPadding switch
        {
            0 or 1 => (sbyte)problem.OutputPadding,
            var value when value == Math.Max(problem.Stride, problem.Dilation) - 1 => LargestOutputPadding,
            _ => -1,
        };
        levels[Padding] = PaddingLevel(problem.Padding, largestPadding, extent / 2);
        levels[Bias] = problem.HasBias ? (sbyte)1 : (sbyte)0;
        levels[Type] = LevelOf((long)problem.DType, Types);
        levels[Regime] = (sbyte)problem.Regime;
        levels[Form] = (sbyte)problem.Form;
    }

    private static sbyte PaddingLevel(long padding, long largest, long half)
    {
        if (padding is 0 or 1)
        {
            return (sbyte)padding;
        }

        return padding == largest ? (sbyte)LargestPadding : padding == half ? (sbyte)HalfPadding : (sbyte)-1;
    }

    private static sbyte LevelOf(long value, ReadOnlySpan<long> values, int start = 0)
    {
        for (var i = start; i < values.Length; i++)
        {
            if (values[i] == value)
            {
                return (sbyte)i;
            }
        }

        return -1;
    }

    private static long Value(ReadOnlySpan<long> values, sbyte level) => level < 0 ? values[0] : values[level];

    // 6 at least, and not 8: else it would be one of the listed strides.
    private static long StrideAbove(long kernelSize) => kernelSize switch
    {
        < 6 => 6,
        7 => 9,
        _ => kernelSize + 1,
    };
}
