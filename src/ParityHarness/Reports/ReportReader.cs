using ParityHarness.Fixtures;
using ParityHarness.Judging;
using ParityHarness.Results;

namespace ParityHarness.Reports;

/// <summary>Makes a report of the folder of a run: summary.json, mismatches.csv, and failures.csv and bench.csv where they are.</summary>
internal static class ReportReader
{
    /// <summary>Of fewer outputs a heat map shows nothing.</summary>
    private const int FewestOutputs = 24;

    private const string Benchmark = "bench.csv";
    private static readonly string[] BenchColumns = ["name", "threads", "role", "runner", "gflops", "ratio", "ratio_low", "ratio_high"];

    /// <summary>Reads a run, and an earlier one to compare it with.</summary>
    /// <exception cref="FixtureException">A file is missing or malformed.</exception>
    public static Report Read(string folder, string? baseline = null)
    {
        var summary = SummaryFile.Read(folder);
        var rows = ResultFile.Read(summary).Where(row => row.Verdict is Verdict.Failed or Verdict.Mistrusted).ToList();
        var groups = Groups(folder, rows);
        var examples = rows.Where(row => Outputs(row) is >= FewestOutputs and <= ExpectedOutput.MostValues && FailureKind.Of(row) is not null)
            .DistinctBy(row => FailureKind.Of(row)!).ToDictionary(row => FailureKind.Of(row)!);
        return new Report
        {
            Summary = summary,
            Groups = [.. groups.Take(Report.MostGroups).Select(group => WithValues(group, group.Kind is { } kind ? examples.GetValueOrDefault(kind) : null))],
            GroupsInAll = groups.Count,
            Rows = [.. rows.Take(Report.MostRows)],
            RowsInAll = rows.Count,
            Baseline = baseline is null ? null : Difference(summary, rows, baseline),
            Bench = [.. Bench(folder)],
        };
    }

    /// <summary>Reads the last of several runs, what is new in it since the one before, and how all of them came out.</summary>
    /// <param name="folders">Their folders, the earliest first.</param>
    /// <param name="baseline">Another run to say what is new since; null for the one before the last.</param>
    /// <exception cref="FixtureException">A file is missing or malformed.</exception>
    public static Report Trend(IReadOnlyList<string> folders, string? baseline = null) =>
        Read(folders[^1], baseline ?? folders[^2]) with { Trend = [.. folders.Select(SummaryFile.Read)] };

    private static FailureGroup WithValues(FailureGroup group, ResultRow? example)
    {
        var values = FailureValues.Of(group.Row);
        var isSmall = example is not null && Outputs(group.Row) < FewestOutputs;
        return group with
        {
            Values = values,
            Example = isSmall ? example : null,
            ExampleValues = isSmall ? FailureValues.Of(example!) : null,
            Snippets = Snippet.Of(group.Row, values),
        };
    }

    private static long Outputs(ResultRow row) => row.Elements ?? 0;

    private static List<FailureGroup> Groups(string folder, List<ResultRow> rows)
    {
        var shrunk = FailureFile.Read(folder)
            .Select(failure => new FailureGroup
            {
                Kind = FailureKind.Of(failure.Row),
                Count = failure.Count,
                Row = failure.Row,
                Found = failure.Found,
                Diagnosis = failure.Diagnosis,
                Area = failure.Area,
                Kinds = failure.Kinds,
            })
            .ToList();
        var groups = shrunk.Count > 0
            ? shrunk.GroupBy(g => (g.Kind, g.Diagnosis, Problem: g.Diagnosis.Length > 0 ? "" : g.Row.ProblemLine)).Select(g => g.First() with { Count = g.Sum(one => one.Count) })
            : rows.Where(row => row.Verdict == Verdict.Failed).GroupBy(row => FailureKind.Of(row)!)
                .Select(g => new FailureGroup { Kind = g.Key, Count = g.LongCount(), Row = g.MinBy(Size)! });
        return [.. groups.OrderByDescending(g => g.Count)];
    }

    private static BaselineDifference Difference(CampaignResult summary, List<ResultRow> rows, string folder)
    {
        var earlier = SummaryFile.Read(folder);
        var before = ResultFile.Read(earlier).Where(row => row.Verdict == Verdict.Failed).Select(row => row.Identity).ToHashSet(StringComparer.Ordinal);
        var now = rows.Where(row => row.Verdict == Verdict.Failed).Select(row => row.Identity).ToHashSet(StringComparer.Ordinal);
        return new BaselineDifference
        {
            Earlier = earlier,
            New = [.. now.Where(one => !before.Contains(one))],
            Fixed = [.. before.Where(one => !now.Contains(one))],
            Still = [.. now.Where(before.Contains)],
            SameProblems = ProblemsOf(earlier) == ProblemsOf(summary),
        };
    }

    private static string ProblemsOf(CampaignResult run) =>
        $"{run.Settings.Profile} {run.Settings.Seed} {run.Where} {run.Scope} {string.Join(' ', run.Settings.Files.Select(Path.GetFileName))} {string.Join(' ', run.Settings.Problems)} {string.Join(' ', run.Ranges)}";

    private static IEnumerable<IReadOnlyDictionary<string, string>> Bench(string folder)
    {
        var path = Path.Combine(folder, Benchmark);
        return File.Exists(path)
            ? CsvTable.Stream(path, null, BenchColumns).Select(line => BenchColumns.ToDictionary(column => column, column => line[column], StringComparer.Ordinal))
            : [];
    }

    /// <summary>A small one is easier to look at, but of a handful of outputs too little is seen.</summary>
    private static long Size(ResultRow row) => row.Elements is >= 8 and var elements ? elements : long.MaxValue;

}
