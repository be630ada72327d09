using Spectre.Console;

namespace ParityHarness.Cli.Views;

/// <summary>Which problem is timed: one line that changes on a terminal, a plain line every ten seconds elsewhere. On stderr.</summary>
internal sealed class BenchProgress(int count) : IDisposable
{
    private static readonly TimeSpan PlainPeriod = TimeSpan.FromSeconds(10);
    private int _begun;
    private DateTime _shown = DateTime.UtcNow;

    /// <summary>Another problem is begun.</summary>
    public void Begin(string what)
    {
        _begun++;
        var line = $"parity: {_begun} of {count}: {what}";
        if (Terminal.IsLive)
        {
            Terminal.Error.Write(new ControlCode("\r\e[K"));
            Terminal.Error.Write(line.EscapeMarkup());
        }
        else if (DateTime.UtcNow - _shown >= PlainPeriod)
        {
            _shown = DateTime.UtcNow;
            Console.Error.WriteLine(line);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Terminal.IsLive && _begun > 0)
        {
            Terminal.Error.Write(new ControlCode("\r\e[K"));
        }
    }
}
