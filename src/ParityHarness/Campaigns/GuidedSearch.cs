using ParityHarness.Problems;

namespace ParityHarness.Campaigns;

/// <summary>
/// Climbs towards the candidate's largest error over the bound, and its largest rms error over what it is compared with: most
/// problems are made of the worst found so far, some anew. The worst are kept for each size of sum, since the ratios fall
/// with it, and small sums would crowd out the rest.
/// <para>
/// A range is made of what was found up to some ranges before it, however many workers there are and whoever is faster: so
/// the search is a function of the seed.
/// </para>
/// </summary>
internal sealed class GuidedSearch
{
    /// <summary>Problems handed out at once: few, so that what is found is soon used.</summary>
    public const int RangeLength = 32;

    /// <summary>A range is made of what the ranges up to this many before it have found.</summary>
    public const int Lag = 16;

    private const int AnewOneIn = 5;

    // For each aim and size the finds in the order in which they were made, each better than the one before.
    private readonly List<(long Range, double Ratio, string Line)>[] _finds = [.. Enumerable.Range(0, 2 * ErrorCounts.Sizes).Select(_ => new List<(long, double, string)>())];
    private readonly CaseSource _source;
    private readonly Profile _profile;
    private readonly ulong _seed;

    /// <summary>A search that begins with the problems of a generator.</summary>
    public GuidedSearch(CaseSource source, Profile profile, ulong seed) => (_source, _profile, _seed) = (source, profile, seed);

    /// <summary>The worst found, by aim and size.</summary>
    public IReadOnlyList<WorstCase> Worst =>
        [.. _finds.Select((finds, niche) => (finds, niche)).Where(n => n.finds.Count > 0).Select(n => new WorstCase(n.niche >= ErrorCounts.Sizes, n.niche % ErrorCounts.Sizes, n.finds[^1].Ratio, n.finds[^1].Line))];

    /// <summary>The problems of a range.</summary>
    public IReadOnlyList<string> Make(long start, long count)
    {
        var parents = _finds.Select(finds => finds.FindLast(find => find.Range <= start / RangeLength - Lag).Line).Where(line => line is not null).ToArray();
        var best = new[] { 0, ErrorCounts.Sizes }.Select(aim => _finds.Skip(aim).Take(ErrorCounts.Sizes).Select(finds => finds.FindLast(find => find.Range <= start / RangeLength - Lag)).MaxBy(find => find.Ratio).Line).ToArray();
        var lines = new string[count];
        for (var i = 0L; i < count; i++)
        {
            var random = new CounterRandom(CounterRandom.Stream(~_seed, (ulong)(start + i)));
            var isAnew = parents.Length == 0 || random.OneIn(AnewOneIn);
            // Half of the rest climb from the worst of all, which is where the next worst is likely; half from any size.
            var parent = isAnew ? null : random.OneIn(2) ? best[random.Below(2)] ?? parents[0] : parents[random.Below(parents.Length)];
            lines[i] = (parent is null ? _source.At(start + i).Problem : Mutation.Of(ProblemText.Parse(parent), _profile, ref random)).ToString();
        }

        return lines;
    }

    /// <summary>Takes note of what came of a range.</summary>
    public void Add(long start, IReadOnlyList<string> lines, IReadOnlyList<GuideScore> scores)
    {
        var range = start / RangeLength;
        for (var i = 0; i < scores.Count; i++)
        {
            Add(range, scores[i].Size, scores[i].Error, lines[i]);
            Add(range, ErrorCounts.Sizes + scores[i].Size, scores[i].Accuracy, lines[i]);
        }

        foreach (var finds in _finds)
        {
            // No range that is still to be made looks behind the last find that it may see.
            var last = finds.FindLastIndex(find => find.Range <= range + 1 - Lag);
            finds.RemoveRange(0, Math.Max(0, last));
        }
    }

    /// <summary>Writes what was found.</summary>
    public void Write(BinaryWriter writer)
    {
        foreach (var finds in _finds)
        {
            writer.Write(finds.Count);
            foreach (var (range, ratio, line) in finds)
            {
                writer.Write(range);
                writer.Write(ratio);
                writer.Write(line);
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
                finds.Add((reader.ReadInt64(), reader.ReadDouble(), reader.ReadString()));
            }
        }
    }

    private void Add(long range, int niche, double ratio, string line)
    {
        var finds = _finds[niche];
        if (ratio > 0 && double.IsFinite(ratio) && (finds.Count == 0 || ratio > finds[^1].Ratio))
        {
            finds.Add((range, ratio, line));
        }
    }
}
