using ParityHarness.Fixtures;

namespace ParityHarness.Results;

/// <summary>Reads mismatches.csv row by row: the file of a long run does not fit into memory.</summary>
internal static class ResultFile
{
    // Files of earlier versions do not have these.
    private static readonly string[] Required = [.. ResultRow.Columns.Except(["check", "fault"], StringComparer.Ordinal)];

    private static readonly Dictionary<string, int> Places = ResultRow.Columns.Index().ToDictionary(column => column.Item, column => column.Index, StringComparer.Ordinal);

    /// <summary>The rows of a file in their order.</summary>
    /// <exception cref="FixtureException">It cannot be read, or is malformed: the message names file, line and column.</exception>
    public static IEnumerable<ResultRow> Read(string path) => CsvTable.Stream(path, null, Required).Select(line => new ResultRow(line));

    /// <summary>The row of <see cref="ResultRow.ToFields"/>.</summary>
    internal static ResultRow Row(string[] fields) => new(new CsvLine("mismatches.csv", 0, Places, fields));
}
