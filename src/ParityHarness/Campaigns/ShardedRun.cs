using System.Globalization;

using ParityHarness.Fixtures;
using ParityHarness.Generation;
using ParityHarness.Judging;
using ParityHarness.Problems;
using ParityHarness.Results;
using ParityHarness.Runners;

namespace ParityHarness.Campaigns;

/// <summary>The shards of one run, put together: counts and rows are those of one run that was not sharded.</summary>
internal sealed class ShardedRun
{
    private const int KeptRows = 100;
    private readonly IReadOnlyList<CampaignResult> _shards;

    private ShardedRun(IReadOnlyList<CampaignResult> shards)
    {
        _shards = shards;
        Result = Merge();
    }

    /// <summary>What came of the whole.</summary>
    public CampaignResult Result { get; }

    /// <summary>All rows in the order of their indices, those of known divergences that are gone last; read from the files as they are asked for.</summary>
    /// <exception cref="FixtureException">A mismatches.csv cannot be read.</exception>
    public IEnumerable<ResultRow> Rows
    {
        get
        {
            var queue = new PriorityQueue<IEnumerator<ResultRow>, (bool, long)>();
            try
            {
                foreach (var shard in _shards)
                {
                    Enqueue(queue, ResultFile.Read(shard).GetEnumerator());
                }

                while (queue.TryDequeue(out var rows, out _))
                {
                    yield return rows.Current;
                    Enqueue(queue, rows);
                }
            }
            finally
            {
                foreach (var (rows, _) in queue.UnorderedItems)
                {
                    rows.Dispose();
                }
            }
        }
    }

    /// <summary>Reads the folders of all shards of one run, in any order; a run that is not sharded is one folder.</summary>
    /// <param name="folders">The --out of each.</param>
    /// <exception cref="FixtureException">One cannot be read, is not at its end, belongs to another run or is there twice, or one is missing.</exception>
    public static ShardedRun Read(IReadOnlyList<string> folders)
    {
        var shards = folders.Select(ReadFolder).OrderBy(shard => shard.Shard).ToList();
        var first = shards[0];
        foreach (var (before, shard) in shards.Zip(shards.Skip(1)))
        {
            if (Difference(first, shard) is { } difference)
            {
                throw new FixtureException(shard.Folder, $"is not of the same run as {first.Folder}: {difference}");
            }

            if (before.Shard == shard.Shard)
            {
                throw new FixtureException(shard.Folder, $"holds the same {(shard.Shards == 1 ? "run" : $"shard, {shard.Shard + 1} of {shard.Shards},")} as {before.Folder}; name one of them");
            }
        }

        if (folders.Count > 1 && shards.Count < first.Shards)
        {
            var there = shards.Select(shard => shard.Shard).ToHashSet();
            var missing = Enumerable.Range(0, (int)first.Shards).Where(shard => !there.Contains(shard)).Select(shard => shard + 1).ToList();
            throw new FixtureException(first.Folder, $"of the {first.Shards} shards of its run {string.Join(", ", missing.Take(20))}{(missing.Count > 20 ? ", ..." : "")} {(missing.Count == 1 ? "is" : "are")} missing; name the folders of all");
        }

        return new ShardedRun(shards);
    }

    /// <summary>Writes mismatches.csv, failures.csv where there are failures, and summary.json, as the whole run would have; their paths.</summary>
    /// <param name="folder">Where; made where it is not there. What was put together there before is replaced.</param>
    /// <exception cref="FixtureException">It holds a run, as that of a shard, or cannot be written.</exception>
    public IReadOnlyList<string> Write(string folder)
    {
        if (File.Exists(Path.Combine(folder, OutputFolder.Identity)))
        {
            throw new FixtureException(folder, "holds a run of its own; name another folder for what is put together");
        }

        WholeFile.MakeFolder(folder);
        var sum = "";
        WholeFile.Write(Path.Combine(folder, OutputFolder.Mismatches), beside =>
        {
            // Row by row: there may be more than memory holds.
            using var writer = new MismatchWriter(beside, []);
            foreach (var row in Rows)
            {
                writer.Append(row);
            }

            sum = writer.Sum;
        });
        FailureFile.Write(folder, [.. _shards.SelectMany(shard => FailureFile.Read(shard.Folder))]);
        SummaryFile.Write(folder, Result with { RowsSum = sum });
        return [.. ((string[])[OutputFolder.Mismatches, FailureFile.Name, SummaryFile.Name]).Select(name => Path.Combine(folder, name)).Where(File.Exists)];
    }

