using System.Security.Cryptography;
using System.Text;

using ParityHarness.Fixtures;

namespace ParityHarness.Results;

/// <summary>fixtures/regressions.csv: problems that once failed, each with its right answer.</summary>
internal static class RegressionFile
{
    /// <summary>
    /// Adds the rows whose problems are not in the file yet; what stands in it stays as it is. A name that is taken
    /// gets a number.
    /// </summary>
    /// <returns>How many were added.</returns>
    /// <exception cref="FixtureException">The file is malformed or cannot be written; it is then unchanged.</exception>
    public static int Append(string path, IEnumerable<FixtureRow> rows)
    {
        // Runs that record at once would each replace what the others have added.
        using var turn = new Mutex(initiallyOwned: false, @"Global\parity-record-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(path))))[..16]);
        try
        {
            turn.WaitOne();
        }
        catch (AbandonedMutexException)
        {
            // The run that had it was killed; the file is whole all the same.
        }

        try
        {
            return AppendAlone(path, rows);
        }
        finally
        {
            turn.ReleaseMutex();
        }
    }

    private static int AppendAlone(string path, IEnumerable<FixtureRow> rows)
    {
        var text = File.Exists(path) ? CsvTable.Text(path) : CsvTable.Format([FixtureFile.Columns]);
        var (present, columns) = FixtureFile.Parse(path, text);
        var problems = present.SelectMany(row => row.Problems).Select(problem => problem.ToString()).ToHashSet(StringComparer.Ordinal);
        var names = present.Select(row => row.Name).ToHashSet(StringComparer.Ordinal);
        var added = new List<string[]>();
        foreach (var row in rows)
        {
            // Not Any: each of the row's problems is to be remembered.
            if (row.Problems.Count(problem => problems.Add(problem.ToString())) > 0)
            {
                added.Add(InOrder(path, columns, row with { Name = FreeName(row.Name, names) }));
            }
        }

        if (added.Count > 0 || !File.Exists(path))
        {
            WholeFile.Write(path, (text.EndsWith('\n') ? text : text + "\n") + CsvTable.Format(added));
        }

        return added.Count;
    }

    private static string FreeName(string name, HashSet<string> names)
    {
        var free = name;
        for (var number = 2; !names.Add(free); number++)
        {
            free = $"{name}-{number}";
        }

        return free;
    }

    private static string[] InOrder(string path, string[] columns, FixtureRow row)
    {
        var fields = row.ToFields();
        for (var i = 0; i < fields.Length; i++)
        {
            if (fields[i].Length > 0 && !columns.Contains(FixtureFile.Columns[i], StringComparer.Ordinal))
            {
                throw new FixtureException(path, 1, FixtureFile.Columns[i], "the column is missing, and rows that are to be added have it");
            }
        }

        return Array.ConvertAll(columns, column => FixtureFile.Columns.IndexOf(column) is >= 0 and var index ? fields[index] : "");
    }
}
