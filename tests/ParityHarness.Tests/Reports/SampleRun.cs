using ParityHarness.Campaigns;
using ParityHarness.Reports;
using ParityHarness.Results;
using ParityHarness.Tests.Campaigns;

namespace ParityHarness.Tests.Reports;

/// <summary>The folder of a run, as the program leaves it.</summary>
internal sealed class SampleRun : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("parity-report-").FullName;

    public string Html => Path.Combine(Folder, "report.html");

    /// <summary>Runs, and writes what the program writes.</summary>
    public static SampleRun Of(CampaignSettings settings, CampaignLimits limits)
    {
        var sample = new SampleRun();
        CampaignResult result;
        using (var folder = new OutputFolder(sample.Folder, "0.1.0", "fuzz", settings, limits, overwrite: true))
        {
            var campaign = new Campaign(settings, limits, folder.Append);
            var tally = campaign.Run();
            result = new CampaignResult
            {
                Tally = tally,
                Settings = settings,
                Count = limits.Count,
                Ranges = campaign.Ranges,
                Reference = campaign.Reference!,
                Candidate = campaign.Candidate!,
                Elapsed = campaign.Elapsed,
                Started = DateTimeOffset.UnixEpoch,
                Machine = Machine.Describe(),
                Version = "0.1.0",
                Workers = 1,
            };
        }

        SummaryFile.Write(sample.Folder, result);
        return sample;
    }

    /// <summary>A runner with a named defect, fuzzed.</summary>
    public static SampleRun Faulty(string defect, long count = 400) =>
        Of(CampaignRun.Smoke(CampaignRun.Faulty(defect)), CampaignRun.OneWorker with { Count = count });

    public Report Read(string? baseline = null) => ReportReader.Read(Folder, baseline);

    /// <summary>Writes the report of this run.</summary>
    public SampleRun Write(string? baseline = null)
    {
        ReportFiles.Write(Folder, Read(baseline));
        return this;
    }

    /// <summary>Makes <paramref name="copies"/> rows of each.</summary>
    public void Multiply(int copies)
    {
        var path = Path.Combine(Folder, OutputFolder.Mismatches);
        var lines = File.ReadAllLines(path);
        using var writer = new StreamWriter(path);
        writer.NewLine = "\n";
        writer.WriteLine(lines[0]);
        for (var i = 0; i < copies; i++)
        {
            foreach (var line in lines.Skip(1))
            {
                writer.WriteLine(line);
            }
        }
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
