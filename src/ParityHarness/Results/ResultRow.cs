using System.Collections.Immutable;

using ParityHarness.Fixtures;

namespace ParityHarness.Results;

/// <summary>
/// One row of mismatches.csv: a fixture row, and after it what came of running it. fixtures/README.md describes the
/// columns.
/// </summary>
public sealed class ResultRow
{
    private static readonly Dictionary<string, int> Indices;

    static ResultRow()
    {
        Columns =
        [
            .. FixtureFile.Columns,
            .. FixtureFile.ResultColumns,
        ];
        Indices = Columns.Select((column, index) => (column, index)).ToDictionary(c => c.column, c => c.index, StringComparer.Ordinal);
    }

    /// <summary>A row whose result is still empty.</summary>
    public ResultRow(FixtureRow row)
    {
        Fields = new string[Columns.Length];
        Array.Fill(Fields, "");
        row.ToFields().CopyTo(Fields, 0);
    }

    /// <summary>A row whose fields came from elsewhere, e.g. from a worker.</summary>
    /// <param name="fields">One for each of <see cref="Columns"/>; kept, not copied.</param>
    public ResultRow(string[] fields)
    {
        if (fields.Length != Columns.Length)
        {
            throw new ArgumentException($"{fields.Length} fields for {Columns.Length} columns", nameof(fields));
        }

        Fields = fields;
    }

    /// <summary>All columns: those of <see cref="FixtureFile.Columns"/>, then the result's.</summary>
    public static ImmutableArray<string> Columns { get; }

    /// <summary>The fields, one for each of <see cref="Columns"/>.</summary>
    public string[] Fields { get; }

    /// <summary>The field of a column.</summary>
    public string this[string column]
    {
        get => Fields[Indices[column]];
        set => Fields[Indices[column]] = value;
    }
}
