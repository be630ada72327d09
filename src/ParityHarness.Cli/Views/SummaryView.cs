using System.Diagnostics;
using System.Globalization;

using ParityHarness.Judging;
using ParityHarness.Problems;
using ParityHarness.Results;
using ParityHarness.Runners;

using Spectre.Console;

namespace ParityHarness.Cli.Views;

/// <summary>The closing summary on stdout.</summary>
internal static class SummaryView
{
    private const int ShownFailures = 5;

    /// <summary>So wide a terminal takes the names of all outcomes; <see cref="NarrowOutcomes"/> are for one of 80 columns.</summary>
    private const int FullWidth = 126;

    private static readonly string[] NarrowOutcomes = ["passed", "rejected\nby both", "failed", "known\ndiverg.", "mis-\ntrusted", "unsup-\nported"];

    /// <summary>Shows everything.</summary>
    public static void Show(CampaignResult result)
    {
        var console = Terminal.Output;
        ShowClasses(console, result.Tally, emptyToo: result.Coverage is not null);

        // A line to be copied must stay one: where it is too long, the terminal breaks it, not we.
        console.Profile.Width = ushort.MaxValue;
        ShowFailures(console, result);
        ShowNotes(console, result);
        ShowDrift(console, result);
        ShowTimes(console, result);
        console.MarkupLine(Verdict(result));
    }

    /// <summary>The closing line, as markup.</summary>
    public static string Verdict(CampaignResult result)
    {
        var verdict = result.Holds ? "[green]parity holds[/]" : result is { Interrupted: true, Tally.Failed: 0 } ? "[yellow]parity is not shown[/]" : "[red]parity does not hold[/]";
        return $"{verdict}: {result.Why.EscapeMarkup()}";
    }

    private static void ShowClasses(IAnsiConsole console, Tally tally, bool emptyToo)
    {
        var isNarrow = console.Profile.Width < FullWidth;
        var table = Terminal.Table([.. new[] { "class", "problems" }.Concat(isNarrow ? NarrowOutcomes : Tally.Outcomes.Select(Words.Of))]);
        for (var c = 1; c < table.Columns.Count; c++)
        {
            table.Columns[c].RightAligned().NoWrap();
        }

        if (isNarrow)
        {
            // Eight columns of numbers leave the names little room.
            foreach (var column in table.Columns)
            {
                column.Padding(0, 1);
            }
        }

        AddRow(table, "all", [.. Tally.Outcomes.Select(o => tally[o])]);
        for (var c = 0; c < ProblemClasses.All.Count; c++)
        {
            var index = c;
            long[] counts = [.. Tally.Outcomes.Select(o => tally.OfClass(index, o))];

            // That generated problems leave a class empty must be seen; given problems are what they are.
            if (emptyToo || counts.Any(count => count > 0))
            {
                AddRow(table, ProblemClasses.All[c].Name, counts);
            }
        }

        console.Write(table);
    }

    private static void AddRow(Table table, string name, long[] counts)
    {
        var cells = new List<string> { name.EscapeMarkup(), Number(counts.Sum()) };
        for (var o = 0; o < counts.Length; o++)
        {
            var text = counts[o] == 0 ? "[grey]0[/]" : Number(counts[o]);
            cells.Add(o == 2 && counts[o] > 0 ? $"[red]{text}[/]" : text);
        }

        table.AddRow([.. cells]);
    }

    private static void ShowFailures(IAnsiConsole console, CampaignResult result)
    {
        foreach (var (kind, count) in result.Tally.Failures)
        {
            console.MarkupLine($"failed, {kind.EscapeMarkup()}: [red]{Number(count)}[/]");
        }

        foreach (var failure in result.Failures.Take(ShownFailures))
        {
            ShowRow(console, failure.Row, failure.Count);
            if (failure.Diagnosis.Length > 0)
            {
                console.MarkupLine($"    why: {failure.Diagnosis.EscapeMarkup()}");
            }

            console.MarkupLine($"    {failure.Row.Rerun.EscapeMarkup()}");
        }

        if (result.Failures.Count > ShownFailures)
        {
            console.MarkupLine($"  and {Number(result.Failures.Count - ShownFailures)} more in {Path.Combine(result.Folder, FailureFile.Name).EscapeMarkup()}");
        }

        // What failed is shown by its causes; without them, and of what is mistrusted, the first few as they were found.
        var rows = result.FirstRows.Where(row => result.Failures.Count == 0 || row.Verdict != Judging.Verdict.Failed).Take(ShownFailures).ToArray();
        foreach (var row in rows)
        {
            ShowRow(console, row, 1);
            console.MarkupLine($"    {row.Rerun.EscapeMarkup()}");
        }

        var all = (result.Failures.Count == 0 ? result.Tally.Failed : 0) + result.Tally.Mistrusted;
        if (all > rows.Length)
        {
            console.MarkupLine($"  and {Number(all - rows.Length)} more in {Path.Combine(result.Folder, OutputFolder.Mismatches).EscapeMarkup()}");
        }
    }

