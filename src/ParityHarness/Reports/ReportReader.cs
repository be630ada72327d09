using System.Globalization;

using ParityHarness.Fixtures;
using ParityHarness.Results;

namespace ParityHarness.Reports;

/// <summary>Makes a report of the folder of a run: summary.json, mismatches.csv, and failures.csv and bench.csv where they are.</summary>
public static class ReportReader
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
        var rows = Rows(folder).Where(row => row["verdict"] is "failed" or "mistrusted").ToList();
        var groups = Groups(folder, rows);
        var examples = rows.Where(row => Outputs(row) is >= FewestOutputs and <= ExpectedOutput.MostValues && FailureKind.Of(row) is not null)
            .DistinctBy(row => FailureKind.Of(row)!, StringComparer.Ordinal).ToDictionary(row => FailureKind.Of(row)!, StringComparer.Ordinal);
        return new Report
        {
            Summary = summary,
            Groups = [.. groups.Take(Report.MostGroups).Select(group => WithValues(group, examples.GetValueOrDefault(group.Kind)))],
            GroupsInAll = groups.Count,
            Rows = [.. rows.Take(Report.MostRows)],
            RowsInAll = rows.Count,
            Baseline = baseline is null ? null : Difference(summary, rows, baseline),
            Bench = [.. Bench(folder)],
        };
    }

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

    private static long Outputs(ResultRow row) => long.TryParse(row["elements"], CultureInfo.InvariantCulture, out var elements) ? elements : 0;

    private static IEnumerable<ResultRow> Rows(string folder) => ResultFile.Read(Path.Combine(folder, OutputFolder.Mismatches));

    private static List<FailureGroup> Groups(string folder, List<ResultRow> rows)
    {
        var shrunk = FailureFile.Read(folder)
            .Select(failure => new FailureGroup
            {
                Kind = FailureKind.Of(failure.Row) ?? "",
                Count = failure.Count,
                Row = failure.Row,
                Found = failure.Found,
                Diagnosis = failure.Diagnosis,
            })
            .ToList();
        var groups = shrunk.Count > 0
            ? shrunk.GroupBy(g => (g.Kind, g.Diagnosis, Problem: g.Diagnosis.Length > 0 ? "" : g.Row["problem"])).Select(g => g.First() with { Count = g.Sum(one => one.Count) })
            : rows.Where(row => row["verdict"] == "failed").GroupBy(row => FailureKind.Of(row)!, StringComparer.Ordinal)
                .Select(g => new FailureGroup { Kind = g.Key, Count = g.LongCount(), Row = g.MinBy(Size)! });
        return [.. groups.OrderByDescending(g => g.Count)];
    }

    private static BaselineDifference Difference(CampaignResult summary, List<ResultRow> rows, string folder)
    {
        var earlier = SummaryFile.Read(folder);
        var before = Rows(folder).Where(row => row["verdict"] == "failed").Select(Identity).ToHashSet(StringComparer.Ordinal);
        var now = rows.Where(row => row["verdict"] == "failed").Select(Identity).ToHashSet(StringComparer.Ordinal);
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
        $"{run.Settings.Profile} {run.Settings.Seed} {run.Where} {string.Join(' ', run.Settings.Files.Select(Path.GetFileName))} {string.Join(' ', run.Settings.Problems)} {string.Join(' ', run.Ranges)}";

    private static string Identity(ResultRow row) =>
        string.Join(' ', ((string[])[row["problem"], row["input"], row["weight"], row["bias"]]).Where(text => text.Length > 0));

    private static IEnumerable<IReadOnlyDictionary<string, string>> Bench(string folder)
    {
        var path = Path.Combine(folder, Benchmark);
        return File.Exists(path)
            ? CsvTable.ReadAny(path, BenchColumns).Lines.Select(line => BenchColumns.ToDictionary(column => column, column => line[column], StringComparer.Ordinal))
            : [];
    }

    /// <summary>A small one is easier to look at, but of a handful of outputs too little is seen.</summary>
    private static long Size(ResultRow row) => long.TryParse(row["elements"], CultureInfo.InvariantCulture, out var elements) && elements >= 8 ? elements : long.MaxValue;

}
