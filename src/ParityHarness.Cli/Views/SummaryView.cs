using System.Diagnostics;
using System.Globalization;

using ParityHarness.Judging;
using ParityHarness.Results;
using ParityHarness.Runners;

using Spectre.Console;

namespace ParityHarness.Cli.Views;

/// <summary>The closing summary on stdout.</summary>
internal static class SummaryView
{
    /// <summary>Shows the news first: what failed and why, then where, then what else is to be known, last the verdict.</summary>
    /// <param name="result">What came of the run.</param>
    /// <param name="only">The row of the only problem there is; null where there are more.</param>
    /// <param name="verbose">Whether the whole table, all counts and the times are shown.</param>
    public static void Show(CampaignResult result, ResultRow? only, bool verbose)
    {
        var console = Terminal.Output;
        var width = console.Profile.Width;

        // A line to be copied must stay one: where it is too long, the terminal breaks it, not we.
        console.Profile.Width = ushort.MaxValue;
        if (only is not null)
        {
            ProblemView.Show(console, only, result.Failures.Count == 1 ? result.Failures[0] : null);
        }
        else
        {
            FailuresView.Show(console, result);
        }

        console.Profile.Width = width;
        if (verbose)
        {
            ClassesView.ShowAll(console, result.Tally, emptyToo: result.Coverage is not null);
        }
        else if (only is null)
        {
            ClassesView.ShowFailing(console, result.Tally);
        }

        console.Profile.Width = ushort.MaxValue;
        ShowNotes(console, result);
        if (verbose)
        {
            ShowCounts(console, result);
        }

        ShowDrift(console, result);
        console.MarkupLine($"reference: {Describe(result.Reference, verbose)}");
        console.MarkupLine($"candidate: {Describe(result.Candidate, verbose)}");
        ShowTime(console, result, verbose);
        console.MarkupLine(Verdict(result));
    }

    /// <summary>The closing line, as markup.</summary>
    public static string Verdict(CampaignResult result)
    {
        var verdict = result.Holds ? "[green]parity holds[/]" : result is { Interrupted: true, Tally.Failed: 0 } ? "[yellow]parity is not shown[/]" : "[red]parity does not hold[/]";
        return $"{verdict}{result.ForScope.EscapeMarkup()}: {result.Why.EscapeMarkup()}";
    }

    private static void ShowNotes(IAnsiConsole console, CampaignResult result)
    {
        var tally = result.Tally;
        ShowDivergences(console, result);
        if (result.Where is { } where)
        {
            console.MarkupLine($"--where \"{where.EscapeMarkup()}\": {Number(tally.Problems)} of {Number(tally.Problems + tally[Counter.LeftOut])} problems matched");
        }

        if (result.OutsideScope is { } outside)
        {
            console.MarkupLine(outside.EscapeMarkup());
        }

        if (tally[Counter.UnsupportedByCandidate] > 0)
        {
            console.MarkupLine($"unsupported by the candidate: {Number(tally[Counter.UnsupportedByCandidate])}{(result.NotDone.Count == 0 ? "" : $" (all of {string.Join(", ", result.NotDone)})")}");
        }

        if (tally.Mistrusted > 0)
        {
            console.MarkupLine($"mistrusted, since nearly all outputs are zero: {Number(tally.Mistrusted)}, in {Path.Combine(result.Folder, OutputFolder.Mismatches).EscapeMarkup()}");
        }

        if (tally[Counter.Restarts] > 0)
        {
            console.MarkupLine($"[yellow]workers died and were started again: {Number(tally[Counter.Restarts])}[/]");
        }
    }

    /// <summary>All known divergences in one line.</summary>
    private static void ShowDivergences(IAnsiConsole console, CampaignResult result)
    {
        if (result.Tally.Divergences.Count > 0)
        {
            var notAsked = result.Tally.Divergences.Where(d => NotAsked(result).Contains(d.Key[..d.Key.LastIndexOf(' ')])).Sum(d => d.Value);
            var kinds = result.Tally.Divergences.Count;
            var tried = result.WitnessesTried > 0 ? $"; tried again and still there: {Number(result.WitnessesTried - result.WitnessesGone)} of {Number(result.WitnessesTried)}" : "";
            console.MarkupLine($"known divergences: {Number(result.Tally.Known)} problems, {kinds} {(kinds == 1 ? "kind" : "kinds")}{(notAsked > 0 ? $", {Number(notAsked)} not asked, since the process would end" : "")}{tried}");
        }
        else if (result.WitnessesTried > 0)
        {
            console.MarkupLine($"known divergences tried again and still there: {Number(result.WitnessesTried - result.WitnessesGone)} of {Number(result.WitnessesTried)}");
        }

        if (result is { WitnessesTried: 0, InProcess: true, LinesOnly: false })
        {
            console.MarkupLine("known divergences were not tried (--in-process): one of them might end the process");
        }
    }

    private static HashSet<string> NotAsked(CampaignResult result) =>
        KnownDivergences.All(result.Settings.FixturesFolder).Where(d => d.EndsProcess).Select(d => d.Name).ToHashSet(StringComparer.Ordinal);

