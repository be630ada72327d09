using System.CommandLine;
using System.Globalization;

using ParityHarness.Campaigns;
using ParityHarness.Cli.Views;
using ParityHarness.Judging;
using ParityHarness.Results;
using ParityHarness.Runners;

namespace ParityHarness.Cli.Commands;

/// <summary>What run and fuzz do once they know what is to be run.</summary>
internal static class Campaigning
{
    /// <summary>Where results go unless a folder is named.</summary>
    public const string DefaultFolder = "parity-out";

    /// <summary>Whoever runs one problem again and again, and mends in between, does not want to wait long for the reason.</summary>
    private static readonly TimeSpan BudgetOfOne = TimeSpan.FromSeconds(5);

    /// <summary>A failure that is run again must not wipe out the rows that it was taken from.</summary>
    private static readonly string DefaultFolderOfLines = Path.Combine(DefaultFolder, "problem");

    /// <summary>Runs a campaign with progress, writes its folder, shows the summary; returns the exit code.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="common">Its options.</param>
    /// <param name="settings">What is run.</param>
    /// <param name="limits">How much of it.</param>
    /// <param name="command">run or fuzz.</param>
    /// <param name="defaultFolder">Where results go without --out; null for the usual place.</param>
    public static int Run(ParseResult parsed, CommonOptions common, CampaignSettings settings, CampaignLimits limits, string command, string? defaultFolder = null)
    {
        var record = parsed.GetValue(common.Record);
        if (record && settings.FixturesFolder is null)
        {
            throw new HarnessException("--record: there is no fixtures folder; name it by --fixtures DIR", isUsage: true);
        }

        // A single problem is shown with its numbers, also where it passes.
        var isOne = settings is { IsLinesOnly: true, Problems.Count: 1 };
        settings = isOne ? settings with { AllRows = true } : settings;
        ResultRow? only = null;

        // Made only when both runners are loaded, so that a mistyped name does not cost the last run's results.
        OutputFolder? folder = null;
        var named = parsed.GetValue(common.Out);
        var started = DateTimeOffset.UtcNow;
        Campaign campaign = null!;
        campaign = new Campaign(
            settings,
            limits,
            row =>
            {
                folder!.Append(row);
                only = isOne ? row : null;
            },
            () =>
            {
                folder = new OutputFolder(named ?? defaultFolder ?? DefaultFolderOf(settings, limits), Version, command, settings, limits, overwrite: named is null || parsed.GetValue(common.Force), campaign.Reference!, campaign.Candidate!);
                if (folder.Resumed is { } resumed)
                {
                    Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"parity: going on with the run in {folder.Folder}, of which {resumed.Tally.Problems:N0} problems are done"));
                }

                return folder.Resumed;
            },
            checkpoint => folder!.Commit(checkpoint));
        var progress = new ProgressView(campaign, limits);
        using (new Interruption(campaign.Stop, progress.Say, progress.Abandon))
        {
            Tally tally;
            try
            {
                using (progress)
                {
                    tally = campaign.Run();
                }
            }
            finally
            {
                folder?.Dispose();
            }

            var failures = Analyse(campaign, settings, limits, folder!, only, TimeSpan.FromSeconds(parsed.GetValue(common.Shrink)!.Value));
            var result = new CampaignResult
            {
                Tally = tally,
                Settings = settings,
                Count = limits.Count,
                Duration = limits.Duration,
                Shard = limits.Shard,
                Shards = limits.Shards,
                Ranges = campaign.Ranges,
                Version = Version,
                Machine = Machine.Describe(),
                Started = started,
                Failures = failures,
                Reference = campaign.Reference!,
                Candidate = campaign.Candidate!,
                FirstRows = folder!.FirstRows,
                Elapsed = campaign.Elapsed,
                Workers = limits.Workers,
                Folder = folder.Folder,
                RowsSum = folder.RowsSum,
                Coverage = ShardedRun.CoverageOf(settings, campaign.Candidate!, campaign.Ranges),
                Where = settings.Where,
                OneSided = OneSided(settings, campaign.Reference!, campaign.Candidate!),
                WitnessesTried = campaign.WitnessesTried,
                WitnessesGone = campaign.WitnessesGone,
                LinesOnly = settings.IsLinesOnly,
                InProcess = limits.InProcess,
                GaveUp = campaign.GaveUp,
                FoundEnough = campaign.FoundEnough,
                IsEmptyShard = campaign.IsEmptyShard,
                Interrupted = campaign.Interrupted,
            };
            SummaryFile.Write(folder.Folder, result);
            SummaryView.Show(result, only, parsed.GetValue(common.Verbose));
            if (record)
            {
                Record(settings.FixturesFolder!, folder);
            }

            if (!campaign.Interrupted)
            {
                folder.Complete();
            }

            return result.Holds ? Program.Holds : Program.DoesNotHold;
        }
    }

    /// <summary>Shards may run side by side: each has a folder of its own.</summary>
    private static string DefaultFolderOf(CampaignSettings settings, CampaignLimits limits) =>
        settings.IsLinesOnly ? DefaultFolderOfLines : limits.Shards > 1 ? Path.Combine(DefaultFolder, $"shard-{limits.Shard + 1}-of-{limits.Shards}") : DefaultFolder;

    /// <summary>Shrinks and explains what failed, unless the user wants to be gone, or has given several problems to see just these.</summary>
    private static IReadOnlyList<Failure> Analyse(Campaign campaign, CampaignSettings settings, CampaignLimits limits, OutputFolder folder, ResultRow? only, TimeSpan budget)
    {
        // One that hangs or dies would do so again and again.
        var isWanted = only is null ? !settings.IsLinesOnly : only.Kind != MismatchKind.Fault;
        if (campaign.Interrupted || !isWanted || budget == TimeSpan.Zero || folder.Failures.All.Count == 0)
        {
            return [];
        }

        budget = only is not null && budget > BudgetOfOne ? BudgetOfOne : budget;

        using var line = new PassingLine($"looking for the causes of {folder.Failures.All.Count} kind(s) of failure, for up to {budget.TotalSeconds:0} s (--shrink)");

        try
        {
            var failures = new FailureAnalysis(settings, limits, budget).Run(folder.Failures, FailureAnalysis.Tried(settings, campaign.Candidate!, campaign.Ranges));
            FailureFile.Write(folder.Folder, failures);
            return failures;
        }
        catch (HarnessException e)
        {
            // What was run stands, with its rows; only why it failed is not told.
            Console.Error.WriteLine($"parity: the failures could not be shrunk: {e.Message}");
            return [];
        }
    }

    private static string Version => typeof(Campaign).Assembly.GetName().Version?.ToString(3) ?? "";

    private static List<OneSidedDivergence>? OneSided(CampaignSettings settings, RunnerInfo reference, RunnerInfo candidate)
    {
        if (!Drift.IsMeasured(reference.Name, candidate.Name))
        {
            return null;
        }

        var (ofReference, ofCandidate) = (KnownDivergences.Of(settings.FixturesFolder, reference), KnownDivergences.Of(settings.FixturesFolder, candidate));
        return
        [
            .. ofReference.ExceptBy(ofCandidate.Select(d => d.Name), d => d.Name, StringComparer.Ordinal).Select(d => new OneSidedDivergence(reference, d.Name, d.Witness.ToString())),
            .. ofCandidate.ExceptBy(ofReference.Select(d => d.Name), d => d.Name, StringComparer.Ordinal).Select(d => new OneSidedDivergence(candidate, d.Name, d.Witness.ToString())),
        ];
    }

    private static void Record(string fixtures, OutputFolder folder)
    {
        var added = Recording.Append(Path.Combine(folder.Folder, OutputFolder.Mismatches), Path.Combine(fixtures, Recording.FileName));
        Console.WriteLine($"recorded: {added} distinct failure(s) of the candidate appended to {Path.Combine(fixtures, Recording.FileName)}");
    }
}
