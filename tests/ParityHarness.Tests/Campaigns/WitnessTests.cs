using ParityHarness.Judging;
using ParityHarness.Results;
using ParityHarness.Runners;
using ParityHarness.Tests.Fixtures;

using Xunit;

namespace ParityHarness.Tests.Campaigns;

/// <summary>Known divergences are tried in every run, and cover only what the reference alone does wrong.</summary>
[Trait("speed", "slow")]
public sealed class WitnessTests : IDisposable
{
    private const string Header = "name,reference,versions,cpu,when,witness,reference_does,reason\n";
    private const string Right = "l4_k1 float32 integer seed1";
    private const string Wrong = "l4_k3_s2 float32 integer seed1";
    private readonly string _folder = Directory.CreateTempSubdirectory("parity-witness-").FullName;

    [Fact]
    public void A_divergence_that_is_still_there_passes_and_is_counted_apart()
    {
        var run = Run($"flipped,native,*,,k>1,{Wrong},flips the kernel,wrong\n", CampaignRun.Faulty("flipped_kernel"), "kernel", Right, Wrong);

        Assert.Equal((1, 0), (run.Campaign.WitnessesTried, run.Campaign.WitnessesGone));
        Assert.Equal((2, 1, 1, 0), (run.Tally.Problems, run.Tally.Passed, run.Tally.Known, run.Tally.Failed));
        Assert.Equal(1, run.Tally.Divergences["flipped reference"]);
        Assert.True(run.Result.Holds);
        Assert.Empty(run.Rows);
    }

    [Theory]
    [InlineData("1e9,1e9")]
    [InlineData("ulp:18446744073709551615")]
    public void A_tolerance_that_would_pass_the_wrong_answer_does_not_make_the_divergence_gone(string tolerance)
    {
        File.WriteAllText(Path.Combine(_folder, KnownDivergences.FileName), Header + $"flipped,native,*,,k>1,{Wrong},flips the kernel,wrong\n");
        var run = CampaignRun.Of(
            new CampaignSettings { Reference = CampaignRun.Faulty("flipped_kernel"), Candidate = "kernel", Problems = [Right], FixturesFolder = _folder, Tolerance = tolerance },
            CampaignRun.OneWorker);

        Assert.Equal((1, 0), (run.Campaign.WitnessesTried, run.Campaign.WitnessesGone));
        Assert.True(run.Result.Holds, run.Result.Why);
    }

    [Fact]
    public void A_divergence_that_is_gone_fails_the_run()
    {
        var run = Run($"gone,oracle,*,,k>1,{Wrong},flips the kernel,wrong\n", "oracle", "kernel", Right);

        var row = Assert.Single(run.Rows);
        Assert.Equal(("witness:gone", "failed", "drift", "reference"), (row.Text("name"), row.Text("verdict"), row.Text("kind"), row.Text("side")));
        Assert.Contains("no longer diverges as 'gone' says: take the row out of divergences.csv", row.Text("detail"), StringComparison.Ordinal);
        Assert.Equal((1, false), (run.Campaign.WitnessesGone, run.Result.Holds));
    }

    [Fact]
    public void A_candidate_that_shares_the_divergence_fails()
    {
        var run = Run($"flipped,native,*,,k>1,{Wrong},flips the kernel,wrong\n", CampaignRun.Faulty("flipped_kernel"), CampaignRun.Faulty("flipped_kernel"), Wrong);

        Assert.Equal("both", Assert.Single(run.Rows).Text("side"));
        Assert.False(run.Result.Holds);
    }

    [Fact]
    public void A_candidate_that_does_not_do_the_witness_does_not_make_the_divergence_gone()
    {
        var run = Run("accepts,native,*,,p>2,l4_k3_p3 int64 integer seed1,completes,wrong\n", CampaignRun.Source("accepts_int64", """
            int32_t parity_conv_transpose1d(parity_call *call)
            {
                if (call->operation != PARITY_FORWARD || call->padding.values[0] != 3)
                    return correct(call);
                call->output.dtype = call->weight.dtype;
                call->output.ndim = 1;
                call->output.shape[0] = 0;
                return PARITY_COMPLETED;
            }
            """), CampaignRun.Source("float32_only", """
            int32_t parity_conv_transpose1d(parity_call *call)
            {
                if (call->operation == PARITY_FORWARD && call->input.dtype != PARITY_FLOAT32)
                    return PARITY_UNSUPPORTED;
                return correct(call);
            }
            """), Right);

        Assert.Equal((1, 0), (run.Campaign.WitnessesTried, run.Campaign.WitnessesGone));
        Assert.True(run.Result.Holds, run.Result.Why);
    }

