namespace ParityHarness.Benchmarks;

/// <summary>The middle of a set of figures, and how far it spreads: half of them lie from low to high.</summary>
/// <param name="Low">A quarter are below.</param>
/// <param name="Median">Half are below.</param>
/// <param name="High">A quarter are above.</param>
internal readonly record struct Quartiles(double Low, double Median, double High)
{
    /// <summary>Of at least one figure; between two neighbours it lies in proportion.</summary>
    public static Quartiles Of(IEnumerable<double> figures)
    {
        double[] sorted = [.. figures.Order()];
        if (sorted.Length == 0)
        {
            throw new ArgumentException("there are no figures", nameof(figures));
        }

        return new Quartiles(At(0.25), At(0.5), At(0.75));

        double At(double fraction)
        {
            var place = fraction * (sorted.Length - 1);
            var below = (int)place;
            return sorted[below] + ((place - below) * (sorted[Math.Min(below + 1, sorted.Length - 1)] - sorted[below]));
        }
    }
}
