using System.Runtime.InteropServices;

namespace ParityHarness.Cli.Commands;

/// <summary>Ctrl-C, or a scheduler's SIGTERM, hands out no more work, so that all that was run is reported; a second one ends at once.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly Action _stop;
    private readonly PosixSignalRegistration _termination;
    private bool _asked;

    /// <summary>Begins to listen.</summary>
    public Interruption(Action stop)
    {
        _stop = stop;
        Console.CancelKeyPress += OnCancel;
        _termination = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => context.Cancel = Ask("the next one ends at once"));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Console.CancelKeyPress -= OnCancel;
        _termination.Dispose();
    }

    private void OnCancel(object? sender, ConsoleCancelEventArgs e) => e.Cancel = Ask("press Ctrl-C again to end at once");

    /// <summary>Stops the campaign; false where it was asked before, and the process is to end.</summary>
    private bool Ask(string more)
    {
        if (Interlocked.Exchange(ref _asked, true))
        {
            return false;
        }

        Console.Error.WriteLine($"parity: ending after the problems at hand; {more}");
        _stop();
        return true;
    }
}
