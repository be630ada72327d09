using System.Security.Cryptography;

using ParityHarness.Fixtures;

namespace ParityHarness.Results;

/// <summary>
/// How far the run in a folder has come, on disk: after what is run, one entry for each range that was committed, and the
/// last whole entry counts. An entry is one write at the end of the file, so a kill loses at most the one in hand.
/// <para>Each part is its length, its bytes, and the first eight bytes of their SHA-256.</para>
/// </summary>
internal sealed class Journal : IDisposable
{
    private const int MostBytes = 4 << 20;
    private const int SumBytes = 8;
    private const string Format = "ParityHarness journal 2";

    private readonly string _path;
    private readonly byte[] _head;
    private FileStream _file;

    private Journal(string path, byte[] head, FileStream file) => (_path, _head, _file) = (path, head, file);

    /// <summary>Makes a new journal, in place of one that is there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="subject">What is run, with its versions; <see cref="Open"/> refuses to go on with anything else.</param>
    /// <exception cref="FixtureException">It cannot be written.</exception>
    public static Journal Create(string path, string subject)
    {
        var head = Part(writer =>
        {
            writer.Write(Format);
            writer.Write(subject);
        });
        WholeFile.Write(path, head);
        return new Journal(path, head, Append(path));
    }

    /// <summary>Opens the journal of a run that did not come to its end.</summary>
    /// <returns>The journal, and the last entry: the length of mismatches.csv, and how far the run has come; null where nothing was committed.</returns>
    /// <exception cref="IOException">It cannot be read, or a run is writing it.</exception>
    /// <exception cref="FixtureException">It is of something else.</exception>
    public static (Journal Journal, (long Rows, Checkpoint Checkpoint)? Last) Open(string path, string subject)
    {
        var file = Append(path);
        var bytes = new byte[file.Length];
        file.Position = 0;
        file.ReadExactly(bytes);
        var at = 0;
        if (Next(bytes, ref at) is not { } first || Subject(first) is not { } before)
        {
            file.Dispose();
            throw new FixtureException(path, "is not a journal that this version wrote; start anew by --force");
        }

        if (before != subject)
        {
            file.Dispose();
            throw new FixtureException(path, $"the run that stopped here was of something else, {FirstDifference(before, subject)}; name another folder, or start anew by --force");
        }

        var head = bytes[..at];
        byte[]? last = null;
        var end = at;
        while (Next(bytes, ref at) is { } entry)
        {
            (last, end) = (entry, at);
        }

        file.SetLength(end); // a torn entry
        file.Position = end;
        var journal = new Journal(path, head, file);
        if (last is null)
        {
            return (journal, null);
        }

        using var reader = new BinaryReader(new MemoryStream(last));
        return (journal, (reader.ReadInt64(), Checkpoint.Read(reader)));
    }

    /// <summary>Fails where a run is writing the journal of a path.</summary>
    /// <exception cref="IOException">One is.</exception>
    public static void CheckUnused(string path)
    {
        if (File.Exists(path))
        {
            Append(path).Dispose();
        }
    }

    /// <summary>Appends an entry.</summary>
    /// <param name="rows">The length of mismatches.csv in bytes, which holds the rows of all that is done.</param>
    /// <param name="checkpoint">How far the run has come.</param>
    /// <exception cref="FixtureException">It cannot be written; the entries before it stand.</exception>
    public void Add(long rows, Checkpoint checkpoint)
    {
        var entry = Part(writer =>
        {
            writer.Write(rows);
            checkpoint.Write(writer);
        });
        var length = _file.Length;
        if (length + entry.Length > MostBytes)
        {
            // Only the last counts: the file is made anew now and then, so that it does not grow for days.
            WholeFile.Write(_path, [.. _head, .. entry]);
            _file.Dispose();
            _file = Append(_path);
            return;
        }

        try
        {
            _file.Write(entry);
            _file.Flush();
        }
        catch (Exception e) when (e is IOException or ArgumentOutOfRangeException) // the latter where a file may not grow so large
        {
            throw new FixtureException(_path, $"cannot be written: {e.Message}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static FileStream Append(string path)
    {
        // Locked, so that two runs do not write into one folder.
        var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        file.Position = file.Length;
        return file;
    }

    private static byte[] Part(Action<BinaryWriter> write)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(0);
        write(writer);
        writer.Flush();
        var length = (int)stream.Length - sizeof(int);
        writer.Write(SHA256.HashData(stream.GetBuffer().AsSpan(sizeof(int), length)).AsSpan(0, SumBytes));
        writer.Seek(0, SeekOrigin.Begin);
        writer.Write(length);
        writer.Flush();
        return stream.ToArray();
    }

    /// <summary>The part at a place, which moves behind it; null where there is none, or not a whole one.</summary>
    private static byte[]? Next(byte[] bytes, ref int at)
    {
        if (bytes.Length - at < sizeof(int) + SumBytes || BitConverter.ToInt32(bytes, at) is var length && (length < 0 || length > bytes.Length - at - sizeof(int) - SumBytes))
        {
            return null;
        }

        var part = bytes.AsSpan(at + sizeof(int), length);
        if (!SHA256.HashData(part).AsSpan(0, SumBytes).SequenceEqual(bytes.AsSpan(at + sizeof(int) + length, SumBytes)))
        {
            return null;
        }

        at += sizeof(int) + length + SumBytes;
        return part.ToArray();
    }

    private static string? Subject(byte[] head)
    {
        using var reader = new BinaryReader(new MemoryStream(head));
        return reader.ReadString() == Format ? reader.ReadString() : null;
    }

    private static string FirstDifference(string before, string now)
    {
        var (a, b) = (before.Split('\n'), now.Split('\n'));
        for (var i = 0; i < Math.Min(a.Length, b.Length); i++)
        {
            if (a[i] != b[i])
            {
                return $"{a[i]} and not {b[i]}";
            }
        }

        return $"of {a.Length} things and not {b.Length}";
    }
}
