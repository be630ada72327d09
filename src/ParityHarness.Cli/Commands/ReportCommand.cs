using System.CommandLine;

using ParityHarness.Campaigns;
using ParityHarness.Cli.Views;
using ParityHarness.Reports;
using ParityHarness.Results;

using Spectre.Console;

namespace ParityHarness.Cli.Commands;

/// <summary>parity report.</summary>
internal static class ReportCommand
{
    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var folders = new Argument<string[]>("DIR") { Description = "The output folder of a run, or those of all its shards in any order; or those of several runs, the earliest first, for a trend", Arity = ArgumentArity.OneOrMore };
        var baseline = new Option<string?>("--baseline") { Description = "The output folder of an earlier run: what is new, what is fixed, what still fails", HelpName = "DIR" };
        var target = new Option<string?>("--out") { Description = "Where the files go. Default: the folder of the run", HelpName = "DIR" };
        var command = new Command("report", """
            Makes report.html, report.md and junit.xml of a run. Of several shards it also makes the mismatches.csv and summary.json of the whole.

            Of several runs it makes the report of the last one, with what is new since the one before, and a trend of all.
            report.html is one file that opens from disk; report.md is for the summary of a CI step; in GitHub Actions the first ten
            failures become annotations. Exit code 0 where parity holds, 1 where it does not.
            """);
        command.Arguments.Add(folders);
        command.Options.Add(baseline);
        command.Options.Add(target);
        command.SetAction(parsed => Write(parsed.GetValue(folders)!, parsed.GetValue(baseline), parsed.GetValue(target)));
        return command;
    }

    private static int Write(string[] folders, string? baseline, string? target)
    {
        if (folders.Length > 1 && AreRuns(folders))
        {
            return Finish(ReportReader.Trend(folders, baseline), target ?? folders[^1], []);
        }

        if (folders.Length > 1 && target is null)
        {
            throw new HarnessException("a report of several shards belongs to none of their folders: name one for it by --out DIR", isUsage: true);
        }

        IReadOnlyList<string> merged = folders.Length > 1 ? ShardedRun.Read(folders).Write(target!) : [];
        var report = ReportReader.Read(folders.Length > 1 ? target! : folders[0], baseline);
        return Finish(report, target ?? folders[0], merged);
    }

    /// <summary>Whether these are runs, each whole, and not the shards of one.</summary>
    private static bool AreRuns(string[] folders) =>
        Array.TrueForAll(folders, folder => File.Exists(Path.Combine(folder, SummaryFile.Name))) && Array.TrueForAll(folders, folder => SummaryFile.Read(folder).Shards == 1);

    private static int Finish(Report report, string folder, IEnumerable<string> merged)
    {
        foreach (var path in merged.Concat(ReportFiles.Write(folder, report)))
        {
            Console.WriteLine($"written: {path}");
        }

        if (Environment.GetEnvironmentVariable("GITHUB_ACTIONS") == "true")
        {
            foreach (var line in GitHubAnnotations.Of(report))
            {
                Console.WriteLine(line);
            }
        }

        Terminal.Output.Profile.Width = ushort.MaxValue;
        Terminal.Output.MarkupLine(SummaryView.Verdict(report.Summary));
        return report.Summary.Holds ? Program.Holds : Program.DoesNotHold;
    }
}
