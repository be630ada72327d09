using ParityHarness.Problems;

namespace ParityHarness.Failures;

/// <summary>
/// On which problems a failure shows: the one plain condition that holds for every problem that failed and for none that
/// passed. Where two conditions do, the problems do not tell which it is, and neither is claimed.
/// </summary>
internal static class Conditions
{
    private const int FewestPassed = 3;
    private const long LongInput = 4096;
    private const long ManyChannels = 256;
    private const long ManyTerms = 2048;

    private readonly record struct Condition(string Words, Func<Problem, bool> Holds);

    private static readonly Condition[] All =
    [
        new("with a batch of more than one", p => !p.Unbatched && p.Batch > 1),
        new("with groups > 1", p => p.Groups > 1),
        new("with bias", p => p.HasBias),
        new("with groups > 1 and bias", p => p.Groups > 1 && p.HasBias),
        new("with stride > 1", p => p.Stride > 1),
        new("with dilation > 1", p => p.Dilation > 1),
        new("with padding > 0", p => p.Padding > 0),
        new("with output_padding > 0", p => p.OutputPadding > 0),
        new("with kernel_size > 1", p => p.KernelSize > 1),
        new("with stride > kernel_size", p => p.Stride > p.KernelSize),
        new("with dilation > input length", p => p.Dilation > p.Length),
        new("with output_padding >= stride", p => p.OutputPadding >= p.Stride),
        new("where stride and dilation have a common divisor", p => Gcd(p.Stride, p.Dilation) > 1),
        new("with unbatched input", p => p.Unbatched),
        new("in the module form", p => p.Form == Form.Module),
        new("with float64", p => p.DType == DType.Float64),
        new("with float32", p => p.DType == DType.Float32),
        new($"with inputs longer than {LongInput}", p => p.Length > LongInput),
        new($"from {ManyChannels} input channels on", p => p.InChannels / Math.Max(1, p.Groups) >= ManyChannels),
        new($"above {ManyTerms} terms", p => p.InChannels / Math.Max(1, p.Groups) * p.KernelSize > ManyTerms),
        new("with more than one input channel a group", p => p.InChannels / Math.Max(1, p.Groups) > 1),
        new("with more than one output channel a group", p => p.OutChannels / Math.Max(1, p.Groups) > 1),
    ];

    /// <summary>"only with ...", or null where no condition, or more than one, tells failing problems from others.</summary>
    public static string? Describe(IReadOnlyList<Problem> failing, IReadOnlyList<Problem> passing)
    {
        if (failing.Count == 0 || passing.Count < FewestPassed)
        {
            return null;
        }

        var telling = All.Where(c => failing.All(c.Holds) && !passing.Any(c.Holds)).Take(2).ToArray();
        return telling.Length == 1 ? $"only {telling[0].Words}" : null;
    }

    private static long Gcd(long a, long b) => b == 0 ? a : Gcd(b, a % b);
}
