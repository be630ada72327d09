using System.Runtime.InteropServices;

namespace ParityHarness.Cli.Commands;

/// <summary>Ctrl-C, or a scheduler's SIGTERM, hands out no more work, so that all that was run is reported; a second one ends at once.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly Action _stop;
    private readonly Action<string> _say;
    private readonly Action _abandon;
    private readonly PosixSignalRegistration _termination;
    private bool _asked;

    /// <summary>Begins to listen.</summary>
    /// <param name="stop">Hands out no more work.</param>
    /// <param name="say">Shows a line beside the progress; null where there is none.</param>
    /// <param name="abandon">Leaves the terminal as it was, before the process ends at once; null where nothing is drawn.</param>
    public Interruption(Action stop, Action<string>? say = null, Action? abandon = null)
    {
        _stop = stop;
        _say = say ?? Console.Error.WriteLine;
        _abandon = abandon ?? (() => { });
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
            _abandon();
            return false;
        }

        _say($"parity: ending after the problems at hand; {more}");
        _stop();
        return true;
    }
}
