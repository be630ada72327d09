using System.CommandLine;

using ParityHarness.Campaigns;
using ParityHarness.Cli.Views;
using ParityHarness.Problems;

namespace ParityHarness.Cli.Commands;

/// <summary>What run and fuzz do once they know what is to be run.</summary>
internal static class Campaigning
{
    private const string DefaultFolder = "parity-out";

    /// <summary>Runs a campaign with progress, writes its folder, shows the summary; returns the exit code.</summary>
    public static int Run(ParseResult parsed, CommonOptions common, CampaignSettings settings, CampaignLimits limits, string command)
    {
        Campaign? campaign = null;
        OutputFolder? folder = null;
        campaign = new Campaign(settings, limits, row => folder!.Append(row));
        var named = parsed.GetValue(common.Out);
        folder = new OutputFolder(named ?? DefaultFolder, Version, command, settings, overwrite: named is null || parsed.GetValue(common.Force));
        using (folder)
        using (new Interruption(campaign))
        {
            Tally tally;
            using (new ProgressView(campaign, limits))
            {
                tally = campaign.Run();
            }

            var result = new CampaignResult
            {
                Tally = tally,
                Reference = campaign.Reference!,
                Candidate = campaign.Candidate!,
                FirstRows = folder.FirstRows,
                Elapsed = campaign.Elapsed,
                Workers = limits.Workers,
                Folder = folder.Folder,
                Coverage = CoverageOf(campaign),
                WitnessesTried = campaign.WitnessesTried,
                WitnessesGone = campaign.WitnessesGone,
                InProcess = limits.InProcess,
                GaveUp = campaign.GaveUp,
            };
            SummaryView.Show(result);
            if (parsed.GetValue(common.Record))
            {
                Record(settings, folder);
            }

            return result.Holds ? Program.Holds : Program.DoesNotHold;
        }
    }

    private static string Version => typeof(Campaign).Assembly.GetName().Version?.ToString(3) ?? "";

    private static string? CoverageOf(Campaign campaign)
    {
        if (campaign.Source is not GeneratedCases cases)
        {
            return null;
        }

        var coverage = new Coverage(cases.Generator.Grid);
        foreach (var (start, end) in campaign.Ranges)
        {
            coverage.AddRange(start, end);
        }

        return coverage.ToString();
    }

    private static void Record(CampaignSettings settings, OutputFolder folder)
    {
        if (settings.FixturesFolder is not { } fixtures)
        {
            throw new HarnessException("--record: there is no fixtures folder; name it by --fixtures DIR", isUsage: true);
        }

        var added = Recording.Append(Path.Combine(folder.Folder, OutputFolder.Mismatches), Path.Combine(fixtures, Recording.FileName));
        Console.WriteLine($"recorded: {added} distinct failure(s) of the candidate appended to {Path.Combine(fixtures, Recording.FileName)}");
    }
}
