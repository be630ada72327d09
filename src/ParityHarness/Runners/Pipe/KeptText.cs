using System.Text;

namespace ParityHarness.Runners.Pipe;

/// <summary>
/// Reads what a program writes to a standard stream for as long as it writes, and keeps its first and its last line, of 2,000
/// characters at most: one that writes without end, or without the end of a line, takes no memory.
/// </summary>
internal sealed class KeptText
{
    private const int MostCharacters = 2000;

    private readonly StringBuilder _line = new();
    private readonly ManualResetEventSlim _ended = new();
    private volatile string _firstLine = "";
    private volatile string _lastLine = "";

    /// <summary>Begins to read on a thread of the pool.</summary>
    public KeptText(Stream stream) => _ = Task.Run(() => Read(stream));

    /// <summary>The first line that is not blank; "" where there is none yet.</summary>
    public string FirstLine => _firstLine;

    /// <summary>The last line that is not blank and has ended, or was the last of all; "" where there is none yet.</summary>
    public string LastLine => _lastLine;

    /// <summary>Waits for the stream's end; a child of the program that lives on keeps it open.</summary>
    public void WaitForEnd(TimeSpan most) => _ended.Wait(most);

    private async Task Read(Stream stream)
    {
        var bytes = new byte[4096];
        var characters = new char[4096];
        var decoder = Encoding.UTF8.GetDecoder();
        try
        {
            int count;
            while ((count = await stream.ReadAsync(bytes)) > 0)
            {
                Take(characters.AsSpan(0, decoder.GetChars(bytes.AsSpan(0, count), characters, flush: false)));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The stream was closed by us.
        }

        EndLine();
        _ended.Set();
    }

    private void Take(ReadOnlySpan<char> text)
    {
        while (text.IndexOf('\n') is var end && end >= 0)
        {
            Append(text[..end]);
            EndLine();
            text = text[(end + 1)..];
        }

        Append(text);
    }

    private void Append(ReadOnlySpan<char> text) => _line.Append(text[..Math.Min(text.Length, MostCharacters - _line.Length)]);

    private void EndLine()
    {
        var line = OneLine.Of(_line.ToString());
        _line.Clear();
        if (line.Length == 0)
        {
            return;
        }

        _lastLine = line;
        if (_firstLine.Length == 0)
        {
            _firstLine = line;
        }
    }
}
