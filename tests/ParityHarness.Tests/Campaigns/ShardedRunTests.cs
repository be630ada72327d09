using ParityHarness.Campaigns;
using ParityHarness.Fixtures;
using ParityHarness.Results;

using Xunit;

namespace ParityHarness.Tests.Campaigns;

/// <summary>Shards that belong together are put together; those that do not are refused.</summary>
[Trait("speed", "slow")]
public sealed class ShardedRunTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("parity-shards-").FullName;

    private CampaignSettings Settings { get; } = CampaignRun.Smoke(CampaignRun.Faulty("flipped_kernel"));

    [Fact]
    public void Seven_shards_in_any_order_are_the_whole_run()
    {
        var whole = Run("whole", 1, 1);
        string[] folders = [.. new[] { 3, 1, 7, 5, 2, 6, 4 }.Select(part => Run($"part-{part}", part, 7))];
        var one = ShardedRun.Read([whole]);
        var seven = ShardedRun.Read(folders);

        Assert.InRange(one.Result.Tally.Failed, 200, 1000);
        Assert.Equal(string.Join('\n', one.Rows.Select(Line)), string.Join('\n', seven.Rows.Select(Line)));
        Assert.Equal(File.ReadLines(Path.Combine(whole, "mismatches.csv")).Count() - 1, seven.Rows.Count());
        Assert.Equal(CampaignTests.Counts(one.Result.Tally), CampaignTests.Counts(seven.Result.Tally));
        Assert.Equal(string.Join('\n', one.Result.FirstRows.Select(Line)), string.Join('\n', seven.Result.FirstRows.Select(Line)));
        Assert.Equal((one.Result.Why, one.Result.Coverage, one.Result.Shards), (seven.Result.Why, seven.Result.Coverage, seven.Result.Shards));
        Assert.Equal(one.Result.Ranges, seven.Result.Ranges);
    }

    [Fact]
    public void Put_together_they_are_a_folder_like_that_of_the_whole_run()
    {
        var whole = Run("whole", 1, 1);
        var seven = ShardedRun.Read([.. Enumerable.Range(1, 7).Select(part => Run($"part-{part}", part, 7))]);
        var target = Path.Combine(_root, "merged");

        for (var times = 0; times < 2; times++)
        {
            Assert.Equal("mismatches.csv summary.json", string.Join(' ', seven.Write(target).Select(Path.GetFileName)));
            Assert.Equal("mismatches.csv summary.json", string.Join(' ', Directory.GetFiles(target).Select(Path.GetFileName).Order(StringComparer.Ordinal)));
        }

        Assert.Equal(File.ReadAllText(Path.Combine(whole, "mismatches.csv")), File.ReadAllText(Path.Combine(target, "mismatches.csv")));
        Assert.Equal(CampaignTests.Counts(SummaryFile.Read(whole).Tally), CampaignTests.Counts(SummaryFile.Read(target).Tally));
        Assert.Equal(1, SummaryFile.Read(target).Shards);
    }

    [Fact]
    public void They_are_not_put_together_in_the_folder_of_a_run()
    {
        string[] parts = [Run("1", 1, 2), Run("2", 2, 2)];
        var rows = File.ReadAllText(Path.Combine(parts[1], "mismatches.csv"));

        Assert.Equal($"{parts[1]}: holds a run of its own; name another folder for what is put together", Assert.Throws<FixtureException>(() => ShardedRun.Read(parts).Write(parts[1])).Message);
        Assert.Equal(rows, File.ReadAllText(Path.Combine(parts[1], "mismatches.csv")));
    }

    [Fact]
    public void A_shard_that_is_missing_or_there_twice_is_named()
    {
        var (first, third) = (Run("1", 1, 4), Run("3", 3, 4));
        var again = Run("3-again", 3, 4);

        Assert.Equal($"{first}: of the 4 shards of its run 2, 4 are missing; name the folders of all", Refusal(first, third));
        Assert.Equal($"{again}: holds the same shard, 3 of 4, as {third}; name one of them", Refusal(first, third, again));
    }

    [Theory]
    [InlineData("seed", "its seed is 2 and not 1")]
    [InlineData("count", "its number of problems is 999 and not 1000")]
    [InlineData("shards", "its number of shards is 3 and not 2")]
    [InlineData("tolerance", "its tolerance is torch and not bound")]
    public void A_shard_of_another_run_is_refused_by_what_differs(string what, string difference)
    {
        var first = Run("1", 1, 2);
        var other = Run("2", 2, what == "shards" ? 3 : 2, Settings with { Seed = what == "seed" ? 2UL : 1, Tolerance = what == "tolerance" ? "torch" : "bound" }, what == "count" ? 999 : 1000);

        Assert.Equal($"{other}: is not of the same run as {first}: {difference}", Refusal(first, other));
    }

    [Fact]
    public void A_shard_that_is_not_at_its_end_is_refused()
    {
        var (first, second) = (Run("1", 1, 2), Run("2", 2, 2));
        File.WriteAllText(Path.Combine(second, "journal"), "");

        Assert.Equal($"{second}: the run in it is not at its end; give its command again, with the same --out, and it goes on", Refusal(first, second));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static string Line(ResultRow row) => string.Join('\u241F', row.ToFields());

    private static string Refusal(params string[] folders) => Assert.Throws<FixtureException>(() => ShardedRun.Read(folders)).Message;

    private string Run(string name, long part, long parts, CampaignSettings? settings = null, long count = 1000)
    {
        settings ??= Settings;
        var limits = CampaignRun.InProcess with { Count = count, RangeLength = 16, Shard = part - 1, Shards = parts };
        OutputFolder? folder = null;
        Campaign campaign = null!;
        campaign = new Campaign(
            settings,
            limits,
            row => folder!.Append(row),
            () => (folder = new OutputFolder(Path.Combine(_root, name), "1", "fuzz", settings, limits, overwrite: false, campaign.Reference!, campaign.Candidate!)).Resumed);
        var tally = campaign.Run();
        folder!.Dispose();
        SummaryFile.Write(folder.Folder, new CampaignResult
        {
            Tally = tally,
            Settings = settings,
            Count = count,
            Shard = part - 1,
            Shards = parts,
            Ranges = campaign.Ranges,
            Reference = campaign.Reference!,
            Candidate = campaign.Candidate!,
            Coverage = ShardedRun.CoverageOf(settings, campaign.Candidate!, campaign.Ranges),
        });
        folder.Complete();
        return folder.Folder;
    }
}
