using Xunit;

namespace ParityHarness.Tests.Campaigns;

/// <summary>What goes wrong once in a run, and cannot be had again alone, fails the run.</summary>
public class StatefulRunnersTests
{
    [Theory]
    [InlineData("crashes_at_1500th_call", "SIGSEGV")]
    [InlineData("hangs_at_700th_call", "did not answer within")]
    [InlineData("other_bit_at_900th_call", "is exact")]
    public void What_goes_wrong_once_fails_a_run_of_smoke(string name, string said)
    {
        var run = CampaignRun.Of(CampaignRun.Smoke(CampaignRun.Faulty(name)) with { TimeoutSeconds = 0.5 }, CampaignRun.OneWorker with { Count = 2500 });

        Assert.False(run.Result.Holds);
        Assert.Contains(run.Rows, row => row.Text("verdict") == "failed" && row.Text("side") == "candidate" && row.Text("detail").Contains(said, StringComparison.Ordinal));
    }
}
