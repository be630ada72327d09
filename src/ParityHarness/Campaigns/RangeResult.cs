using System.Text.Json.Serialization;

using ParityHarness.Results;

namespace ParityHarness.Campaigns;

/// <summary>What came of a range of cases: counts, and rows for what did not pass.</summary>
internal sealed class RangeResult
{
    /// <summary>Counts.</summary>
    public Tally Tally { get; init; } = new();

    /// <summary>Rows in the order of their indices.</summary>
    public List<ResultRow> Rows { get; init; } = [];

    /// <summary>The index after the last case that was run: before the range's end where a case killed its worker. Known to the coordinator alone.</summary>
    [JsonIgnore]
    public long End { get; set; }

    /// <summary>Deaths of workers in it that count against the candidate; known to the coordinator alone.</summary>
    [JsonIgnore]
    public int Crashes { get; set; }

    /// <summary>Hangs of workers in it that do.</summary>
    [JsonIgnore]
    public int Hangs { get; set; }

    /// <summary>Adds what came of the cases right after these.</summary>
    public void Add(RangeResult other)
    {
        Tally.Add(other.Tally);
        Crashes += other.Crashes;
        Hangs += other.Hangs;
        Rows.AddRange(other.Rows);
    }
}
