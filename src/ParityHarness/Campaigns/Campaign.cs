using System.Diagnostics;

using ParityHarness.Data;
using ParityHarness.Records;
using ParityHarness.Runners;

namespace ParityHarness.Campaigns;

/// <summary>
/// Runs all cases of a source on workers, each a process of its own, and commits what they answer in the order of the
/// indices, so that the same campaign writes the same rows whoever was faster.
/// </summary>
public sealed class Campaign
{
    private readonly CampaignSettings _settings;
    private readonly CampaignLimits _limits;
    private readonly Action<string[]> _onRow;
    private readonly Action? _onReady;
    private readonly RangeResult _witnesses = new();
    private readonly CaseSource _source;
    private readonly Lock _lock = new();
    private readonly Dictionary<long, RangeResult> _waiting = [];
    private readonly List<(long Start, long End)> _ranges = [];
    private readonly Tally _tally = new();
    private readonly Deaths _deaths;
    private readonly Stopwatch _clock = new();
    private long _nextStart;
    private long _nextCommit;
    private bool _stopping;
    private Exception? _failure;

    /// <summary>A campaign; nothing is run yet.</summary>
    /// <param name="settings">What to do.</param>
    /// <param name="limits">How much of it, on how many workers.</param>
    /// <param name="onRow">Called with each row in order, never twice at once.</param>
    /// <param name="onReady">Called once, before the first row, when a worker has loaded both runners.</param>
    /// <exception cref="FixtureException">A fixture file cannot be read.</exception>
    /// <exception cref="FormatException">A problem line cannot be read.</exception>
    public Campaign(CampaignSettings settings, CampaignLimits limits, Action<string[]> onRow, Action? onReady = null)
    {
        _settings = settings;
        _limits = limits;
        _onRow = onRow;
        _onReady = onReady;
        _deaths = new Deaths(limits.MostDeaths);
        _source = CaseSource.Of(settings);
        Count = limits.Count is { } count ? Math.Min(count, _source.Count ?? count) : _source.Count;
        CheckCases();
    }

    /// <summary>The cases.</summary>
    public CaseSource Source => _source;

    /// <summary>How many will be run; null where only time ends the campaign.</summary>
    public long? Count { get; }

    /// <summary>The reference, once a worker has loaded it.</summary>
    public RunnerInfo? Reference { get; private set; }

    /// <summary>The candidate, once a worker has loaded it.</summary>
    public RunnerInfo? Candidate { get; private set; }

    /// <summary>Ranges of indices that were run to their end, in order.</summary>
    public IReadOnlyList<(long Start, long End)> Ranges => _ranges;

    /// <summary>Whether so many workers died that the campaign was ended early.</summary>
    public bool GaveUp => _deaths.AreTooMany;

    /// <summary>Whether no case falls to this shard, as where there are more shards than ranges.</summary>
    public bool IsEmptyShard => _limits.Shards > 1 && Count <= _limits.Shard * _limits.RangeLength;

    /// <summary>Whether <see cref="Stop"/> ended it before its end.</summary>
    public bool Interrupted { get; private set; }

    /// <summary>Time since the campaign began.</summary>
    public TimeSpan Elapsed => _clock.Elapsed;

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
            var first = w == 0;
            var thread = new Thread(() => Guard(() => Work(first)), 16 << 20) { Name = $"worker {w + 1}", IsBackground = true };
            thread.Start();
            threads.Add(thread);
        }

        threads.ForEach(thread => thread.Join());
        _clock.Stop();
        if (_failure is not null)
        {
            throw _failure;
        }

        // After all others, so that their place does not depend on who was faster.
        _tally.Add(_witnesses.Tally);
        _witnesses.Rows.ForEach(row => _onRow(row));
        return _tally;
    }

    private void CheckCases()
    {
        if (_source is not FixtureCases)
        {
            return;
        }

        var where = _settings.WhereCondition;
        for (var i = 0L; i < _source.Count; i++)
        {
            var item = _source.At(i);
            if (where?.Covers(item.Problem) == false)
            {
                continue;
            }

            try
            {
                DataFiller.Check(item.Problem, _settings.MemoryBytes > 0 ? _settings.MemoryBytes / 2 : long.MaxValue);
            }
            catch (ProblemDataException e)
            {
                throw new HarnessException($"{item.Name} ({item.Problem}): {e.Message}", isUsage: true);
            }
        }
    }

    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e)
        {
            lock (_lock)
            {
                _failure ??= e is HarnessException or FixtureException ? e : new HarnessException($"the harness failed: {e.GetType().Name}: {e.Message}");
            }

            Stop();
        }
    }

    private void Work(bool first)
    {
        using IExecutor executor = _limits.InProcess ? new InProcessExecutor(_settings) : new WorkerExecutor(_settings, _limits.WorkerCommand, _deaths);
        Know(executor);
        if (first)
        {
            TryWitnesses(executor);
        }

        while (Next() is { } order)
        {
            Commit(order, executor.Run(order));
        }
    }

    private void Know(IExecutor executor)
    {
        lock (_lock)
        {
            if (Reference is null)
            {
                _onReady?.Invoke();
                (Reference, Candidate) = (executor.Reference, executor.Candidate);
            }
        }
    }

    /// <summary>Each known divergence is tried each time, so that one that is gone is noticed.</summary>
    private void TryWitnesses(IExecutor executor)
    {
        if (_limits.InProcess || !_limits.TryWitnesses)
        {
            // In process a witness may be a call that ends everything.
            return;
        }

        for (var j = 1; j <= executor.Witnesses; j++)
        {
            var result = executor.Run(new Order(-j, 1));
            lock (_lock)
            {
                // Only what is amiss counts: the problems of the campaign are counted apart.
                if (result.Tally.Failed > 0)
                {
                    _witnesses.Add(result);
                    WitnessesGone++;
                }

                WitnessesTried++;
            }
        }
    }

    /// <summary>Known divergences that were tried.</summary>
    public int WitnessesTried { get; private set; }

    /// <summary>Known divergences that are gone.</summary>
    public int WitnessesGone { get; private set; }

    private Order? Next()
    {
        lock (_lock)
        {
            if (Volatile.Read(ref _stopping) && (Count is null || _nextStart < Count))
            {
                Interrupted = true;
                return null;
            }

            if (_deaths.AreTooMany || (_limits.Duration is { } duration && _clock.Elapsed >= duration))
            {
                return null;
            }

            while (Count is null || _nextStart < Count)
            {
                var start = _nextStart;
                var count = Math.Min(_limits.RangeLength, (Count ?? long.MaxValue) - start);
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

    private void Commit(Order order, RangeResult result)
    {
        lock (_lock)
        {
            _waiting[order.Start] = result;
            while (true)
            {
                if (_waiting.Remove(_nextCommit, out var ready))
                {
                    var end = Math.Min(_nextCommit + _limits.RangeLength, Count ?? long.MaxValue);
                    _tally.Add(ready.Tally);
                    ready.Rows.ForEach(row => _onRow(row));
                    if (ready.IsWhole)
                    {
                        _ranges.Add((_nextCommit, end));
                    }

                    _nextCommit = end;
                }
                else if (_limits.Shards > 1 && _nextCommit < _nextStart && _nextCommit / _limits.RangeLength % _limits.Shards != _limits.Shard)
                {
                    _nextCommit += _limits.RangeLength;
                }
                else
                {
                    return;
                }
            }
        }
    }
}
