using System.Globalization;

using ParityHarness.Benchmarks;
using ParityHarness.Problems;
using ParityHarness.Results;
using ParityHarness.Runners;

using Spectre.Console;

namespace ParityHarness.Cli.Views;

/// <summary>The table of a benchmark and its closing lines on stdout.</summary>
internal static class BenchView
{
    private const int LargeMflop = 100;

    /// <summary>Shows everything.</summary>
    public static void Show(Benchmark benchmark, BenchmarkSettings settings, List<BenchmarkResult> results, int leftOut, string? path)
    {
        var console = Terminal.Output;
        ShowTable(console, benchmark, results);
        console.Profile.Width = ushort.MaxValue;
        ShowTroubles(console, results);
        if (leftOut > 0)
        {
            console.MarkupLine($"left out, since PyTorch rejects them or their outputs are empty: {Number(leftOut)} problems");
        }

        console.MarkupLine($"candidate: {Describe(benchmark.Candidate)}");
        foreach (var peer in benchmark.Peers)
        {
            console.MarkupLine($"peer: {Describe(peer)}");
        }

        console.MarkupLine($"machine: {Machine.Describe().EscapeMarkup()}; {Peak(settings, results)}");
        console.MarkupLine($"medians of {Number(settings.Rounds)} rounds; in brackets where the middle half of the ratios lies; a ratio above 1: the candidate is faster");
        foreach (var group in results.GroupBy(r => (What: What(r.Case.Problem), r.Threads)))
        {
            var what = $"{group.Key.What}, {group.Key.Threads} thread{(group.Key.Threads > 1 ? "s" : "")}";
            Close(console, what, [.. group]);
            ShowShares(console, what, [.. group]);
        }

        foreach (var unfair in benchmark.Peers.Where(p => !new Measurement { Runner = p }.IsFair))
        {
            console.MarkupLine($"[yellow]not a fair comparison[/]: {unfair.Label.EscapeMarkup()} runs on netlib's BLAS, which is many times slower than OpenBLAS (Debian: apt-get install libopenblas0-pthread)");
        }

        if (path is not null)
        {
            console.MarkupLine($"written: {path.EscapeMarkup()}");
        }
    }

    /// <summary>The form of a forward pass, or the gradients, which have no forms.</summary>
    public static string What(Problem problem) => problem.IsBackward ? problem.Pass.Name() : problem.Form.ToString().ToLowerInvariant();

    private static void ShowTable(IAnsiConsole console, Benchmark benchmark, List<BenchmarkResult> results)
    {
        var manyThreads = results.Select(r => r.Threads).Distinct().Count() > 1;
        string[] columns = ["problem", results.Any(r => r.Case.Problem.IsBackward) ? "form or pass" : "form", .. manyThreads ? new[] { "threads" } : [], "MFLOP", "time", "GFLOP/s", "share of limit", .. benchmark.Peers.Select(p => "x " + p.Name)];
        var table = Terminal.Table(columns);
        foreach (var column in table.Columns.Skip(2))
        {
            column.RightAligned();
        }

        foreach (var result in results)
        {
            var candidate = result.Candidate;
            string[] threads = manyThreads ? [Number(result.Threads)] : [];
            table.AddRow([
                result.Case.Name.EscapeMarkup(), What(result.Case.Problem), .. threads, Significant(2e-6 * result.Products),
                candidate.IsTimed ? Time(candidate.Seconds.Median) : candidate.IsFailure ? "[red]failed[/]" : "unsupported",
                candidate.IsTimed ? Significant(result.Gflops(candidate)) : "",
                candidate is { IsTimed: true, Share: { } share } ? string.Create(CultureInfo.InvariantCulture, $"{100 * share.Median:0} % {result.Limit}") : "",
                .. result.Peers.Select(peer => Ratio(candidate, peer)),
            ]);
        }

        console.Write(table);
    }

    private static string Ratio(Measurement candidate, Measurement peer)
    {
        if (!peer.IsTimed)
        {
            return peer.IsFailure ? "[red]failed[/]" : "[grey]unsupported[/]";
        }

        if (!candidate.IsTimed)
        {
            return "";
        }

        var colour = peer.Ratio.Median < 1 ? "yellow" : "green";
        return string.Create(CultureInfo.InvariantCulture, $"[{colour}]{Significant(peer.Ratio.Median)}[/] ({Significant(peer.Ratio.Low)} to {Significant(peer.Ratio.High)}){(peer.IsFair ? "" : " not fair")}");
    }

