using Spectre.Console;

namespace ParityHarness.Cli.Views;

/// <summary>What is being done, on a terminal's stderr, gone when it is over; elsewhere nothing.</summary>
internal sealed class PassingLine : IDisposable
{
    private readonly bool _isShown = Terminal.IsLive;

    /// <summary>Shows a line.</summary>
    public PassingLine(string text)
    {
        if (_isShown)
        {
            Terminal.Error.Write(text.EscapeMarkup());
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isShown)
        {
            Terminal.Error.Write(new ControlCode("\r\e[K"));
        }
    }
}
