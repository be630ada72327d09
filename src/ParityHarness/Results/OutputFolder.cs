using System.Security.Cryptography;
using System.Text.Json;

using ParityHarness.Fixtures;
using ParityHarness.Judging;
using ParityHarness.Runners;

namespace ParityHarness.Results;

/// <summary>
/// The folder of a run: run.json, which says what was run, mismatches.csv, and, until the run has come to its end, a
/// journal of how far it has come, from which the same command goes on. A folder that the user has named and that holds
/// another run is not overwritten unless forced; the default one is scratch.
/// </summary>
internal sealed class OutputFolder : IDisposable
{
    /// <summary>The rows of what did not pass.</summary>
    public const string Mismatches = "mismatches.csv";

    /// <summary>What was run.</summary>
    public const string Identity = "run.json";

    /// <summary>How far a run has come that is not at its end.</summary>
    public const string Unfinished = "journal";

    private const int KeptRows = 100;
    private readonly MismatchWriter _writer;
    private readonly Journal _journal;
    private readonly List<ResultRow> _first = [];
    private readonly string[] _inFolder;

    /// <summary>Makes the folder ready for a run, or for the rest of one.</summary>
    /// <param name="path">The folder; made where it is not there.</param>
    /// <param name="version">The harness' version.</param>
    /// <param name="command">run or fuzz.</param>
    /// <param name="settings">What is run.</param>
    /// <param name="limits">How much of it: another shard or count is another run; on how many workers does not count.</param>
    /// <param name="overwrite">Whether another run's files may be overwritten; then nothing is continued.</param>
    /// <param name="runners">Who runs: an unfinished run is continued only with the same versions.</param>
    /// <exception cref="HarnessException">They may not, the folder cannot be written, or what it holds is to be run.</exception>
    public OutputFolder(string path, string version, string command, CampaignSettings settings, CampaignLimits limits, bool overwrite, params IReadOnlyList<RunnerInfo> runners)
    {
        Folder = path;
        _inFolder = [.. ((string[])[Identity, Mismatches, Unfinished]).Select(name => Path.Combine(path, name))];
        var identity = JsonSerializer.Serialize(new RunIdentity(version, command, settings, limits.Count, limits.Duration, limits.MaxFailures, limits.Shard, limits.Shards), ResultsJson.Readable.RunIdentity);
        var (identityPath, rowsPath, journalPath) = (Path.Combine(path, Identity), Path.Combine(path, Mismatches), Path.Combine(path, Unfinished));
        try
        {
            if (settings.Files.Any(file => Path.GetFullPath(file) == Path.GetFullPath(rowsPath)))
            {
                throw new HarnessException($"{rowsPath} cannot be both read and written: name another folder for the results, as in --out {Path.Combine(path, "again")}", isUsage: true);
            }

            var isSame = File.Exists(identityPath) && File.ReadAllText(identityPath) == identity;
            if (!overwrite && !isSame && (File.Exists(identityPath) || File.Exists(rowsPath)))
            {
                throw new HarnessException($"--out {path}: holds the results of another run; name another folder, or overwrite them by --force", isUsage: true);
            }

            if (!overwrite && !File.Exists(identityPath) && Foreign(path) is { } foreign)
            {
                throw new HarnessException($"--out {path}: holds other things than results ({foreign}); name a folder of its own", isUsage: true);
            }

            var subject = Subject(settings, runners);
            if (!overwrite && isSame && File.Exists(journalPath))
            {
                (_journal, var entries) = Journal.Open(journalPath, subject);
                _writer = new MismatchWriter(rowsPath, [.. entries.Select(entry => (entry.Rows, entry.RowsSum))]);
                Resumed = entries.Count > 0 ? entries[^1].Checkpoint : null;
                File.Delete(Path.Combine(path, SummaryFile.Name));
                ReadRows(rowsPath);
                return;
            }

            // In this order, so that a kill in between leaves no journal beside rows that it does not describe.
            Directory.CreateDirectory(path);
            Journal.CheckUnused(journalPath);
            File.Delete(journalPath);
            File.Delete(rowsPath);
            File.Delete(Path.Combine(path, SummaryFile.Name));
            WholeFile.Write(identityPath, identity);
            File.Delete(Path.Combine(path, FailureFile.Name));
            _writer = new MismatchWriter(rowsPath);
            _journal = Journal.Create(journalPath, subject);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or FixtureException)
        {
            _writer?.Dispose();
            _journal?.Dispose();
            throw new HarnessException($"--out {path}: {(e is FixtureException ? "" : "cannot be written: ")}{e.Message}", isUsage: true);
        }
    }

