using System.Security.Cryptography;
using System.Text;

using ParityHarness.Fixtures;

namespace ParityHarness.Results;

/// <summary>
/// Appends rows to mismatches.csv. A row is one line and one write, flushed: a killed run leaves at most one partial
/// line at the end, which is cut off when the file is opened again.
/// </summary>
internal sealed class MismatchWriter : IDisposable
{
    private static readonly byte[] Header = Encoding.UTF8.GetBytes(CsvTable.Format([ResultRow.Columns]));

    private readonly string _path;
    private readonly FileStream _file;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _length;

    /// <summary>Opens the file, or makes it with its header.</summary>
    /// <param name="path">The file.</param>
    /// <param name="written">
    /// What is known to have been written, as lengths of the file and their <see cref="Sum"/>, ascending: it must still stand, and what
    /// follows it is cut off. Null keeps all whole lines.
    /// </param>
    /// <exception cref="FixtureException">It cannot be opened, is shorter, was altered, or is not a file of mismatches with these columns.</exception>
    public MismatchWriter(string path, IReadOnlyList<(long Length, string Sum)>? written = null)
    {
        _path = path;
        try
        {
            _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FixtureException(path, $"cannot be written: {e.Message}");
        }

        try
        {
            Resume(written);
        }
        catch (Exception e) when (e is IOException or ArgumentOutOfRangeException) // the latter where a file may not grow so large
        {
            _file.Dispose();
            throw new FixtureException(path, $"cannot be continued: {e.Message}");
        }
        catch (FixtureException)
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>Length of the file in bytes.</summary>
    public long Length => _length;

    /// <summary>The first 16 hexadecimal digits of the SHA-256 of what was written.</summary>
    public string Sum => Convert.ToHexStringLower(_hash.GetCurrentHash())[..16];

    /// <summary>Appends a row. Line ends within its fields become spaces.</summary>
    /// <exception cref="FixtureException">It cannot be written; the rows before it stand.</exception>
    public void Append(ResultRow row) =>
        Write(Encoding.UTF8.GetBytes(CsvTable.Format([Array.ConvertAll(row.ToFields(), field => field.ReplaceLineEndings(" "))])));

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        _hash.Dispose();
    }

    private void Resume(IReadOnlyList<(long Length, string Sum)>? written)
    {
        if (written is [.., var last] && _file.Length < last.Length)
        {
            throw new FixtureException(_path, $"is shorter than the {last.Length} bytes that were written: rows are missing; start anew by --force");
        }

        var start = new byte[Math.Min(Header.Length, _file.Length)];
        _file.ReadExactly(start);
        if (!Header.AsSpan().StartsWith(start))
        {
            throw new FixtureException(_path, 1, "is not the header of mismatches.csv as this version writes it; move the file away");
        }

        if (start.Length < Header.Length)
        {
            _file.Position = 0;
            Write(Header);
            return;
        }

        _hash.AppendData(start);
        _length = start.Length;
        var line = 2;
        foreach (var (length, sum) in written ?? [])
        {
            var first = line;
            line += ReadUntil(length);
            if (sum != Sum)
            {
                throw new FixtureException(_path, first, $"was altered since it was written{(line > first + 1 ? $", here or in the lines up to {line - 1}" : "")}; start anew by --force");
            }
        }

        if (written is null)
        {
            ReadUntil(EndOfLastLine());
        }

        _file.SetLength(_length);
        _file.Position = _length;
    }

    /// <summary>Reads on up to a length; the number of lines that end there.</summary>
    private int ReadUntil(long length)
    {
        var block = new byte[65536];
        var lines = 0;
        _file.Position = _length;
        while (_length < length)
        {
            var read = block.AsSpan(0, (int)Math.Min(block.Length, length - _length));
            _file.ReadExactly(read);
            _hash.AppendData(read);
            _length += read.Length;
            lines += read.Count((byte)'\n');
        }

        return lines;
    }

    private long EndOfLastLine()
    {
        var block = new byte[65536];
        var end = _file.Length;
        while (true)
        {
            // The header ends with a line end, so that one is found.
            var start = Math.Max(0, end - block.Length);
            _file.Position = start;
            var read = block.AsSpan(0, (int)(end - start));
            _file.ReadExactly(read);
            if (read.LastIndexOf((byte)'\n') is >= 0 and var found)
            {
                return start + found + 1;
            }

            end = start;
        }
    }

    private void Write(byte[] bytes)
    {
        try
        {
            _file.Write(bytes);
            _file.Flush();
            _hash.AppendData(bytes);
            _length += bytes.Length;
        }
        catch (Exception e) when (e is IOException or ArgumentOutOfRangeException) // the latter where a file may not grow so large
        {
            CutBack();
            throw new FixtureException(_path, $"cannot be written: {e.Message}");
        }
    }

    private void CutBack()
    {
        try
        {
            _file.SetLength(_length);
            _file.Position = _length;
        }
        catch (Exception e) when (e is IOException or NotSupportedException or UnauthorizedAccessException)
        {
            // The partial line is cut off when the file is opened again; why the row could not be written is told now.
        }
    }
}
