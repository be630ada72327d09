using System.Collections.Immutable;

using ParityHarness.Problems;

namespace ParityHarness.Campaigns;

/// <summary>The rows of the table of conformance. A problem belongs to exactly one, the first that fits.</summary>
/// <param name="Name">For people, and in files.</param>
/// <param name="Fits">Whether a problem belongs to it.</param>
internal sealed record ConformanceClass(string Name, Func<Problem, bool> Fits)
{
    private const long Huge = 1L << 31;

    /// <summary>All, in the order in which a problem is put to them.</summary>
    public static ImmutableArray<ConformanceClass> All { get; } =
    [
        new("huge parameters", IsHuge),
        new("rejections", p => ProblemRules.Check(p, out _) is not null),
        new("gradients", p => p.IsBackward),
        new("special values", p => p.Regime == Regime.Special && p.DType is DType.Float32 or DType.Float64),
        new("module", p => p.Form == Form.Module && p.DType is DType.Float32 or DType.Float64),
        new("float32", p => p.DType == DType.Float32),
        new("float64", p => p.DType == DType.Float64),
        new("float16", p => p.DType == DType.Float16),
        new("bfloat16", p => p.DType == DType.BFloat16),
        new("int64", p => p.DType == DType.Int64),
        new("complex", p => p.DType.IsComplex()),
    ];

    /// <summary>The rows in the order in which people look for them.</summary>
    public static ImmutableArray<string> Names { get; } = ["float32", "float64", "float16", "bfloat16", "int64", "complex", "gradients", "special values", "rejections", "huge parameters", "module"];

    /// <summary>The class of a problem.</summary>
    public static string Of(Problem problem) => All.First(c => c.Fits(problem)).Name;

    private static bool IsHuge(Problem problem) =>
        new[] { problem.Stride, problem.Padding, problem.OutputPadding, problem.Dilation, problem.Groups }
            .Concat(new[] { problem.StrideList, problem.PaddingList, problem.OutputPaddingList, problem.DilationList, problem.OutputSize }.SelectMany(list => list ?? []))
            .Any(value => value is >= Huge or <= -Huge);
}
