using System.Diagnostics;

using ParityHarness.Campaigns.Workers;
using ParityHarness.Fixtures;
using ParityHarness.Results;
using ParityHarness.Runners;

namespace ParityHarness.Campaigns;

/// <summary>
/// Runs all cases of a source on workers, each a process of its own, and commits what they answer in the order of the
/// indices, so that the same campaign writes the same rows whoever was faster, and a checkpoint is one index.
/// </summary>
internal sealed class Campaign
{
    private const int MostWaitingRanges = 4096;
    private const long MostWaitingRows = 50_000;

    private readonly CampaignSettings _settings;
    private readonly CampaignLimits _limits;
    private readonly Action<ResultRow> _onRow;
    private readonly Func<Checkpoint?>? _onReady;
    private readonly Action<Checkpoint>? _onCommit;
    private readonly SortedDictionary<long, RangeResult> _gone = new(Comparer<long>.Create((a, b) => b.CompareTo(a)));
    private readonly CaseSource _source;
    private readonly object _lock = new(); // not a Lock: it is waited on
    private readonly Dictionary<long, RangeResult> _waiting = [];
    private readonly SortedSet<string> _kinds = new(StringComparer.Ordinal);
    private readonly Tally _tally = new();
    private readonly Deaths _deaths;
    private readonly Stopwatch _clock = new();
    private readonly List<WorkerState> _workers = [];
    private long _nextStart;
    private long _nextWitness = -1;
    private long _nextCommit;
    private long _waitingRows;
    private int _crashes;
    private int _hangs;
    private TimeSpan _earlier;
    private bool _isReady;
    private bool _stopping;
    private Exception? _failure;

    /// <summary>A campaign; nothing is run yet.</summary>
    /// <param name="settings">What to do.</param>
    /// <param name="limits">How much of it, on how many workers.</param>
    /// <param name="onRow">Called with each row in order, never twice at once.</param>
    /// <param name="onReady">Called once, before the first row, when a worker has loaded both runners. What it returns is gone on from.</param>
    /// <param name="onCommit">Called when the rows of all cases up to an index have been passed to <paramref name="onRow"/>.</param>
    /// <exception cref="FixtureException">A fixture file cannot be read.</exception>
    /// <exception cref="FormatException">A problem line cannot be read.</exception>
    public Campaign(CampaignSettings settings, CampaignLimits limits, Action<ResultRow> onRow, Func<Checkpoint?>? onReady = null, Action<Checkpoint>? onCommit = null)
    {
        _settings = settings;
        _limits = limits;
        _onRow = onRow;
        _onReady = onReady;
        _onCommit = onCommit;
        _deaths = new Deaths(limits.MostDeaths);
        _source = CaseSource.Of(settings);
        Count = limits.Count is { } count ? Math.Min(count, _source.Count ?? count) : _source.Count;
        CaseCheck.Check(_source, settings);
    }

    /// <summary>The cases.</summary>
    public CaseSource Source => _source;

    /// <summary>How many will be run; null where only time ends the campaign.</summary>
    public long? Count { get; }

    /// <summary>The reference, once a worker has loaded it.</summary>
    public RunnerInfo? Reference { get; private set; }

    /// <summary>The candidate, once a worker has loaded it.</summary>
    public RunnerInfo? Candidate { get; private set; }

    /// <summary>Ranges of indices that were run, in order; where the campaign was ended early, up to where none is missing.</summary>
    public IReadOnlyList<(long Start, long End)> Ranges
    {
        get
        {
            var ranges = new List<(long, long)>();
            for (var start = _limits.Shard * _limits.RangeLength; start < _nextCommit; start += _limits.Shards * _limits.RangeLength)
            {
                ranges.Add((start, Math.Min(start + _limits.RangeLength, _nextCommit)));
            }

            return ranges;
        }
    }

    /// <summary>How each worker is doing.</summary>
    public IReadOnlyList<WorkerState> Workers => _workers;

    /// <summary>Whether so many workers died that the campaign was ended early.</summary>
    public bool GaveUp => _deaths.AreTooMany;

    /// <summary>Whether so many distinct kinds of failure were found that the campaign was ended early.</summary>
    public bool FoundEnough => _kinds.Count >= (_limits.MaxFailures ?? int.MaxValue);

