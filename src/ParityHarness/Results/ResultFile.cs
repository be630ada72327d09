using System.Globalization;

using ParityHarness.Fixtures;

using CsvHelper;
using CsvHelper.Configuration;

namespace ParityHarness.Results;

/// <summary>Reads mismatches.csv row by row: the file of a long run does not fit into memory.</summary>
public static class ResultFile
{
    /// <summary>The rows of a file in their order, as strings.</summary>
    /// <exception cref="FixtureException">It cannot be read, or is not as this version writes it.</exception>
    public static IEnumerable<ResultRow> Read(string path)
    {
        using var reader = Open(path);
        using var parser = new CsvParser(reader, new CsvConfiguration(CultureInfo.InvariantCulture));
        var columns = parser.Read() ? parser.Record! : [];
        if (!ResultRow.Columns.All(column => columns.Contains(column) || column is "check" or "fault"))
        {
            throw new FixtureException(path, 1, "is not the header of mismatches.csv as this version writes it");
        }

        while (parser.Read())
        {
            var fields = parser.Record!;
            yield return fields.Length == columns.Length
                ? new ResultRow(new CsvLine(path, parser.RawRow, columns, fields))
                : throw new FixtureException(path, parser.RawRow, $"has {fields.Length} fields, but the header has {columns.Length}");
        }
    }

    /// <summary>The row of <see cref="ResultRow.ToFields"/>.</summary>
    internal static ResultRow Row(string[] fields) => new(new CsvLine("mismatches.csv", 0, [.. ResultRow.Columns], fields));

    private static StreamReader Open(string path)
    {
        try
        {
            return new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FixtureException(path, e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : $"cannot be read: {e.Message}");
        }
    }
}
