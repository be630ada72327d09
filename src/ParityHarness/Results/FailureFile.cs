using System.Globalization;

using ParityHarness.Fixtures;

namespace ParityHarness.Results;

/// <summary>failures.csv: a row for each distinct failure of a run, with the columns of mismatches.csv and then those of the analysis.</summary>
internal static class FailureFile
{
    /// <summary>The file in a run's folder.</summary>
    public const string Name = "failures.csv";

    /// <summary>Writes the file beside and renames it; without failures there is none.</summary>
    /// <exception cref="FixtureException">It cannot be written.</exception>
    public static void Write(string folder, IReadOnlyList<Failure> failures)
    {
        var path = Path.Combine(folder, Name);
        if (failures.Count == 0)
        {
            File.Delete(path);
            return;
        }

        string[][] rows =
        [
            [.. ResultRow.Columns, .. FixtureFile.FailureColumns],
            .. failures.Select(f => (string[])[.. f.Row.ToFields(), Text(f.Count), f.Found, Text(f.Tried), f.Diagnosis, f.Area?.Condition ?? "", f.Area is { } area ? Text(area.Among) : "", f.Area is { } all ? Text(all.Others) : "", FailureShare.Format(f.Kinds)]),
        ];
        WholeFile.Write(path, CsvTable.Format(rows));
    }

    /// <summary>Reads what <see cref="Write"/> wrote; empty where there is no file.</summary>
    /// <exception cref="FixtureException">It cannot be read.</exception>
    public static IReadOnlyList<Failure> Read(string folder)
    {
        var path = Path.Combine(folder, Name);
        return !File.Exists(path)
            ? []
            : [.. CsvTable.Read(path, [.. ResultRow.Columns, .. FixtureFile.FailureColumns], [.. ResultRow.Columns, .. FixtureFile.FailureColumns]).Lines.Select(line => new Failure
            {
                Row = new ResultRow(line),
                Count = line.Parse("count", Number),
                Found = line["found"],
                Tried = (int)line.Parse("tried", Number),
                Diagnosis = line["diagnosis"],
                Area = line["condition"].Length == 0 ? null : new FailureArea(line["condition"], line.Parse("count", Number), line.Parse("among", Number), line.Parse("others", Number)),
                Kinds = line.Parse("kinds", FailureShare.Parse),
            })];
    }

    private static long Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new FormatException($"'{text}' is not a number");

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
