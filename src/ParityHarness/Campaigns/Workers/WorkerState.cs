using System.Diagnostics;

using ParityHarness.Results;

namespace ParityHarness.Campaigns.Workers;

/// <summary>How a worker of a campaign is doing. Written by its own thread, read by any.</summary>
internal sealed class WorkerState
{
    private long _began;
    private long _problems;
    private long _restarts;

    /// <summary>Problems a second, since it is ready; 0 before.</summary>
    public double Rate => Volatile.Read(ref _began) is > 0 and var began ? Volatile.Read(ref _problems) / Math.Max(1e-3, Stopwatch.GetElapsedTime(began).TotalSeconds) : 0;

    /// <summary>Times its process died and was started again.</summary>
    public long Restarts => Volatile.Read(ref _restarts);

    /// <summary>It is ready.</summary>
    internal void Begin() => Volatile.Write(ref _began, Stopwatch.GetTimestamp());

    /// <summary>It has run some problems.</summary>
    internal void Add(Tally tally)
    {
        Volatile.Write(ref _problems, _problems + tally.Problems);
        Volatile.Write(ref _restarts, _restarts + tally[Counter.Restarts]);
    }
}
