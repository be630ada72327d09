using System.Globalization;
using System.Text;
using System.Text.Unicode;

using CsvHelper;
using CsvHelper.Configuration;

namespace ParityHarness.Fixtures;

/// <summary>A CSV file as lines of text, its form checked: UTF-8, one header, as many fields in each row as in the header.</summary>
internal sealed class CsvTable
{
    /// <summary>Characters of a field; tensors stand in fields, and those of this size belong into a seed.</summary>
    private const int LongestField = 16 << 20;

    private const string NotClosed = "a quoted field is not closed; a quote within one is written twice";

    /// <summary>A spreadsheet takes a text that begins so for a formula, also in the wide forms of East Asian scripts.</summary>
    private const string FormulaStarts = "=+-@＝＋－＠";

    private static readonly CsvConfiguration Reading = new(CultureInfo.InvariantCulture)
    {
        IgnoreBlankLines = false,
        BadDataFound = arguments => throw new BadDataException(arguments.Field, arguments.RawRecord, arguments.Context),
        MaxFieldSize = LongestField,
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

    /// <summary>Reads a file whole.</summary>
    /// <param name="path">The file.</param>
    /// <param name="known">The columns that it may have; null for any.</param>
    /// <param name="required">The columns that it must have.</param>
    /// <exception cref="FixtureException">It cannot be read, or is malformed.</exception>
    public static CsvTable Read(string path, IReadOnlyCollection<string>? known, IReadOnlyCollection<string> required)
    {
        using var text = Open(path);
        return Parse(path, text, known, required);
    }

    /// <summary>The rows of a text that was read from a file.</summary>
    /// <exception cref="FixtureException">It is malformed.</exception>
    public static CsvTable Parse(string path, TextReader text, IReadOnlyCollection<string>? known, IReadOnlyCollection<string> required)
    {
        using var parser = new CsvParser(text, Reading);
        var columns = Header(parser, path, known, required);
        return new CsvTable(path, columns, [.. Rows(parser, path, columns)]);
    }

    /// <summary>The rows of a file one by one, for files that do not fit into memory.</summary>
    /// <exception cref="FixtureException">It cannot be read, or is malformed.</exception>
    public static IEnumerable<CsvLine> Stream(string path, IReadOnlyCollection<string>? known, IReadOnlyCollection<string> required)
    {
        using var text = Open(path);
        using var parser = new CsvParser(text, Reading);
        foreach (var line in Rows(parser, path, Header(parser, path, known, required)))
        {
            yield return line;
        }
    }

    /// <summary>Rows as CSV text: one header, \n after each row, an apostrophe before what a spreadsheet would run as a formula.</summary>
    public static string Format(IEnumerable<IReadOnlyList<string>> rows)
    {
        using var text = new StringWriter();
        using var csv = new CsvWriter(text, Writing);
        foreach (var row in rows)
        {
            foreach (var field in row)
            {
                var cell = IsFormula(field) ? "'" + field : field;
                if (cell.Contains('\r', StringComparison.Ordinal))
                {
                    csv.WriteField(cell, shouldQuote: true); // by itself only \n is quoted, and \r alone ends a row too
                }
                else
                {
                    csv.WriteField(cell);
                }
            }

            csv.NextRecord();
        }

        csv.Flush();
        return text.ToString();
    }

    /// <summary>The text of a file.</summary>
    /// <exception cref="FixtureException">It cannot be read, or is not UTF-8.</exception>
    public static string Text(string path)
    {
        using var text = Open(path);
        try
        {
            return text.ReadToEnd();
        }
        catch (DecoderFallbackException)
        {
            throw NotUtf8(path);
        }
    }

    private static StreamReader Open(string path)
    {
        if (Directory.Exists(path))
        {
            throw new FixtureException(path, "is a directory; name a CSV file");
        }

        try
        {
            // Spreadsheets write a byte order mark, which the reader skips.
            return new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite), new UTF8Encoding(false, throwOnInvalidBytes: true));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FixtureException(path, "there is no such file");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FixtureException(path, $"cannot be read: {e.Message}");
        }
    }

    private static IEnumerable<CsvLine> Rows(CsvParser parser, string path, string[] columns)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (place, column) in columns.Index())
        {
            places.Add(column, place);
        }

        for (var line = parser.RawRow + 1; Next(parser, path, line) is { } fields; line = parser.RawRow + 1)
        {
            yield return fields.Length == columns.Length
                ? new CsvLine(path, line, places, Array.ConvertAll(fields, WithoutApostrophe))
                : throw new FixtureException(path, line, fields is [""] ? "is blank; remove the line" : $"has {Count(fields.Length, "field")}, but the header has {columns.Length}");
        }
    }

    /// <summary>
    /// Whether a spreadsheet would run a field as a formula: it begins with one of its signs, after blanks or not, and is no number. A
    /// formula behind apostrophes counts too: it gets one more, so that what is read is always what was written.
    /// </summary>
    private static bool IsFormula(string field)
    {
        var text = field.AsSpan().TrimStart('\'').TrimStart();
        return text.Length > 0 && FormulaStarts.Contains(text[0], StringComparison.Ordinal)
            && text is not ("-inf" or "+inf") && !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
    }

    private static string WithoutApostrophe(string field) => field.StartsWith('\'') && IsFormula(field) ? field[1..] : field;

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
        catch (MaxFieldSizeException)
        {
            throw new FixtureException(path, line, $"has a field of more than {LongestField} characters; give a tensor of that size by a seed");
        }
        catch (DecoderFallbackException)
        {
            throw NotUtf8(path);
        }
    }

    private static FixtureException NotUtf8(string path)
    {
        // In Latin-1 each byte is a character, so that the lines can be looked at one by one.
        var line = 1 + File.ReadLines(path, Encoding.Latin1).TakeWhile(text => Utf8.IsValid(Encoding.Latin1.GetBytes(text))).Count();
        return new FixtureException(path, line, "is not UTF-8; save the file as UTF-8");
    }

    private static string[] Header(CsvParser parser, string path, IReadOnlyCollection<string>? known, IReadOnlyCollection<string> required)
    {
        var columns = Next(parser, path, 1) ?? throw new FixtureException(path, "is empty; the first line must name the columns");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        if (columns is [var only] && only.AsSpan().IndexOfAny(';', '\t') is >= 0 and var at)
        {
            throw new FixtureException(path, 1, $"the columns are separated by {(only[at] == ';' ? "semicolons" : "tabs")}; save the file with commas, as in name,problem");
        }

        foreach (var (place, column) in columns.Index())
        {
            if (column.Length == 0)
            {
                throw new FixtureException(path, 1, $"column {place + 1} has no name; name it, or remove the comma that makes it");
            }

            if (known?.Contains(column, StringComparer.Ordinal) == false)
            {
                throw new FixtureException(path, 1, column, $"there is no such column; there are {string.Join(' ', known)}");
            }

            if (!seen.Add(column))
            {
                throw new FixtureException(path, 1, column, "the column stands twice");
            }
        }

        foreach (var column in required)
        {
            if (!seen.Contains(column))
            {
                throw new FixtureException(path, 1, column, "the column is missing");
            }
        }

        return columns;
    }

    private static string Count(int number, string what) => number == 1 ? $"1 {what}" : $"{number} {what}s";
}
