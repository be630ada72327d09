using ParityHarness.Fixtures;
using ParityHarness.Results;
using ParityHarness.Tests.Campaigns;

using Xunit;

namespace ParityHarness.Tests.Results;

/// <summary>Failures become fixtures that fail again, and pass once the fault is mended.</summary>
public sealed class RecordingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("parity-recording-").FullName;

    private string Mismatches => Path.Combine(_folder, "mismatches.csv");

    private string Regressions => Path.Combine(_folder, Recording.FileName);

    [Fact]
    public void Recorded_failures_fail_again_and_pass_with_a_right_candidate()
    {
        Write(CampaignRun.Of(CampaignRun.Smoke(CampaignRun.Faulty("flipped_kernel")), CampaignRun.InProcess with { Count = 400 }));

        var added = Recording.Append(Mismatches, Regressions);

        Assert.InRange(added, 1, 24);
        Assert.All(FixtureFile.Read(Regressions).GroupBy(row => row.Name.Split(' ')[0], StringComparer.Ordinal), kind => Assert.InRange(kind.Count(), 1, 8));
        var faulty = Run(CampaignRun.Faulty("flipped_kernel"));
        var right = Run("kernel");
        Assert.Equal((added, added), (faulty.Tally.Problems, faulty.Tally.Failed));
        Assert.All(faulty.Rows, row => Assert.Equal("candidate", row.Text("side")));
        Assert.Equal((added, added), (right.Tally.Problems, right.Tally.Passed));
    }

    [Fact]
    public void The_same_failures_are_recorded_once()
    {
        Write(CampaignRun.Of(CampaignRun.Smoke(CampaignRun.Faulty("flipped_kernel")), CampaignRun.InProcess with { Count = 200 }));

        Assert.NotEqual(0, Recording.Append(Mismatches, Regressions));
        var text = File.ReadAllText(Regressions);
        Assert.Equal(0, Recording.Append(Mismatches, Regressions));
        Assert.Equal(text, File.ReadAllText(Regressions));
    }

    [Fact]
    public void Each_kind_of_failure_is_recorded()
    {
        var accepts = CampaignRun.Of(CampaignRun.Problems(CampaignRun.Faulty("accepts_everything"), "l4_k3_p3 float32 integer seed1"), CampaignRun.InProcess);
        var flips = CampaignRun.Of(CampaignRun.Problems(CampaignRun.Faulty("flipped_kernel"), "l1_k1", "l4_k3 float32 integer seed1", "l9_k3 float32 integer seed1"), CampaignRun.InProcess);
        Write(accepts, flips);

        Assert.Equal(2, Recording.Append(Mismatches, Regressions));
        var rows = FixtureFile.Read(Regressions);
        Assert.Equal([ParityHarness.Problems.OutcomeKind.Rejected, ParityHarness.Problems.OutcomeKind.Completed], rows.Select(row => row.Outcome!.Value));
        Assert.Equal("oracle 0.1.0", rows[0].RecordedBy);
        // Of the two like failures the smaller problem.
        Assert.Equal(4, rows[1].Problem.Length);
    }

    [Fact]
    public void What_the_reference_does_wrong_is_not_recorded()
    {
        Write(CampaignRun.Of(CampaignRun.Problems("kernel", "l4_k3 float32 integer seed1") with { Reference = CampaignRun.Faulty("flipped_kernel") }, CampaignRun.InProcess));

        Assert.Equal(0, Recording.Append(Mismatches, Regressions));
        Assert.Empty(FixtureFile.Read(Regressions));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private CampaignRun Run(string candidate) =>
        CampaignRun.Of(new CampaignSettings { Reference = "oracle", Candidate = candidate, Files = [Regressions] }, CampaignRun.InProcess);

    private void Write(params CampaignRun[] runs)
    {
        using var writer = new MismatchWriter(Mismatches);
        foreach (var row in runs.SelectMany(run => run.Rows))
        {
            writer.Append(row);
        }
    }
}
