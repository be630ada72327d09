using ParityHarness.Results;

namespace ParityHarness.Campaigns;

/// <summary>What came of a range of cases: counts, and rows for what did not pass.</summary>
internal sealed class RangeResult
{
    /// <summary>Counts.</summary>
    public Tally Tally { get; } = new();

    /// <summary>Rows in the order of their indices.</summary>
    public List<ResultRow> Rows { get; } = [];

    /// <summary>The index after the last case that was run: before the range's end where a case killed its worker. Known to the coordinator alone.</summary>
    public long End { get; set; }

    /// <summary>Deaths of workers in it that count against the candidate; known to the coordinator alone.</summary>
    public int Crashes { get; set; }

    /// <summary>Hangs of workers in it that do.</summary>
    public int Hangs { get; set; }

    /// <summary>Adds what came of the cases right after these.</summary>
    public void Add(RangeResult other)
    {
        Tally.Add(other.Tally);
        Crashes += other.Crashes;
        Hangs += other.Hangs;
        Rows.AddRange(other.Rows);
    }

    /// <summary>Writes counts and rows.</summary>
    public void Write(BinaryWriter writer)
    {
        Tally.Write(writer);
        writer.Write(Rows.Count);
        foreach (var row in Rows)
        {
            foreach (var field in row.ToFields())
            {
                writer.Write(field);
            }
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static RangeResult Read(BinaryReader reader)
    {
        var result = new RangeResult();
        result.Tally.Add(Tally.Read(reader));
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            var row = new string[ResultRow.Columns.Length];
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = reader.ReadString();
            }

            result.Rows.Add(ResultFile.Row(row));
        }

        return result;
    }
}
