using ParityHarness.Results;

namespace ParityHarness.Tests;

/// <summary>A result as a file holds it.</summary>
internal static class RowText
{
    /// <summary>The field of a column of mismatches.csv.</summary>
    public static string Text(this ResultRow row, string column) => row.ToFields()[ResultRow.Columns.IndexOf(column)];
}
