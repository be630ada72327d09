namespace ParityHarness.Runners;

/// <summary>A problem that a runner has made ready to be computed again and again.</summary>
internal interface IPreparedCall : IDisposable
{
    /// <summary>Computes it <paramref name="repetitions"/> times.</summary>
    /// <returns>The seconds that it took, measured where it was computed, so that no pipe is in them.</returns>
    /// <exception cref="InvalidOperationException">It failed; the message says how.</exception>
    double Run(long repetitions);
}