    [Fact]
    public void Divergences_of_other_references_and_versions_are_not_tried()
    {
        var run = Run($"other,libtorch,*,,k>1,{Wrong},a,b\nolder,oracle,0.0.1,,k>1,{Wrong},a,b\n", "oracle", "kernel", Right);

        Assert.Equal((0, 0, 1), (run.Campaign.WitnessesTried, run.Campaign.WitnessesGone, run.Tally.Passed));
    }

    [Fact]
    public void A_witness_at_which_the_reference_dies_is_known_each_time()
    {
        var run = Run($"dies,native,*,,k>1,{Wrong},dies,wrong\n", CampaignRun.Source("dies_at_taps", """
            int32_t parity_conv_transpose1d(parity_call *call)
            {
                if (computes(call) && call->weight.shape[2] > 1)
                    abort();
                return correct(call);
            }
            """), "kernel", Right, Wrong);

        Assert.Equal((1, 0), (run.Campaign.WitnessesTried, run.Campaign.WitnessesGone));
        Assert.Equal((1, 1), (run.Tally.Passed, run.Tally.Known));
        Assert.True(run.Result.Holds);
    }

    [Fact]
    public void Rows_of_witnesses_stand_last_however_many_workers_there_are()
    {
        File.WriteAllText(Path.Combine(_folder, KnownDivergences.FileName), Header + $"gone,oracle,*,,k>1 & g=7,{"ic7_oc7_l4_k3_g7 float32 integer seed1"},a,b\n");
        var settings = CampaignRun.Smoke(CampaignRun.Faulty("flipped_kernel")) with { FixturesFolder = _folder };
        foreach (var limits in (CampaignLimits[])[CampaignRun.TwoWorkers, CampaignRun.OneWorker])
        {
            var run = CampaignRun.Of(settings, limits with { Count = 64, RangeLength = 4 });

            Assert.Equal("witness:gone", run.Rows[^1].Text("name"));
            Assert.DoesNotContain(run.Rows.SkipLast(1), row => row.Text("name").StartsWith("witness", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_malformed_file_of_divergences_is_refused_with_its_line()
    {
        var error = Assert.Throws<HarnessException>(() => Run($"bad,oracle,*,,k!1,{Wrong},a,b\n", "oracle", "kernel", Right));

        Assert.True(error.IsUsage);
        Assert.Contains("divergences.csv:2:when: ", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private CampaignRun Run(string rows, string reference, string candidate, params string[] problems)
    {
        File.WriteAllText(Path.Combine(_folder, KnownDivergences.FileName), Header + rows);
        return CampaignRun.Of(
            new CampaignSettings { Reference = reference, Candidate = candidate, Problems = problems, FixturesFolder = _folder },
            CampaignRun.OneWorker);
    }

    /// <summary>libtorch 1.13.1 computes a plain conv1d in bfloat16, where the processor has AVX-512.</summary>
    [Fact]
    public void The_bfloat16_fault_of_libtorch_is_found_by_a_plain_fuzz_and_fails_the_run_unless_it_is_known()
    {
        var fuzz = CampaignRun.Smoke("kernel") with { Reference = "libtorch", FixturesFolder = RecordsFolder.Fixtures };
        var known = CampaignRun.Of(fuzz, CampaignRun.InProcess with { Count = 400 });
        if (!IsaLevels.CpuFeaturesOf("libtorch").Contains("avx512", StringComparer.Ordinal))
        {
            Assert.DoesNotContain("bfloat16_plain-convolution reference", known.Tally.Divergences.Keys, StringComparer.Ordinal);
            Assert.True(known.Tally.Unsupported > 0, "there 1.13.1 has no bfloat16");
            return;
        }

        using var folder = new RecordsFolder();
        var lines = File.ReadAllLines(RecordsFolder.Fixture(KnownDivergences.FileName));
        File.WriteAllLines(Path.Combine(folder.Path, KnownDivergences.FileName), lines.Where(line => !line.StartsWith("bfloat16_plain-convolution,", StringComparison.Ordinal)));
        var unknown = CampaignRun.Of(fuzz with { FixturesFolder = folder.Path }, CampaignRun.InProcess with { Count = 400 });

        Assert.True(known.Result.Holds, known.Result.Why);
        Assert.False(unknown.Result.Holds);
        Assert.Equal(known.Tally.Divergences["bfloat16_plain-convolution reference"], unknown.Tally.Failed);
        Assert.All(unknown.Rows.Where(row => row.Text("verdict") == "failed"), row => Assert.Equal("reference", row.Text("side")));
    }
}
