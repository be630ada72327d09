using System.Globalization;
using System.Text;
using System.Text.Unicode;

using CsvHelper;
using CsvHelper.Configuration;

namespace ParityHarness.Fixtures;

/// <summary>A CSV file as lines of text, its form checked: UTF-8, one header, as many fields in each row as in the header.</summary>
internal sealed class CsvTable
{
    private const string NotClosed = "a quoted field is not closed; a quote within one is written twice";

    private static readonly CsvConfiguration Reading = new(CultureInfo.InvariantCulture)
    {
        IgnoreBlankLines = false,
        BadDataFound = arguments => throw new BadDataException(arguments.Field, arguments.RawRecord, arguments.Context),
    };

    private static readonly CsvConfiguration Writing = new(CultureInfo.InvariantCulture) { NewLine = "\n" };

    private CsvTable(string path, string[] columns, List<CsvLine> lines)
    {
        Path = path;
        Columns = columns;
        Lines = lines;
    }

    /// <summary>The file, as it was named.</summary>
    public string Path { get; }

    /// <summary>The header.</summary>
    public string[] Columns { get; }

    /// <summary>The rows below the header.</summary>
    public List<CsvLine> Lines { get; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="FixtureException">It cannot be read, or is malformed.</exception>
    public static CsvTable Read(string path, IReadOnlyCollection<string> known, IReadOnlyCollection<string> required) =>
        Parse(path, Text(path), known, required);

    /// <summary>Reads a file that may have columns beside those that are asked for.</summary>
    /// <exception cref="FixtureException">It cannot be read, or is malformed.</exception>
    public static CsvTable ReadAny(string path, IReadOnlyCollection<string> required) => Parse(path, Text(path), null, required);

    /// <summary>Rows as CSV text: one header, \n after each row.</summary>
    public static string Format(IEnumerable<IReadOnlyList<string>> rows)
    {
        using var text = new StringWriter();
        using var csv = new CsvWriter(text, Writing);
        foreach (var row in rows)
        {
            foreach (var field in row)
            {
                csv.WriteField(field);
            }

            csv.NextRecord();
        }

        csv.Flush();
        return text.ToString();
    }

    /// <summary>The text of a file.</summary>
    public static string Text(string path)
    {
        if (Directory.Exists(path))
        {
            throw new FixtureException(path, "is a directory; name a CSV file");
        }

        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FixtureException(path, "there is no such file");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FixtureException(path, $"cannot be read: {e.Message}");
        }

        // Spreadsheets write a byte order mark.
        var text = bytes.AsSpan();
        text = text.StartsWith(Encoding.UTF8.Preamble) ? text[Encoding.UTF8.Preamble.Length..] : text;
        if (!Utf8.IsValid(text))
        {
            Utf8.ToUtf16(text, new char[text.Length], out var good, out _, replaceInvalidSequences: false);
            throw new FixtureException(path, 1 + text[..good].Count((byte)'\n'), "is not UTF-8; save the file as UTF-8");
        }

        return Encoding.UTF8.GetString(text);
    }

    /// <summary>The rows of a text that was read from a file.</summary>
    public static CsvTable Parse(string path, string text, IReadOnlyCollection<string>? known, IReadOnlyCollection<string> required)
    {
        using var parser = new CsvParser(new StringReader(text), Reading);
        var columns = Next(parser, path, 1) ?? throw new FixtureException(path, "is empty; the first line must name the columns");
        CheckHeader(path, columns, known, required);
        var lines = new List<CsvLine>();
        for (var line = parser.RawRow + 1; Next(parser, path, line) is { } fields; line = parser.RawRow + 1)
        {
            if (fields.Length != columns.Length)
            {
                throw new FixtureException(path, line, fields is [""] ? "is blank; remove the line" : $"has {Count(fields.Length, "field")}, but the header has {columns.Length}");
            }

            lines.Add(new CsvLine(path, line, columns, fields));
        }

        return new CsvTable(path, columns, lines);
    }

    private static string[]? Next(CsvParser parser, string path, int line)
    {
        try
        {
            if (!parser.Read())
            {
                return null;
            }

            // A field is taken apart, and bad data seen, when it is asked for.
            var fields = parser.Record!;
            if (parser.RawRecord.Count(c => c == '"') % 2 != 0)
            {
                throw new FixtureException(path, line, NotClosed);
            }

            return fields;
        }
        catch (BadDataException e)
        {
            throw new FixtureException(path, line, e.Field.StartsWith('"') && e.Field.Count(c => c == '"') % 2 != 0
                ? NotClosed
                : "a quote stands inside a field; put the field in quotes and write the quote twice");
        }
    }

    private static void CheckHeader(string path, string[] columns, IReadOnlyCollection<string>? known, IReadOnlyCollection<string> required)
    {
        for (var i = 0; i < columns.Length; i++)
        {
            if (known?.Contains(columns[i], StringComparer.Ordinal) == false)
            {
                throw new FixtureException(path, 1, columns[i], $"there is no such column; there are {string.Join(' ', known)}");
            }

            if (columns.AsSpan(0, i).Contains(columns[i]))
            {
                throw new FixtureException(path, 1, columns[i], "the column stands twice");
            }
        }

        foreach (var column in required)
        {
            if (!columns.Contains(column, StringComparer.Ordinal))
            {
                throw new FixtureException(path, 1, column, "the column is missing");
            }
        }
    }

    private static string Count(int number, string what) => number == 1 ? $"1 {what}" : $"{number} {what}s";
}
