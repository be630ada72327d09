namespace ParityHarness.Judging;

/// <summary>Some threads that do the same thing at once. They are started at first use, and wait in between.</summary>
internal sealed class CallTeam : IDisposable
{
    /// <summary>How many there are, the caller's own included.</summary>
    public const int Size = 4;

    private readonly Barrier _start = new(Size);
    private readonly Barrier _end = new(Size);
    private Action<int>? _action;
    private int _awake;
    private bool _isStarted;

    /// <summary>Does something on each thread, and returns when all have done it.</summary>
    /// <param name="action">What to do; it is given the thread's number, from 0, and must not throw.</param>
    public void Run(Action<int> action)
    {
        for (var i = 1; i < Size && !_isStarted; i++)
        {
            var number = i;
            new Thread(() => Serve(number), 16 << 20) { Name = $"call {number}", IsBackground = true }.Start();
        }

        _isStarted = true;
        _awake = 0;
        _action = action;
        Take(0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _action = null;
        if (_isStarted)
        {
            _start.SignalAndWait();
            _end.SignalAndWait();
        }

        _start.Dispose();
        _end.Dispose();
    }

    private void Serve(int number)
    {
        while (Take(number))
        {
        }
    }

    private bool Take(int number)
    {
        _start.SignalAndWait();
        var action = _action;
        if (action is not null)
        {
            // Threads are woken one by one: who is first waits for the others, or its calls would be over by then.
            Interlocked.Increment(ref _awake);
            var wait = new SpinWait();
            while (Volatile.Read(ref _awake) < Size)
            {
                wait.SpinOnce(sleep1Threshold: -1);
            }

            action(number);
        }

        _end.SignalAndWait();
        return action is not null;
    }
}
