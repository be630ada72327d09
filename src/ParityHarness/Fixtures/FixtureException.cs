namespace ParityHarness.Fixtures;

/// <summary>
/// A file of rows cannot be read or written. The message is one line, <c>file:line:column: what is wrong</c>, without
/// the parts that do not apply.
/// </summary>
internal sealed class FixtureException : Exception
{
    /// <summary>A fault of the file as a whole.</summary>
    public FixtureException(string path, string problem)
        : base($"{path}: {OneLine(problem)}")
    {
    }

    /// <summary>A fault of a line.</summary>
    public FixtureException(string path, int line, string problem)
        : base($"{path}:{line}: {OneLine(problem)}")
    {
    }

    /// <summary>A fault of one field.</summary>
    public FixtureException(string path, int line, string column, string problem)
        : base($"{path}:{line}:{column}: {OneLine(problem)}")
    {
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
