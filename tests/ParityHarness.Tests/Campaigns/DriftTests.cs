using ParityHarness.Judging;
using ParityHarness.Problems;
using ParityHarness.Results;
using ParityHarness.Tests.Fixtures;
using ParityHarness.Tests.Judging;

using Xunit;

namespace ParityHarness.Tests.Campaigns;

/// <summary>In what two versions of a library differ is counted where neither is wrong, and what one does wrong is excused where it is known.</summary>
[Trait("speed", "slow")]
public sealed class DriftTests
{
    private const string Header = "name,reference,versions,cpu,when,ends_process,witness,reference_does,reason\n";

    /// <summary>A fault of 2.10.0, which ends its process, one of both, one of 1.13.1, and a problem without any.</summary>
    private static readonly string[] Problems =
    [
        "n2_l4_k0 float32 integer seed0",
        "n0_l4_k3_d0 float32 integer seed0",
        "n0_l5_k5_p5_op3_d4294967297 float32 integer seed0",
        "n2_ic64_oc8_l40_k5_s2 float32 random seed1",
    ];

    private static readonly string Divergences = $"""
        newer,torchsharp,2.10.0,,k=0,yes,{Problems[0]},a,b
        ever,libtorch|torchsharp,1.13.1; 2.10.0,,d<1,,{Problems[1]},a,b
        older,libtorch,1.13.1,,span>=2^31,,{Problems[2]},a,b

        """;

    [Theory]
    [InlineData("torchsharp", "libtorch", true)]
    [InlineData("libtorch:avx2", "torchsharp", true)]
    [InlineData("libtorch", "libtorch", false)]
    [InlineData("torchsharp", "onednn", false)]
    [InlineData("kernel:256", "kernel:512", false)]
    [InlineData("native:a.so", "native:b.so", false)]
    public void Drift_is_measured_between_versions_of_one_released_library(string reference, string candidate, bool measured) =>
        Assert.Equal(measured, Drift.IsMeasured(reference, candidate));

    [Fact]
    public void Outputs_with_other_bits_count_and_the_greatest_difference_keeps_its_problem()
    {
        var drift = new Drift();
        using var same = new Bout("ic4_l8_k3 float32 integer seed1");
        drift.Add(same.Problem, same.Judge(), same.Reference, same.Candidate);
        Assert.Equal(0, drift.Values);

        var some = Nudged("l4_k3 float32 random seed1", 4);
        var more = Nudged("l4_k3 float32 random seed2", 400);
        var less = Nudged("l4_k3 float32 random seed3", 1);
        some.Add(more);
        some.Add(less);

        Assert.Equal(3, some.Values);
        Assert.Equal((more.GreatestDifference, "l4_k3 float32 forward random seed2"), (some.GreatestDifference, some.ValuesExample));
        Assert.InRange(more.GreatestDifference, 1e-6, 1e-3);
    }

    [Fact]
    public void The_first_rejection_for_another_reason_stands_as_the_example()
    {
        using var bout = new Bout("l4_k3_p9 float32 integer seed1");
        bout.Reference.Reject(RejectionReason.OutputSize, "too small");
        bout.Candidate.Reject(RejectionReason.Overflow, "too much");
        var drift = new Drift();
        drift.Add(bout.Problem, bout.Judge(), bout.Reference, bout.Candidate);
        drift.Add(bout.Problem with { Padding = 10 }, bout.Judge(), bout.Reference, bout.Candidate);

        Assert.Equal((2, "l4_k3_p9 float32 forward integer seed1", "output_size, then overflow"), (drift.Reasons, drift.ReasonsExample, drift.ReasonsDetail));
    }

    [Fact]
    public void A_divergence_is_known_on_the_side_of_either_version_and_its_witness_is_tried_there()
    {
        var run = Run("libtorch", "torchsharp", Divergences);
        var swapped = Run("torchsharp", "libtorch", Divergences);

        Assert.True(run.Result.Holds, run.Result.Why);
        Assert.True(swapped.Result.Holds, swapped.Result.Why);
        Assert.Equal("ever both, newer candidate, older reference", string.Join(", ", run.Tally.Divergences.Keys));
        Assert.Equal("ever both, newer reference, older candidate", string.Join(", ", swapped.Tally.Divergences.Keys));
        Assert.Equal((1, 3), (run.Tally.Passed, run.Tally.Known));
        Assert.Equal((4, 0), (run.Campaign.WitnessesTried, run.Campaign.WitnessesGone));
        Assert.Equal((1, Problems[^1].Replace(" random", " forward random", StringComparison.Ordinal)), (run.Tally.Drift.Values, run.Tally.Drift.ValuesExample));
    }

    [Fact]
    public void A_witness_that_is_gone_on_the_candidates_side_fails_the_run()
    {
        var run = Run("libtorch", "torchsharp", "gone,torchsharp,2.10.0,,k=1,,l4_k1 float32 integer seed1,a,b\n");

        var row = run.Rows.Single(r => r.Text("name") == "witness:gone");
        Assert.Contains("torchsharp 2.10.0 no longer diverges as 'gone' says", row.Text("detail"), StringComparison.Ordinal);
        Assert.StartsWith("parity run --reference torchsharp ", row.Text("rerun"), StringComparison.Ordinal);
        Assert.False(run.Result.Holds);
    }

    [Fact]
    public void A_fault_of_a_version_that_nobody_named_fails()
    {
        var run = Run("libtorch", "torchsharp", "");

        Assert.Equal("problem:0 candidate, problem:1 both, problem:2 reference", string.Join(", ", run.Rows.Select(r => $"{r.Text("name")} {r.Text("side")}")));
    }

    [Fact]
    public void Beside_another_reference_than_a_released_library_the_candidate_is_not_excused()
    {
        var run = Run("oracle", "torchsharp", Divergences);

        Assert.Equal("problem:0 candidate, problem:1 candidate", string.Join(", ", run.Rows.Select(r => $"{r.Text("name")} {r.Text("side")}")));
        Assert.Equal(0, run.Campaign.WitnessesTried);
    }

    private static CampaignRun Run(string reference, string candidate, string divergences)
    {
        using var folder = new RecordsFolder();
        folder.Write(KnownDivergences.FileName, Header + divergences);
        return CampaignRun.Of(
            new CampaignSettings { Reference = reference, Candidate = candidate, Problems = Problems, FixturesFolder = folder.Path },
            CampaignRun.OneWorker);
    }

    private static Drift Nudged(string problem, int ulps)
    {
        using var bout = new Bout(problem);
        bout.CopyReference();
        Bout.Nudge(bout.Candidate, 1, ulps);
        var drift = new Drift();
        drift.Add(bout.Problem, new Judgement(), bout.Reference, bout.Candidate);
        return drift;
    }
}