    /// <summary>Each reason once, with the first problem that it was given for.</summary>
    private static void ShowTroubles(IAnsiConsole console, List<BenchmarkResult> results)
    {
        var troubles = results.SelectMany(r => r.Peers.Prepend(r.Candidate).Where(m => !m.IsTimed).Select(m => (r.Case, Measurement: m)));
        foreach (var same in troubles.GroupBy(t => (t.Measurement.Runner.Name, t.Measurement.Problem, t.Measurement.IsFailure)))
        {
            console.MarkupLine($"{(same.Key.IsFailure ? "[red]failed[/]" : "unsupported")}: {same.Key.Name.EscapeMarkup()}, {same.First().Case.Name.EscapeMarkup()}{(same.Count() > 1 ? $" and {Number(same.Count() - 1)} more" : "")}: {(same.Key.Problem ?? "").EscapeMarkup()}");
        }
    }

    private static void Close(IAnsiConsole console, string what, List<BenchmarkResult> results)
    {
        var compared = results.Where(r => r.Strongest is not null).ToList();
        if (compared.Count == 0)
        {
            console.MarkupLine($"{what}: no fair peer was timed");
            return;
        }

        var mean = Math.Exp(compared.Average(r => Math.Log(r.Strongest!.Ratio.Median)));
        var worst = compared.MinBy(r => r.Strongest!.Ratio.Median)!;
        console.MarkupLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}, {compared.Count:N0} problem{(compared.Count > 1 ? "s" : "")} against the strongest peer of each: geometric mean [bold]{Significant(mean)}[/], worst {Significant(worst.Strongest!.Ratio.Median)} ({worst.Case.Name.EscapeMarkup()}, {worst.Strongest.Runner.Name.EscapeMarkup()}); {Below(compared, 1)} below 1, {Below(compared, 0.95)} below 0.95"));
    }

    private static int Below(List<BenchmarkResult> compared, double ratio) => compared.Count(r => r.Strongest!.Ratio.Median < ratio);

    /// <summary>How near the candidate comes to the peak of multiply-adds, on the problems that it limits.</summary>
    private static void ShowShares(IAnsiConsole console, string what, List<BenchmarkResult> results)
    {
        var limited = results.Where(r => r is { Limit: "fma", Candidate: { IsTimed: true, Share: not null } }).ToLookup(r => 2e-6 * r.Products > LargeMflop);
        foreach (var (size, group) in new[] { ($"above {LargeMflop} MFLOP", limited[true].ToList()), ($"up to {LargeMflop} MFLOP", limited[false].ToList()) })
        {
            if (group.MinBy(r => r.Candidate.Share!.Value.Median) is { } least)
            {
                var mean = Math.Exp(group.Average(r => Math.Log(r.Candidate.Share!.Value.Median)));
                console.MarkupLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{what}, {group.Count:N0} problem{(group.Count > 1 ? "s" : "")} {size}: {100 * mean:0} % of the peak in the geometric mean, least {100 * least.Candidate.Share!.Value.Median:0} % ({least.Case.Name.EscapeMarkup()})"));
            }
        }
    }

    private static string Peak(BenchmarkSettings settings, List<BenchmarkResult> results)
    {
        var peaks = results.Where(r => r.PeakGflops is not null).GroupBy(r => (r.Case.Problem.DType, r.Threads)).Select(group => string.Create(
            CultureInfo.InvariantCulture,
            $"{DTypes.Name(group.Key.DType)} on {group.Key.Threads} thread{(group.Key.Threads > 1 ? "s" : "")} {Quartiles.Of(group.Select(r => r.PeakGflops!.Value)).Median:0} GFLOP/s"));
        var text = string.Join(", ", peaks);
        return text.Length == 0 ? "no peak was measured" : $"peak of multiply-adds in this run, {(settings.Level == Kernels.SimdLevel.Scalar ? "scalar" : $"{(int)settings.Level} bits")}: {text}";
    }

    private static string Describe(RunnerInfo runner) => (runner.Details.Length == 0 ? runner.Label : $"{runner.Label} ({runner.Details})").EscapeMarkup();

    private static string Time(double seconds) => seconds switch
    {
        < 1e-6 => Significant(1e9 * seconds) + " ns",
        < 1e-3 => Significant(1e6 * seconds) + " µs",
        < 1 => Significant(1e3 * seconds) + " ms",
        _ => Significant(seconds) + " s",
    };

    /// <summary>Three digits: more were not measured.</summary>
    private static string Significant(double value) => value switch
    {
        >= 100 => value.ToString("N0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.0", CultureInfo.InvariantCulture),
        >= 0.1 => value.ToString("0.00", CultureInfo.InvariantCulture),
        >= 1e-3 => value.ToString("0.0000", CultureInfo.InvariantCulture),
        _ => value.ToString("G3", CultureInfo.InvariantCulture),
    };

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
