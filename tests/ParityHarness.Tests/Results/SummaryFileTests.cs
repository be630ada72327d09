using System.Text.Json;

using ParityHarness.Fixtures;
using ParityHarness.Judging;
using ParityHarness.Results;
using ParityHarness.Runners;
using ParityHarness.Tests.Campaigns;
using Xunit;

namespace ParityHarness.Tests.Results;

/// <summary>summary.json holds a run whole.</summary>
public sealed class SummaryFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("parity-summary-").FullName;

    [Fact]
    public void What_was_written_reads_back_the_same()
    {
        var result = Result(CampaignRun.Of(CampaignRun.Smoke(CampaignRun.Faulty("bias_missing")), CampaignRun.TwoWorkers with { Count = 600 }));

        var copy = RoundTrip(result);

        Assert.Equal(Text(result.Tally), Text(copy.Tally));
        Assert.True(copy.Tally.Failed > 0 && copy.Tally.Rejections.Count > 3 && copy.Tally.Errors.CandidateOverBound.Total > 100 && copy.Tally.Errors.CandidateAccuracy.Total > 10);
        Assert.Equal(result.CommandLine, copy.CommandLine);
        Assert.Equal(result with { Tally = copy.Tally, Ranges = copy.Ranges, OneSided = copy.OneSided, Settings = copy.Settings, FirstRows = copy.FirstRows, Folder = _folder }, copy);
        Assert.Equal(result.Ranges, copy.Ranges);
        Assert.Equal(result.OneSided, copy.OneSided);
        Assert.Equal(result.Settings.ToJson(), copy.Settings.ToJson());
        Assert.Equal((result.Holds, result.Why), (copy.Holds, copy.Why));
    }

    [Fact]
    public void Summaries_of_shards_add_up_to_that_of_the_whole()
    {
        var settings = CampaignRun.Smoke(CampaignRun.Faulty("bias_missing"));
        var limits = CampaignRun.OneWorker with { Count = 700, RangeLength = 100 };
        var whole = CampaignRun.Of(settings, limits).Tally;
        var sum = new Tally();
        for (var shard = 0; shard < 3; shard++)
        {
            sum.Add(RoundTrip(Result(CampaignRun.Of(settings, limits with { Shard = shard, Shards = 3 }))).Tally);
        }

        foreach (var tally in (Tally[])[whole, sum])
        {
            TimesToZero(tally);
        }

        Assert.Equal(Text(whole), Text(sum));
    }

    [Theory]
    [InlineData("", "summary.json: cannot be read: ")]
    [InlineData("{}", "summary.json: cannot be read: ")]
    [InlineData("[1]", "summary.json: cannot be read: ")]
    [InlineData("FORMAT 2", "summary.json: is of format 2; this version reads 1: run it again")]
    [InlineData("CLASS", "summary.json: cannot be read: there is no class 'no such'")]
    public void A_file_that_is_not_one_is_refused_in_one_line(string text, string message)
    {
        SummaryFile.Write(_folder, Result(CampaignRun.Of(CampaignRun.Problems("kernel", "l4_k3 float32 integer seed1"), CampaignRun.InProcess)));
        var path = Path.Combine(_folder, SummaryFile.Name);
        var whole = File.ReadAllText(path);
        File.WriteAllText(path, text switch
        {
            "FORMAT 2" => whole.Replace("\"format\": 1", "\"format\": 2", StringComparison.Ordinal),
            "CLASS" => whole.Replace("\"float32\":", "\"no such\":", StringComparison.Ordinal),
            _ => text,
        });

        var e = Assert.Throws<FixtureException>(() => SummaryFile.Read(_folder));
        Assert.StartsWith(Path.Combine(_folder, message), e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public void A_folder_without_one_says_why_that_may_be()
    {
        Assert.Contains("a run that was killed leaves none", Assert.Throws<FixtureException>(() => SummaryFile.Read(_folder)).Message, StringComparison.Ordinal);
        Assert.Contains("there is no such folder", Assert.Throws<FixtureException>(() => SummaryFile.Read(Path.Combine(_folder, "none"))).Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static CampaignResult Result(CampaignRun run) => run.Result with
    {
        Settings = CampaignRun.Smoke("kernel") with { Where = "g=1", Tolerance = "ulp:3" },
        Count = 600,
        Duration = TimeSpan.FromMinutes(2),
        Shard = 1,
        Shards = 4,
        Ranges = run.Campaign.Ranges,
        Where = "g=1",
        Version = "0.1.0",
        Machine = "this one",
        Started = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        Elapsed = TimeSpan.FromSeconds(1.5),
        Workers = 2,
        Coverage = "pairwise",
        WitnessesTried = 5,
        WitnessesGone = 1,
        OneSided = [new OneSidedDivergence(new RunnerInfo("libtorch", "1", "one"), "a_name", "l4_k3")],
        InProcess = true,
        FoundEnough = true,
    };

    private static string Text(Tally tally) => JsonSerializer.Serialize(TallyContent.Of(tally), ResultsJson.Default.TallyContent);

    private static void TimesToZero(Tally tally)
    {
        foreach (var share in Enum.GetValues<TimeShare>())
        {
            tally[share] = 0;
        }
    }

    private CampaignResult RoundTrip(CampaignResult result)
    {
        SummaryFile.Write(_folder, result);
        return SummaryFile.Read(_folder);
    }
}
