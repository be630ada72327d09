using System.Security.Cryptography;

using ParityHarness.Fixtures;

namespace ParityHarness.Results;

/// <summary>Reads mismatches.csv row by row: the file of a long run does not fit into memory.</summary>
internal static class ResultFile
{
    // Files of earlier versions do not have these.
    private static readonly string[] Required = [.. ResultRow.Columns.Except(["check", "fault"], StringComparer.Ordinal)];

    /// <summary>The rows of a file in their order.</summary>
    /// <exception cref="FixtureException">It cannot be read, or is malformed: the message names file, line and column.</exception>
    public static IEnumerable<ResultRow> Read(string path) => CsvTable.Stream(path, null, Required).Select(line => new ResultRow(line));

    /// <summary>The rows of a run that is at its end.</summary>
    /// <exception cref="FixtureException">As above; or after the last row: the file is not what the run wrote.</exception>
    public static IEnumerable<ResultRow> Read(CampaignResult run)
    {
        var path = Path.Combine(run.Folder, OutputFolder.Mismatches);
        foreach (var row in Read(path))
        {
            yield return row;
        }

        if (run.RowsSum.Length > 0 && run.RowsSum != SumOf(path))
        {
            throw new FixtureException(path, "was altered since the run wrote it; run it again");
        }
    }

    private static string SumOf(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file))[..16];
    }
}
