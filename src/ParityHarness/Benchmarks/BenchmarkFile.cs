using System.Globalization;

using ParityHarness.Fixtures;

namespace ParityHarness.Benchmarks;

/// <summary>bench.csv: one row for each problem, form, number of threads and runner; fixtures/README.md describes the columns.</summary>
internal static class BenchmarkFile
{
    /// <summary>The file's name.</summary>
    public const string Name = "bench.csv";

    /// <summary>The columns.</summary>
    public static IReadOnlyList<string> Columns { get; } =
    [
        "name", "problem", "form", "threads", "role", "runner", "version", "details", "fair",
        "samples", "calls", "seconds", "seconds_low", "seconds_high", "gflops", "limit", "share", "share_low", "share_high",
        "ratio", "ratio_low", "ratio_high", "mflop", "peak_gflops", "bandwidth", "machine", "note",
    ];

    /// <summary>Writes a file whole, replacing what was there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="results">What was measured.</param>
    /// <param name="rounds">Samples of each.</param>
    /// <param name="machine">On what.</param>
    /// <exception cref="FixtureException">It cannot be written.</exception>
    public static void Write(string path, IEnumerable<BenchmarkResult> results, int rounds, string machine) =>
        WholeFile.Write(path, CsvTable.Format([Columns, .. results.SelectMany(result => Rows(result, rounds, machine))]));

    private static IEnumerable<string[]> Rows(BenchmarkResult result, int rounds, string machine)
    {
        yield return Row(result, result.Candidate, "candidate", rounds, machine);
        foreach (var peer in result.Peers)
        {
            yield return Row(result, peer, "peer", rounds, machine);
        }
    }

    private static string[] Row(BenchmarkResult result, Measurement of, string role, int rounds, string machine)
    {
        var timed = of.IsTimed;
        var compared = timed && result.Candidate.IsTimed;
        return
        [
            result.Case.Name, result.Case.Problem.ToString(), result.Case.Problem.Form.ToString().ToLowerInvariant(),
            result.Threads.ToString(CultureInfo.InvariantCulture), role, of.Runner.Name, of.Runner.Version, of.Runner.Details, of.IsFair ? "yes" : "no",
            timed ? rounds.ToString(CultureInfo.InvariantCulture) : "", timed ? of.Calls.ToString(CultureInfo.InvariantCulture) : "",
            Number(timed, of.Seconds.Median), Number(timed, of.Seconds.Low), Number(timed, of.Seconds.High),
            Number(timed, timed ? result.Gflops(of) : 0),
            result.Limit ?? "", Number(timed, of.Share?.Median), Number(timed, of.Share?.Low), Number(timed, of.Share?.High),
            Number(compared, of.Ratio.Median), Number(compared, of.Ratio.Low), Number(compared, of.Ratio.High),
            Number(true, 2e-6 * result.Products), Number(true, result.PeakGflops), Number(timed, result.Bandwidth), machine,
            of.Problem ?? "",
        ];
    }

    private static string Number(bool there, double? value) => there && value is { } number ? number.ToString("G6", CultureInfo.InvariantCulture) : "";
}
