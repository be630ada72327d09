using System.Diagnostics;

namespace ParityHarness.Campaigns.Workers;

/// <summary>
/// Measures since its making how long a process has worked, and how long it slept. To be asked now and then, some ten times a second.
/// </summary>
/// <param name="process">The process's number.</param>
internal sealed class WorkWatch(int process)
{
    /// <summary>The last net: so many times a limit by the clock, whatever the process does.</summary>
    private const int ClockFactor = 100;

    /// <summary>A process that sleeps may wait for something that comes: it has longer than one that works.</summary>
    private const int SleepFactor = 2;

    /// <summary>Longer than this between two questions nobody ran here: all was suspended, as by Ctrl-Z, a scheduler or a lid.</summary>
    private static readonly TimeSpan LongestStep = TimeSpan.FromSeconds(1);

    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly TimeSpan _first = ProcessActivity.Of(process)?.ProcessorTime ?? TimeSpan.Zero;
    private long _asked = Stopwatch.GetTimestamp();
    private TimeSpan _last;
    private TimeSpan _slept;
    private TimeSpan _suspended;

    /// <summary>Whether it has worked longer than a limit, slept twice as long, or 100 times as long has gone by.</summary>
    public bool HasExceeded(TimeSpan limit)
    {
        var now = Stopwatch.GetTimestamp();
        var step = Stopwatch.GetElapsedTime(_asked, now);
        _asked = now;
        if (step > LongestStep)
        {
            _suspended += step;
            step = TimeSpan.Zero;
        }

        var clock = Stopwatch.GetElapsedTime(_start, now) - _suspended;
        if (ProcessActivity.Of(process) is not { } activity)
        {
            // Where the system does not tell, the clock has to do.
            return clock > SleepFactor * limit;
        }

        _slept += activity.IsRunnable || activity.ProcessorTime > _last ? TimeSpan.Zero : step;
        _last = activity.ProcessorTime;
        return activity.ProcessorTime - _first > limit || _slept > SleepFactor * limit || clock > ClockFactor * limit;
    }
}
