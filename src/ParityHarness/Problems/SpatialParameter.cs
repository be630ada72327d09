using System.Collections.Immutable;

namespace ParityHarness.Problems;

/// <summary>A stride, padding, output_padding or dilation, which PyTorch takes as one value or as a list.</summary>
/// <param name="Single">The value where there is no list.</param>
/// <param name="List">The list, of any length, or null.</param>
internal readonly record struct SpatialParameter(long Single, ImmutableArray<long>? List)
{
    /// <summary>The value of the one dimension.</summary>
    public long Value => List is { Length: > 0 } list ? list[0] : Single;

    /// <summary>All values that are given.</summary>
    public ImmutableArray<long> Values => List ?? [Single];

    /// <summary>Whether as many values are given as there are dimensions, which is one.</summary>
    public bool HasOneValue => List is not { Length: not 1 };
}
