namespace ParityHarness.Fixtures;

/// <summary>One row of a CSV file: its fields by column, and where it stands.</summary>
/// <param name="path">The file.</param>
/// <param name="number">The line of the file on which the row begins, from 1.</param>
/// <param name="places">The place of each column in <paramref name="fields"/>.</param>
/// <param name="fields">The fields.</param>
internal sealed class CsvLine(string path, int number, IReadOnlyDictionary<string, int> places, string[] fields)
{
    /// <summary>The line of the file on which the row begins, from 1.</summary>
    public int Number => number;

    /// <summary>A field; empty where the file has no such column.</summary>
    public string this[string column] => places.TryGetValue(column, out var place) ? fields[place] : "";

    /// <summary>What is wrong with a field, as an exception to throw.</summary>
    public FixtureException Fault(string column, string problem) => new(path, number, column, problem);

    /// <summary>A field, parsed; a <see cref="FormatException"/> becomes the field's fault.</summary>
    public T Parse<T>(string column, Func<string, T> parse)
    {
        try
        {
            return parse(this[column]);
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw Fault(column, e.Message);
        }
    }
}
