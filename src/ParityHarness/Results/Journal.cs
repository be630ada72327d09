using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

using ParityHarness.Fixtures;

namespace ParityHarness.Results;

/// <summary>
/// How far the run in a folder has come, on disk: after what is run, one line for each range that was committed, and the last
/// whole line counts. A line is one write at the end of the file, so a kill loses at most the one in hand.
/// <para>Each line is the first 16 hexadecimal digits of the SHA-256 of its JSON, a space, and the JSON.</para>
/// </summary>
internal sealed class Journal : IDisposable
{
    private const int MostBytes = 4 << 20;
    private const int SumDigits = 16;
    private const string Format = "ParityHarness journal 3";

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
        var head = Line(new JournalHead(Format, subject), ResultsJson.Default.JournalHead);
        WholeFile.Write(path, head);
        return new Journal(path, head, Append(path));
    }

    /// <summary>Opens the journal of a run that did not come to its end.</summary>
    /// <returns>The journal, and its entries, of which the last says how far the run has come; none where nothing was committed.</returns>
    /// <exception cref="IOException">It cannot be read, or a run is writing it.</exception>
    /// <exception cref="FixtureException">It is of something else.</exception>
    public static (Journal Journal, IReadOnlyList<JournalEntry> Entries) Open(string path, string subject)
    {
        var file = Append(path);
        try
        {
            if (file.Length > 2 * MostBytes)
            {
                throw new FixtureException(path, "is not a journal that this version wrote; start anew by --force");
            }

            var bytes = new byte[file.Length];
            file.Position = 0;
            file.ReadExactly(bytes);
            var at = 0;
            if (Next(bytes, ref at, ResultsJson.Default.JournalHead) is not { Format: Format } first)
            {
                throw new FixtureException(path, "is not a journal that this version wrote; start anew by --force");
            }

            if (first.Subject != subject)
            {
                throw new FixtureException(path, $"the run that stopped here was of something else, {FirstDifference(first.Subject, subject)}; name another folder, or start anew by --force");
            }

            var head = bytes[..at];
            var entries = new List<JournalEntry>();
            while (Next(bytes, ref at, ResultsJson.Default.JournalEntry) is { } entry)
            {
                entries.Add(entry);
            }

            file.SetLength(at); // a torn entry
            file.Position = at;
            return (new Journal(path, head, file), entries);
        }
        catch
        {
            file.Dispose();
            throw;
        }
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
    /// <exception cref="FixtureException">It cannot be written; the entries before it stand.</exception>
    public void Add(JournalEntry added)
    {
        var entry = Line(added, ResultsJson.Default.JournalEntry);
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
        if (!file.CanSeek)
        {
            file.Dispose();
            throw new IOException($"{path} is not a file but a pipe or a device; remove it");
        }

        file.Position = file.Length;
        return file;
    }

    private static byte[] Line<T>(T value, JsonTypeInfo<T> type)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(value, type);
        return [.. Sum(json), (byte)' ', .. json, (byte)'\n'];
    }

    /// <summary>The line at a place, which moves behind it; null where there is none, or not a whole one.</summary>
    private static T? Next<T>(ReadOnlySpan<byte> bytes, ref int at, JsonTypeInfo<T> type)
        where T : class
    {
        var line = bytes[at..];
        var end = line.IndexOf((byte)'\n');
        if (end <= SumDigits || line[(SumDigits + 1)..end] is var json && !Sum(json).AsSpan().SequenceEqual(line[..SumDigits]))
        {
            return null;
        }

        at += end + 1;
        return JsonSerializer.Deserialize(json, type);
    }

    private static byte[] Sum(ReadOnlySpan<byte> json) => Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(json))[..SumDigits]);

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
