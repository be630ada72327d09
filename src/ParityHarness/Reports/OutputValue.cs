namespace ParityHarness.Reports;

/// <summary>One output of a failure, or one part of a complex one.</summary>
/// <param name="Index">Flat, row-major; the parts of an output stand side by side.</param>
/// <param name="Expected">The reference's, where it is known and not blamed.</param>
/// <param name="Actual">The candidate's.</param>
/// <param name="Exact">The oracle's.</param>
/// <param name="Bound">How far from it any order of summation can be.</param>
internal readonly record struct OutputValue(long Index, double? Expected, double Actual, double Exact, double Bound)
{
    /// <summary>|actual - exact|; 0 for the right NaN or infinity, infinite for a wrong one.</summary>
    public double Error => Actual.Equals(Exact) || Actual == Exact ? 0 : double.IsFinite(Actual) && double.IsFinite(Exact) ? Math.Abs(Actual - Exact) : double.PositiveInfinity;

    /// <summary>Whether it is proved wrong.</summary>
    public bool IsWrong => double.IsPositiveInfinity(Error) || Error > Bound;
}