    private static CampaignResult ReadFolder(string folder)
    {
        if (File.Exists(Path.Combine(folder, OutputFolder.Unfinished)))
        {
            throw new FixtureException(folder, "the run in it is not at its end; give its command again, with the same --out, and it goes on");
        }

        return SummaryFile.Read(folder);
    }

    private static string? Difference(CampaignResult first, CampaignResult other)
    {
        // Where the fixtures lie is another place on another machine.
        foreach (var (what, a, b) in (IEnumerable<(string, object?, object?)>)[
            ("version", first.Version, other.Version),
            ("reference", first.Reference.Label, other.Reference.Label),
            ("candidate", first.Candidate.Label, other.Candidate.Label),
            ("profile", first.Settings.Profile, other.Settings.Profile),
            ("seed", first.Settings.Seed, other.Settings.Seed),
            ("number of problems", first.Count, other.Count),
            ("duration", first.Duration, other.Duration),
            ("number of shards", first.Shards, other.Shards),
            ("tolerance", first.Settings.Tolerance, other.Settings.Tolerance),
            ("condition", first.Settings.Where, other.Settings.Where),
            ("scope", first.Candidate.Scope, other.Candidate.Scope),
            ("settings", (first.Settings with { FixturesFolder = null }).ToJson(), (other.Settings with { FixturesFolder = null }).ToJson())])
        {
            if (!Equals(a, b))
            {
                return string.Create(CultureInfo.InvariantCulture, $"its {what} is {b ?? "none"} and not {a ?? "none"}");
            }
        }

        return null;
    }

    private static void Enqueue(PriorityQueue<IEnumerator<ResultRow>, (bool, long)> queue, IEnumerator<ResultRow> rows)
    {
        if (!rows.MoveNext())
        {
            rows.Dispose();
            return;
        }

        var index = rows.Current.Index;
        queue.Enqueue(rows, (index < 0, Math.Abs(index)));
    }

    private CampaignResult Merge()
    {
        if (_shards.Count == 1)
        {
            return _shards[0] with { FirstRows = FirstRows() };
        }

        var tally = new Tally();
        foreach (var shard in _shards)
        {
            tally.Add(shard.Tally);
        }

        var ranges = _shards.SelectMany(shard => shard.Ranges).Order().ToList();
        return _shards[0] with
        {
            Tally = tally,
            Ranges = ranges,
            Shard = 0,
            Shards = 1,
            Coverage = _shards.Any(shard => shard.Coverage is not null) ? CoverageOf(_shards[0].Settings, _shards[0].Candidate, ranges) : null,
            Elapsed = _shards.Max(shard => shard.Elapsed),
            Workers = _shards.Sum(shard => shard.Workers),
            Started = _shards.Min(shard => shard.Started),
            Machine = string.Join("; ", _shards.Select(shard => shard.Machine).Distinct(StringComparer.Ordinal)),
            WitnessesTried = _shards.Sum(shard => shard.WitnessesTried),
            WitnessesGone = _shards.Sum(shard => shard.WitnessesGone),
            GaveUp = _shards.Any(shard => shard.GaveUp),
            FoundEnough = _shards.Any(shard => shard.FoundEnough),
            IsEmptyShard = false,
            FirstRows = FirstRows(),
        };
    }

    /// <summary>Coverage of the grid by what was run, or null where fixtures were run.</summary>
    public static string? CoverageOf(CampaignSettings settings, RunnerInfo candidate, IEnumerable<(long Start, long End)> ranges)
    {
        if (settings.Where is not null || !settings.ScopeOf(candidate.Scope).IsAll || CaseSource.Of(settings) is not GeneratedCases cases)
        {
            return null;
        }

        var coverage = new Coverage(cases.Generator.Grid);
        foreach (var (start, end) in ranges)
        {
            coverage.AddRange(cases.Generator, start, end);
        }

        return coverage.ToString();
    }

    private List<ResultRow> FirstRows() => [.. Rows.Where(row => row.Verdict is Verdict.Failed or Verdict.Mistrusted).Take(KeptRows)];
}
