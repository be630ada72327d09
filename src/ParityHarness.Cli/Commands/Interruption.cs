namespace ParityHarness.Cli.Commands;

/// <summary>Ctrl-C hands out no more work, so that all that was run is reported; a second one ends at once.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly Action _stop;
    private bool _asked;

    /// <summary>Begins to listen.</summary>
    public Interruption(Action stop)
    {
        _stop = stop;
        Console.CancelKeyPress += OnCancel;
    }

    /// <inheritdoc/>
    public void Dispose() => Console.CancelKeyPress -= OnCancel;

    private void OnCancel(object? sender, ConsoleCancelEventArgs e)
    {
        if (_asked)
        {
            return;
        }

        _asked = true;
        e.Cancel = true;
        Console.Error.WriteLine("parity: ending after the problems at hand; press Ctrl-C again to end at once");
        _stop();
    }
}
