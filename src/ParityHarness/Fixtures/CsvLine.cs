namespace ParityHarness.Fixtures;

/// <summary>One row of a <see cref="CsvTable"/>: its fields by column, and where it stands.</summary>
internal sealed class CsvLine(string path, int number, string[] columns, string[] fields)
{
    /// <summary>The line of the file on which the row begins, from 1.</summary>
    public int Number => number;

    /// <summary>A field; empty where the file has no such column.</summary>
    public string this[string column]
    {
        get
        {
            var index = Array.IndexOf(columns, column);
            return index < 0 ? "" : fields[index];
        }
    }

    /// <summary>What is wrong with a field, as an exception to throw.</summary>
    public FixtureException Fault(string column, string problem) => new(path, number, column, problem);

    /// <summary>A field, parsed; a <see cref="FormatException"/> becomes the field's fault.</summary>
    public T Parse<T>(string column, Func<string, T> parse)
    {
        try
        {
            return parse(this[column]);
        }
        catch (FormatException e)
        {
            throw Fault(column, e.Message);
        }
    }
}
