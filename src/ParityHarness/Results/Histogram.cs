namespace ParityHarness.Results;

/// <summary>
/// How often a ratio was how large, in bins of a factor of 2. Bin 0 holds zeros; bin i the ratios in
/// [2^(i - 1 + <see cref="LowestPower"/>), 2^(i + <see cref="LowestPower"/>)), the first and the last of these whatever is beyond them.
/// </summary>
internal sealed class Histogram
{
    /// <summary>The power of 2 at which bin 1 begins.</summary>
    public const int LowestPower = -24;

    /// <summary>The number of bins.</summary>
    public const int Bins = 36;

    private readonly long[] _counts = new long[Bins];

    /// <summary>The counts, one for each bin.</summary>
    public ReadOnlySpan<long> Counts => _counts;

    /// <summary>All that was counted.</summary>
    public long Total => _counts.Sum();

    /// <summary>The least ratio of a bin from 1 on.</summary>
    public static double From(int bin) => Math.ScaleB(1, bin - 1 + LowestPower);

    /// <summary>Counts one ratio, 0 or above; infinity and NaN fall into the last bin.</summary>
    public void Add(double ratio)
    {
        var bin = ratio == 0 ? 0 : double.IsFinite(ratio) ? Math.Clamp(Math.ILogB(ratio) - LowestPower + 1, 1, Bins - 1) : Bins - 1;
        _counts[bin]++;
    }

    /// <summary>Counts many ratios of one bin.</summary>
    public void Add(int bin, long count) => _counts[bin] += count;

    /// <summary>Adds other counts to these.</summary>
    public void Add(Histogram other)
    {
        for (var i = 0; i < Bins; i++)
        {
            _counts[i] += other._counts[i];
        }
    }
}
