namespace ParityHarness.Oracle;

/// <summary>A window of values being evaluated.</summary>
/// <param name="exact">The sums, rounded to float64.</param>
/// <param name="low">What must be added to them, for float64.</param>
/// <param name="magnitude">sum|x||w| + |bias|; not set where sums are exact.</param>
/// <param name="bound">The error bounds.</param>
/// <param name="undefined">Whether a value is not defined; only set where the pass has such values.</param>
/// <param name="whole">The sums of int64; empty for other dtypes.</param>
internal readonly ref struct ValueSpans(Span<double> exact, Span<double> low, Span<double> magnitude, Span<double> bound, Span<bool> undefined, Span<long> whole)
{
    public readonly Span<double> Exact = exact;
    public readonly Span<double> Low = low;
    public readonly Span<double> Magnitude = magnitude;
    public readonly Span<double> Bound = bound;
    public readonly Span<bool> Undefined = undefined;
    public readonly Span<long> Whole = whole;
}