    private static void ShowRow(IAnsiConsole console, ResultRow row, long count)
    {
        var times = count > 1 ? $" {Number(count)} times, as" : "";
        console.MarkupLine($"  [{(row.Verdict == Judging.Verdict.Failed ? "red" : "yellow")}]{Words.Of(row.Verdict)}[/]{times} {row.Name.EscapeMarkup()}: {row.Detail.EscapeMarkup()}");
    }

    private static void ShowNotes(IAnsiConsole console, CampaignResult result)
    {
        var tally = result.Tally;
        var notAsked = KnownDivergences.All(result.Settings.FixturesFolder).Where(d => d.EndsProcess).Select(d => d.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, count) in tally.Divergences)
        {
            var end = name.LastIndexOf(' ');
            console.MarkupLine($"known divergence of {(name.EndsWith("both", StringComparison.Ordinal) ? "both" : "the" + name[end..])}, {name[..end].EscapeMarkup()}: {Number(count)}{(notAsked.Contains(name[..end]) ? ", not asked: its process would end" : "")}");
        }

        if (result.WitnessesTried > 0)
        {
            console.MarkupLine($"known divergences tried and still there: {Number(result.WitnessesTried - result.WitnessesGone)} of {Number(result.WitnessesTried)}");
        }

        else if (result.InProcess && !result.LinesOnly)
        {
            console.MarkupLine("known divergences were not tried (--in-process): one of them might end the process");
        }

        if (result.Where is { } where)
        {
            console.MarkupLine($"--where \"{where.EscapeMarkup()}\": {Number(tally.Problems)} of {Number(tally.Problems + tally[Counter.LeftOut])} problems matched");
        }

        if (tally.Unsupported > tally[Counter.UnsupportedByCandidate])
        {
            console.MarkupLine($"unsupported by the reference (judged by the oracle alone): {Number(tally.Unsupported - tally[Counter.UnsupportedByCandidate])}");
        }

        if (tally[Counter.UnsupportedByCandidate] > 0)
        {
            console.MarkupLine($"unsupported by the candidate: {Number(tally[Counter.UnsupportedByCandidate])}{(result.NotDone.Count == 0 ? "" : $" (all of {string.Join(", ", result.NotDone)})")}");
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

        if (tally[Counter.Restarts] > 0)
        {
            console.MarkupLine($"[yellow]workers died and were started again: {Number(tally[Counter.Restarts])}[/]");
        }

        if (tally.Passed > 0)
        {
            console.MarkupLine(string.Create(CultureInfo.InvariantCulture, $"largest error relative to the bound: candidate {tally.WorstCandidate:0.000}, reference {tally.WorstReference:0.000}"));
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

    private static void ShowTimes(IAnsiConsole console, CampaignResult result)
    {
        var tally = result.Tally;
        console.MarkupLine($"reference: {Describe(result.Reference)}");
        console.MarkupLine($"candidate: {Describe(result.Candidate)}");
        var other = tally[TimeShare.All] - tally[TimeShare.Reference] - tally[TimeShare.Candidate] - tally[TimeShare.Oracle] - tally[TimeShare.Data] - tally[TimeShare.Repetition];
        console.MarkupLine(string.Create(
            CultureInfo.InvariantCulture,
            $"time: {result.Elapsed.TotalSeconds:0.00} s, {tally.Problems / Math.Max(1e-3, result.Elapsed.TotalSeconds):N0} problems/s on {result.Workers} worker(s); in the workers {Seconds(tally[TimeShare.All])}: reference {Seconds(tally[TimeShare.Reference])}, candidate {Seconds(tally[TimeShare.Candidate])}, oracle {Seconds(tally[TimeShare.Oracle])}, data {Seconds(tally[TimeShare.Data])}, repetition {Seconds(tally[TimeShare.Repetition])}, other {Seconds(other)}; handing over {Seconds(tally[TimeShare.HandingOver])}"));
    }

    private static string Describe(RunnerInfo runner) => (runner.Details.Length == 0 ? runner.Label : $"{runner.Label} ({runner.Details})").EscapeMarkup();

    private static string Seconds(long ticks) => string.Create(CultureInfo.InvariantCulture, $"{(double)ticks / Stopwatch.Frequency:0.00} s");

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
