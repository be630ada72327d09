using System.Text.Json;

using ParityHarness.Records;

namespace ParityHarness.Campaigns;

/// <summary>
/// The folder of a run: run.json, which says what was run, and mismatches.csv. A folder that the user has named and
/// that holds another run is not overwritten unless forced; the default one is scratch.
/// </summary>
public sealed class OutputFolder : IDisposable
{
    /// <summary>The rows of what did not pass.</summary>
    public const string Mismatches = "mismatches.csv";

    /// <summary>What was run.</summary>
    public const string Identity = "run.json";

    private const int KeptRows = 100;
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };
    private readonly MismatchWriter _writer;
    private readonly List<ResultRow> _first = [];

    /// <summary>Makes the folder ready for a run.</summary>
    /// <param name="path">The folder; made where it is not there.</param>
    /// <param name="version">The harness' version.</param>
    /// <param name="command">run or fuzz.</param>
    /// <param name="settings">What is run.</param>
    /// <param name="limits">How much of it: another shard or count is another run; on how many workers does not count.</param>
    /// <param name="overwrite">Whether another run's files may be overwritten.</param>
    /// <exception cref="HarnessException">They may not, the folder cannot be written, or what it holds is to be run.</exception>
    public OutputFolder(string path, string version, string command, CampaignSettings settings, CampaignLimits limits, bool overwrite)
    {
        Folder = path;
        var identity = JsonSerializer.Serialize(new { version, command, settings, limits = new { limits.Count, limits.Duration, limits.Shard, limits.Shards } }, Readable);
        var identityPath = Path.Combine(path, Identity);
        var rowsPath = Path.Combine(path, Mismatches);
        try
        {
            if (settings.Files.Any(file => Path.GetFullPath(file) == Path.GetFullPath(rowsPath)))
            {
                throw new HarnessException($"{rowsPath} cannot be both read and written: name another folder for the results, as in --out {Path.Combine(path, "again")}", isUsage: true);
            }

            if (!overwrite && (File.Exists(identityPath) ? File.ReadAllText(identityPath) != identity : File.Exists(rowsPath)))
            {
                throw new HarnessException($"--out {path}: holds the results of another run; name another folder, or overwrite them by --force", isUsage: true);
            }

            Directory.CreateDirectory(path);
            File.Delete(rowsPath);
            File.Delete(Path.Combine(path, SummaryFile.Name));
            _writer = new MismatchWriter(rowsPath);
            File.WriteAllText(identityPath, identity);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            _writer?.Dispose();
            throw new HarnessException($"--out {path}: cannot be written: {e.Message}", isUsage: true);
        }
    }

    /// <summary>The folder's path.</summary>
    public string Folder { get; }

    /// <summary>The first rows written.</summary>
    public IReadOnlyList<ResultRow> FirstRows => _first;

    /// <summary>Appends a row and flushes it.</summary>
    public void Append(string[] fields)
    {
        var row = new ResultRow(fields);
        _writer.Append(row);
        if (_first.Count < KeptRows && row["verdict"] is "failed" or "mistrusted")
        {
            _first.Add(row);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();
}
