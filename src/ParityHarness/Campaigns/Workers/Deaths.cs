namespace ParityHarness.Campaigns.Workers;

/// <summary>
/// Counts workers that died in a campaign. An implementation that crashes or hangs at every problem is known for what
/// it is after a few: the campaign then ends early instead of going on for hours.
/// </summary>
internal sealed class Deaths(int mostCrashes, int mostHangs = Deaths.MostHangs)
{
    /// <summary>So many hangs, each of which costs the time limit twice, are enough.</summary>
    public const int MostHangs = 16;

    private int _crashes;
    private int _hangs;

    /// <summary>Whether the campaign should end.</summary>
    public bool AreTooMany => Volatile.Read(ref _crashes) >= mostCrashes || Volatile.Read(ref _hangs) >= mostHangs;

    /// <summary>Counts some; each counts once for the campaign, and is noted in what came of its range.</summary>
    public void Count(int hangs, int crashes)
    {
        Interlocked.Add(ref _hangs, hangs);
        Interlocked.Add(ref _crashes, crashes);
    }
}
