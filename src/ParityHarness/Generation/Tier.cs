namespace ParityHarness.Generation;

/// <summary>Of which kind a problem of a <see cref="Generator"/> is.</summary>
internal enum Tier
{
    /// <summary>A row of the covering grid.</summary>
    Grid,

    /// <summary>Legal, drawn at random.</summary>
    Random,

    /// <summary>At a place where libraries are known to change their ways: see <see cref="BoundaryProblems"/>. Legal or not.</summary>
    Boundary,

    /// <summary>Legal, and beyond a size at which libraries are known to change their ways: see <see cref="SizeProblems"/>.</summary>
    Size,

    /// <summary>Breaks one rule of PyTorch's, or two.</summary>
    Illegal,
}
