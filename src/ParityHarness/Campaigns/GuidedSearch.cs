using ParityHarness.Results;

namespace ParityHarness.Campaigns;

/// <summary>
/// Climbs towards the candidate's largest error over the bound, and its largest rms error over what it is compared with. The worst
/// are kept for each size of sum, since the ratios fall with it, and small sums would crowd out the rest.
/// <para>
/// A range is made of what was found up to some ranges before it, however many workers there are and whoever is faster: so
/// the search is a function of the seed.
/// </para>
/// </summary>
internal sealed class GuidedSearch
{
    /// <summary>Problems handed out at once: few, so that what is found is soon used.</summary>
    public const int RangeLength = 64;

    /// <summary>A range is made of what the ranges up to this many before it have found.</summary>
    public const int Lag = 8;

    // For each niche the finds in the order in which they were made, each worse than the one before.
    private readonly List<(long Range, GuideFind Find)>[] _finds = [.. Enumerable.Range(0, GuideScore.Niches).Select(_ => new List<(long, GuideFind)>())];

    /// <summary>The worst found, by aim and size.</summary>
    public IReadOnlyList<WorstCase> Worst =>
        [.. _finds.Where(finds => finds.Count > 0).Select(finds => finds[^1].Find).Select(find => new WorstCase(find.Niche >= ErrorCounts.Sizes, find.Niche % ErrorCounts.Sizes, find.Ratio, find.Line))];

    /// <summary>What the range that begins at an index is made of: the worst of each niche.</summary>
    public IReadOnlyList<GuideFind> For(long start) =>
        [.. _finds.Select(finds => finds.FindLast(one => one.Range <= start / RangeLength - Lag).Find).Where(find => find.Line is not null)];

    /// <summary>Takes note of what a range has found.</summary>
    public void Add(long start, IReadOnlyList<GuideFind> found)
    {
        var range = start / RangeLength;
        foreach (var find in found)
        {
            var finds = _finds[find.Niche];
            if (finds.Count == 0 || find.Ratio > finds[^1].Find.Ratio)
            {
                finds.Add((range, find));
            }
        }

        foreach (var finds in _finds)
        {
            // No range that is still to be made looks behind the last find that it may see.
            var last = finds.FindLastIndex(one => one.Range <= range + 1 - Lag);
            finds.RemoveRange(0, Math.Max(0, last));
        }
    }

    /// <summary>Writes what was found.</summary>
    public void Write(BinaryWriter writer)
    {
        foreach (var finds in _finds)
        {
            writer.Write(finds.Count);
            foreach (var (range, find) in finds)
            {
                writer.Write(range);
                find.Write(writer);
            }
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public void Read(BinaryReader reader)
    {
        foreach (var finds in _finds)
        {
            finds.Clear();
            for (var left = reader.ReadInt32(); left > 0; left--)
            {
                finds.Add((reader.ReadInt64(), GuideFind.Read(reader)));
            }
        }
    }
}