    /// <summary>What is of interest to whoever asks for all.</summary>
    private static void ShowCounts(IAnsiConsole console, CampaignResult result)
    {
        var tally = result.Tally;
        foreach (var (kind, count) in tally.Failures)
        {
            console.MarkupLine($"failed, {kind.EscapeMarkup()}: [red]{Number(count)}[/]");
        }

        foreach (var (name, count) in tally.Divergences)
        {
            var end = name.LastIndexOf(' ');
            console.MarkupLine($"known divergence of {(name.EndsWith("both", StringComparison.Ordinal) ? "both" : "the" + name[end..])}, {name[..end].EscapeMarkup()}: {Number(count)}{(NotAsked(result).Contains(name[..end]) ? ", not asked: its process would end" : "")}");
        }

        if (tally.Unsupported > tally[Counter.UnsupportedByCandidate])
        {
            console.MarkupLine($"unsupported by the reference (judged by the oracle alone): {Number(tally.Unsupported - tally[Counter.UnsupportedByCandidate])}");
        }

        if (tally[Counter.Repeated] > 0)
        {
            console.MarkupLine($"problems asked again, in other layouts and from four threads at once: {Number(tally[Counter.Repeated])}; of these held against answers to related problems: {Number(tally[Counter.Related])}");
        }

        if (tally[Counter.ReasonsDiffer] > 0)
        {
            console.MarkupLine($"rejected by both for different reasons: {Number(tally[Counter.ReasonsDiffer])} (--strict-reasons fails them)");
        }

        if (tally[Counter.Unjudged] > 0)
        {
            console.MarkupLine($"outputs unjudged, since whether they overflow depends on the order of summation, or of a gradient on zeros beyond its edges: {Number(tally[Counter.Unjudged])}");
        }

        if (tally[Counter.SignedZeros] > 0)
        {
            console.MarkupLine($"outputs +0 on one side and -0 on the other, which are equal: {Number(tally[Counter.SignedZeros])}");
        }

        if (tally[Counter.TorchWouldRefuse] > 0)
        {
            console.MarkupLine($"passed problems that torch.testing.assert_close would refuse: {Number(tally[Counter.TorchWouldRefuse])}");
        }

        if (tally.Passed > 0)
        {
            console.MarkupLine(string.Create(CultureInfo.InvariantCulture, $"largest error of an output that passed, |output - exact| relative to the oracle's bound: candidate {tally.WorstCandidate:0.000}, reference {tally.WorstReference:0.000}"));
        }

        if (tally.Errors.WorstAccuracy > 0)
        {
            console.MarkupLine(string.Create(CultureInfo.InvariantCulture, $"largest rms error of the candidate relative to what it is compared with: {tally.Errors.WorstAccuracy:0.000}"));
        }

        if (result.Coverage is { } coverage)
        {
            console.MarkupLine(coverage.EscapeMarkup());
        }
    }

    /// <summary>In what two versions of one library differ: neither need be wrong.</summary>
    private static void ShowDrift(IAnsiConsole console, CampaignResult result)
    {
        if (result.OneSided is not { } oneSided)
        {
            return;
        }

        var drift = result.Tally.Drift;
        var table = Terminal.Table("difference", "problems", "example");
        table.Columns[1].RightAligned();
        foreach (var (version, name, witness) in oneSided)
        {
            var side = version == result.Reference ? "reference" : "candidate";
            AddDrift(table, $"divergence of {version.Label} alone: {name}", result.Tally.Divergences.GetValueOrDefault($"{name} {side}"), witness);
        }

        if (drift.Reasons > 0)
        {
            AddDrift(table, $"both reject, for different reasons ({drift.ReasonsDetail})", drift.Reasons, drift.ReasonsExample);
        }

        if (drift.Values > 0)
        {
            AddDrift(table, string.Create(CultureInfo.InvariantCulture, $"both right, other bits (apart by up to {drift.GreatestDifference:0.0E-00} of the largest output)"), drift.Values, drift.ValuesExample);
        }

        console.MarkupLine($"drift from {result.Reference.Label.EscapeMarkup()} to {result.Candidate.Label.EscapeMarkup()}{(table.Rows.Count == 0 ? ": none" : "")}");
        if (table.Rows.Count > 0)
        {
            console.Write(table);
        }
    }

    private static void AddDrift(Table table, string what, long problems, string example) =>
        table.AddRow(what.EscapeMarkup(), Number(problems), example.EscapeMarkup());

    private static void ShowTime(IAnsiConsole console, CampaignResult result, bool verbose)
    {
        var tally = result.Tally;
        var time = string.Create(CultureInfo.InvariantCulture, $"time: {result.Elapsed.TotalSeconds:0.00} s, {tally.Problems / Math.Max(1e-3, result.Elapsed.TotalSeconds):N0} problems/s on {result.Workers} worker(s)");
        var other = tally[TimeShare.All] - tally[TimeShare.Reference] - tally[TimeShare.Candidate] - tally[TimeShare.Oracle] - tally[TimeShare.Data] - tally[TimeShare.Repetition];
        console.MarkupLine(!verbose ? time : $"{time}; in the workers {Seconds(tally[TimeShare.All])}: reference {Seconds(tally[TimeShare.Reference])}, candidate {Seconds(tally[TimeShare.Candidate])}, oracle {Seconds(tally[TimeShare.Oracle])}, data {Seconds(tally[TimeShare.Data])}, repetition {Seconds(tally[TimeShare.Repetition])}, other {Seconds(other)}; handing over {Seconds(tally[TimeShare.HandingOver])}");
    }

    private static string Describe(RunnerInfo runner, bool verbose) => (runner.Details.Length == 0 || !verbose ? runner.Label : $"{runner.Label} ({runner.Details})").EscapeMarkup();

    private static string Seconds(long ticks) => string.Create(CultureInfo.InvariantCulture, $"{(double)ticks / Stopwatch.Frequency:0.00} s");

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
