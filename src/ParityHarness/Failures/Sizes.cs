using ParityHarness.Problems;

namespace ParityHarness.Failures;

/// <summary>The sizes of a legal problem without overrides, by which a <see cref="Meaning"/> finds its way.</summary>
internal readonly record struct Sizes(
    long Batch, long Groups, long GroupIn, long GroupOut, long Length, long KernelSize, long Stride, long Padding, long OutputPadding, long Dilation, long OutputLength)
{
    public long InChannels => Groups * GroupIn;

    public long OutChannels => Groups * GroupOut;

    /// <summary>The sizes, or null where the problem is not one that meanings are asked about.</summary>
    public static Sizes? Of(Problem problem)
    {
        if (problem.HasOverrides || problem.OutputSize is not null || problem.Batch == 0
            || ProblemRules.Check(problem, out var outputLength) is not null)
        {
            return null;
        }

        return new Sizes(
            problem.Unbatched ? 1 : problem.Batch, problem.Groups, problem.InChannels / problem.Groups, problem.OutChannels / problem.Groups,
            problem.Length, problem.KernelSize, problem.Stride, problem.Padding, problem.OutputPadding, problem.Dilation, outputLength);
    }

    /// <summary>(L - 1)*stride - 2*padding + dilation*(K - 1) + output_padding + 1, with other parameters where they are given.</summary>
    public long LengthWith(long? stride = null, long? padding = null, long? outputPadding = null, long? dilation = null) =>
        (Length - 1) * (stride ?? Stride) - 2 * (padding ?? Padding) + (dilation ?? Dilation) * (KernelSize - 1) + (outputPadding ?? OutputPadding) + 1;
}