    /// <summary>Whether no case falls to this shard, as where there are more shards than ranges.</summary>
    public bool IsEmptyShard => _limits.Shards > 1 && Count <= _limits.Shard * _limits.RangeLength;

    /// <summary>Whether <see cref="Stop"/> ended it before its end.</summary>
    public bool Interrupted { get; private set; }

    /// <summary>Time that the campaign has taken, before it was interrupted too.</summary>
    public TimeSpan Elapsed => _earlier + _clock.Elapsed;

    /// <summary>A copy of the counts so far.</summary>
    public Tally Snapshot()
    {
        lock (_lock)
        {
            var copy = new Tally();
            copy.Add(_tally);
            return copy;
        }
    }

    /// <summary>Hands out no more work; what is at hand is finished.</summary>
    public void Stop() => Volatile.Write(ref _stopping, true);

    /// <summary>Runs everything.</summary>
    /// <exception cref="HarnessException">A worker could not be started, or a case cannot be made.</exception>
    public Tally Run()
    {
        _clock.Start();
        var threads = new List<Thread>();
        var workers = _settings.Profile is null
            ? (int)Math.Clamp((Count ?? 1) / _limits.RangeLength, 1, _limits.Workers)
            : IsEmptyShard ? 1 : _limits.Workers;
        for (var w = 0; w < workers; w++)
        {
            var worker = new WorkerState();
            _workers.Add(worker);
            var thread = new Thread(() => Guard(() => Work(worker)), 16 << 20) { Name = $"worker {w + 1}", IsBackground = true };
            thread.Start();
            threads.Add(thread);
        }

        threads.ForEach(thread => thread.Join());
        _clock.Stop();
        if (_failure is not null)
        {
            throw _failure;
        }

        if (GaveUp)
        {
            // What was run behind a range that was given up tells of the candidate too; it is not gone on from.
            foreach (var (_, rest) in _waiting.OrderBy(waiting => waiting.Key))
            {
                Tell(rest);
            }
        }

        // After all others, so that their place does not depend on who was faster.
        foreach (var gone in _gone.Values)
        {
            _tally.Add(gone.Tally);
            gone.Rows.ForEach(row => _onRow(row));
        }

        return _tally;
    }

    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e)
        {
            Stop();
            lock (_lock)
            {
                _failure ??= e switch
                {
                    HarnessException or FixtureException => e,
                    IOException or UnauthorizedAccessException => new HarnessException(e.Message),
                    _ => new HarnessException($"the harness failed: {e.GetType().Name}: {e.Message}"),
                };
                Monitor.PulseAll(_lock);
            }
        }
    }

    private void Work(WorkerState worker)
    {
        using IExecutor executor = _limits.InProcess ? new InProcessExecutor(_settings) : new WorkerExecutor(_settings, _limits.WorkerCommand, _deaths);
        Know(executor);
        worker.Begin();
        Order? ahead = null;
        while ((ahead ?? Next()) is { } order)
        {
            ahead = executor.LooksAhead ? Next(waits: false) : null;
            var left = order;
            while (left.Count > 0)
            {
                var result = executor.Run(left, ahead);
                worker.Add(result.Tally);
                Commit(left.Start, result);
                if (result.End < order.End && IsOver())
                {
                    return;
                }

                left = order.Part(result.End, order.End - result.End);
            }
        }

        TryWitnesses(executor);
    }

    /// <summary>Whether a range that a death has broken is not to be gone on with: each further one may cost as much.</summary>
    private bool IsOver()
    {
        lock (_lock)
        {
            Interrupted |= Volatile.Read(ref _stopping);
            return Interrupted || _deaths.AreTooMany || FoundEnough;
        }
    }

    private void Know(IExecutor executor)
    {
        lock (_lock)
        {
            if (_isReady || _failure is not null)
            {
                return;
            }

            (Reference, Candidate) = (executor.Reference, executor.Candidate);
            if (_onReady?.Invoke() is { } checkpoint)
            {
                Continue(checkpoint);
            }

            _isReady = true;
        }
    }

    private void Continue(Checkpoint checkpoint)
    {
        (_nextStart, _nextCommit) = (checkpoint.Next, checkpoint.Next);
        (_crashes, _hangs) = (checkpoint.Crashes, checkpoint.Hangs);
        _earlier = checkpoint.Elapsed;
        _tally.Add(checkpoint.Tally);
        _kinds.UnionWith(checkpoint.Kinds);
        _deaths.Count(_hangs, _crashes);
    }

    /// <summary>
    /// Each known divergence is tried each time, so that one that is gone is noticed. The workers that have nothing else to do
    /// share the witnesses: some end their process, and a new one takes its time.
    /// </summary>
    private void TryWitnesses(IExecutor executor)
    {
        if (_limits.InProcess || !_limits.TryWitnesses || _limits.Shard > 0)
        {
            // In process a witness may be a call that ends everything. Of shards the first tries them for all.
            return;
        }

        while (NextWitness(executor.Witnesses) is { } witness)
        {
            var result = executor.Run(new Order(witness, 1));
            lock (_lock)
            {
                // Only what is amiss counts: the problems of the campaign are counted apart.
                if (result.Tally.Failed > 0)
                {
                    _gone.Add(witness, result);
                }

                WitnessesTried++;
            }
        }
    }

    /// <summary>The next witness's index, -1 being the first's; null where there is none left, or nobody waits for it any more.</summary>
    private long? NextWitness(int count)
    {
        lock (_lock)
        {
            return Interrupted || Volatile.Read(ref _stopping) || _failure is not null || GaveUp || FoundEnough || -_nextWitness > count ? null : _nextWitness--;
        }
    }

    /// <summary>Known divergences that were tried.</summary>
    public int WitnessesTried { get; private set; }

    /// <summary>Known divergences that are gone.</summary>
    public int WitnessesGone => _gone.Count;

    /// <summary>The next range to be run; null at the end, or where it would have to wait for others and is not to.</summary>
    private Order? Next(bool waits = true)
    {
        lock (_lock)
        {
            if (Volatile.Read(ref _stopping) && (Count is null || _nextStart < Count))
            {
                Interrupted = true;
                return null;
            }

            if (IsFarAhead && !waits)
            {
                return null;
            }

            while (IsFarAhead && !_deaths.AreTooMany && !Volatile.Read(ref _stopping))
            {
                Monitor.Wait(_lock);
            }

            if (_deaths.AreTooMany || FoundEnough || (_limits.Duration is { } duration && Elapsed >= duration))
            {
                return null;
            }

            while (Count is null || _nextStart < Count)
            {
                var start = _nextStart;
                var count = Math.Min(_limits.RangeLength - start % _limits.RangeLength, (Count ?? long.MaxValue) - start);
                _nextStart += count;
                if (start / _limits.RangeLength % _limits.Shards == _limits.Shard)
                {
                    return new Order(start, count);
                }

                if (_nextCommit == start)
                {
                    _nextCommit = _nextStart;
                }
            }

            return null;
        }
    }

    /// <summary>A range that takes long holds up those after it, which wait in memory to be committed: no more of them than this.</summary>
    private bool IsFarAhead => _waiting.Count >= MostWaitingRanges || _waitingRows >= MostWaitingRows;

    private void Commit(long start, RangeResult result)
    {
        lock (_lock)
        {
            _waiting[start] = result;
            _waitingRows += result.Rows.Count;
            while (!FoundEnough && _failure is null)
            {
                if (_waiting.Remove(_nextCommit, out var ready))
                {
                    _waitingRows -= ready.Rows.Count;
                    Commit(ready);
                }
                else if (_limits.Shards > 1 && _nextCommit < _nextStart && _nextCommit / _limits.RangeLength % _limits.Shards != _limits.Shard)
                {
                    _nextCommit += _limits.RangeLength;
                }
                else
                {
                    break;
                }
            }

            Monitor.PulseAll(_lock);
        }
    }

    private void Commit(RangeResult ready)
    {
        Tell(ready);
        (_crashes, _hangs) = (_crashes + ready.Crashes, _hangs + ready.Hangs);
        _nextCommit = ready.End;
        _onCommit?.Invoke(new Checkpoint { Next = _nextCommit, Tally = _tally, Elapsed = Elapsed, Crashes = _crashes, Hangs = _hangs, Kinds = _kinds });
    }

    private void Tell(RangeResult ready)
    {
        foreach (var row in ready.Rows)
        {
            _onRow(row);
            if (_limits.MaxFailures is not null && FailureKind.Of(row) is { } kind)
            {
                _kinds.Add(kind.ToString());
            }
        }

        _tally.Add(ready.Tally);
    }
}
