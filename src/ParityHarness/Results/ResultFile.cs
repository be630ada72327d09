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
        if (!parser.Read() || !parser.Record!.AsSpan().SequenceEqual(ResultRow.Columns.AsSpan()))
        {
            throw new FixtureException(path, 1, "is not the header of mismatches.csv as this version writes it");
        }

        while (parser.Read())
        {
            var fields = parser.Record!;
            yield return fields.Length == ResultRow.Columns.Length
                ? new ResultRow(fields)
                : throw new FixtureException(path, parser.RawRow, $"has {fields.Length} fields, but the header has {ResultRow.Columns.Length}");
        }
    }

    /// <summary>The rows of a mismatches.csv, each with the fixture that it is of.</summary>
    /// <exception cref="FixtureException">It cannot be read, or is malformed.</exception>
    public static IReadOnlyList<(FixtureRow Row, ResultRow Result)> ReadRows(string path) =>
        [.. CsvTable.Read(path, ResultRow.Columns, ResultRow.Columns).Lines.Select(line => (FixtureFile.Row(line), new ResultRow([.. ResultRow.Columns.Select(column => line[column])])))];

    /// <summary>The fixture that a result is of.</summary>
    /// <exception cref="FixtureException">A field cannot be read.</exception>
    public static FixtureRow Fixture(ResultRow result) => FixtureFile.Row(new CsvLine("mismatches.csv", 0, [.. ResultRow.Columns], result.Fields));

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