    /// <summary>The first thing in a folder that is no run's and no folder of runs; null where there is none.</summary>
    private static string? Foreign(string path) =>
        !Directory.Exists(path) ? null : Directory.EnumerateFileSystemEntries(path).Order(StringComparer.Ordinal).FirstOrDefault(entry => !File.Exists(Path.Combine(entry, Identity)) && Path.GetFileName(entry) is not (Mismatches or Unfinished or SummaryFile.Name or FailureFile.Name)) is { } entry ? Path.GetFileName(entry) : null;

    /// <summary>What the run in a folder ran, with whom.</summary>
    /// <exception cref="FixtureException">There is no run in it, or its run.json cannot be read.</exception>
    public static CampaignSettings SettingsOf(string folder)
    {
        var path = Path.Combine(folder, Identity);
        try
        {
            using var identity = JsonDocument.Parse(File.ReadAllText(path));
            return identity.RootElement.GetProperty("settings").Deserialize(ResultsJson.Default.CampaignSettings) ?? throw new JsonException("it has no settings");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FixtureException(path, "there is no such file; name the --out of a run");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            throw new FixtureException(path, $"cannot be read: {e.Message}");
        }
    }

    /// <summary>The folder's path.</summary>
    public string Folder { get; }

    /// <summary>How far the run had come that is continued; null where it begins anew.</summary>
    public Checkpoint? Resumed { get; }

    /// <summary>The checksum of mismatches.csv, by <see cref="MismatchWriter.Sum"/>.</summary>
    public string RowsSum { get; private set; } = "";

    /// <summary>The first rows written.</summary>
    public IReadOnlyList<ResultRow> FirstRows => _first;

    /// <summary>The rows that failed, by their kind.</summary>
    public FailureKinds Failures { get; } = new();

    /// <summary>Appends a row and flushes it.</summary>
    /// <exception cref="HarnessException">It cannot be written; what was written before stands.</exception>
    public void Append(ResultRow row)
    {
        Write(() => _writer.Append(row));
        Keep(row);
    }

    /// <summary>Notes that the rows of all that is done have been appended.</summary>
    /// <exception cref="HarnessException">It cannot be written; what was written before stands.</exception>
    public void Commit(Checkpoint checkpoint) => Write(() => _journal.Add(new JournalEntry(_writer.Length, _writer.Sum, checkpoint)));

    /// <summary>Notes that the run has come to its end: the same command then begins anew.</summary>
    public void Complete()
    {
        _journal.Dispose();
        File.Delete(Path.Combine(Folder, Unfinished));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _writer.Dispose();
        _journal.Dispose();
    }

    private void Write(Action write)
    {
        // A file that was removed takes what is written, and it is lost.
        if (_inFolder.FirstOrDefault(path => !File.Exists(path)) is { } gone)
        {
            throw new HarnessException($"{gone}: was removed while the run was writing it; give the command again");
        }

        try
        {
            write();
            RowsSum = _writer.Sum;
        }
        catch (FixtureException e)
        {
            throw new HarnessException($"{e.Message}; what was written before stands, and the same command with the same --out goes on from there");
        }
    }

    /// <summary>All that may change between two calls of one command: who runs, and the files that are read.</summary>
    private static string Subject(CampaignSettings settings, IReadOnlyList<RunnerInfo> runners)
    {
        var lines = new List<string> { $"this program, build {typeof(OutputFolder).Module.ModuleVersionId}" };
        lines.AddRange(runners.Select(runner => runner.Scope.Length == 0 ? runner.Label : $"{runner.Label}, which offers {runner.Scope}"));
        string[] divergences = settings.FixturesFolder is { } folder ? [Path.Combine(folder, KnownDivergences.FileName)] : [];
        var words = new[] { settings.Reference, settings.Candidate }.Select(name => name[(name.IndexOf(':', StringComparison.Ordinal) + 1)..]).SelectMany(rest => (string[])[rest, .. rest.Split(' ')]);
        foreach (var file in settings.Files.Concat(divergences).Concat(words).Where(File.Exists).Distinct(StringComparer.Ordinal))
        {
            using var stream = File.OpenRead(file);
            lines.Add($"{file} with SHA-256 {Convert.ToHexStringLower(SHA256.HashData(stream))[..16]}");
        }

        return string.Join('\n', lines);
    }

    private void ReadRows(string path)
    {
        foreach (var row in ResultFile.Read(path))
        {
            Keep(row);
        }
    }

    private void Keep(ResultRow row)
    {
        Failures.Add(row);
        if (_first.Count < KeptRows && row.Verdict is Verdict.Failed or Verdict.Mistrusted)
        {
            _first.Add(row);
        }
    }
}
