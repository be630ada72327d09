using ParityHarness.Judging;
using ParityHarness.Problems;
using ParityHarness.Results;
using ParityHarness.Runners;
using ParityHarness.Runners.Native;
using ParityHarness.Runners.Pipe;
using ParityHarness.Tensors;
using ParityHarness.Tests.Campaigns;
using ParityHarness.Tests.Cli;
using ParityHarness.Tests.Fixtures;
using ParityHarness.Tests.Runners.Native;
using Xunit;

namespace ParityHarness.Tests.Runners;

/// <summary>A native runner held to a class of CPUs: the library itself says so, and its answers hold.</summary>
[Trait("speed", "slow")]
public class IsaLevelsTests
{
    private static IEnumerable<string> Levels => IsaLevels.CpuFeatures.Prepend(IsaLevels.Names[0]);

    public static TheoryData<string> Here => [.. Levels];

    [Theory]
    [MemberData(nameof(Here))]
    public void Libtorch_and_its_BLAS_report_the_level(string level)
    {
        using var runner = RunnerCatalog.Create("libtorch:" + level, null);
        using var itself = NativeProblem.Libtorch();
        Assert.Equal(("libtorch:" + level, itself.Version), (runner.Name, runner.Version));
        var (blas, capability) = level switch { "sse41" => ("Nehalem", "NO AVX"), "avx2" => ("Haswell", "AVX2"), _ => ("SkylakeX", "AVX512") };
        Assert.Contains($", {capability}, 1 thread", runner.Details, StringComparison.Ordinal);
        if (runner.Details.Contains("OpenBLAS", StringComparison.Ordinal))
        {
            Assert.Contains($"({blas})", runner.Details, StringComparison.Ordinal);
        }
    }

    [RequiresTheory(Requirement.OneDnn)]
    [MemberData(nameof(Here))]
    public void OneDNN_reports_the_level(string level)
    {
        using var runner = RunnerCatalog.Create("onednn:" + level, null);
        Assert.Equal(level switch { "sse41" => "SSE4.1, 1 thread", "avx2" => "AVX2, 1 thread", _ => "AVX512, 1 thread" }, runner.Details);
    }

    [Theory]
    [MemberData(nameof(Here))]
    public void Libtorch_is_within_the_bound_at_each_level(string level) => AssertHolds("libtorch:" + level);

    [RequiresTheory(Requirement.OneDnn)]
    [MemberData(nameof(Here))]
    public void OneDNN_is_within_the_bound_at_each_level(string level) => AssertHolds("onednn:" + level);

    [Theory]
    [InlineData("libtorch:avx")]
    [InlineData("libtorch:")]
    [InlineData("libtorch:AVX2")]
    public void An_unknown_level_is_refused_with_those_that_there_are(string name) =>
        Assert.Equal($"{name}: the levels are sse41, avx2, avx512", Assert.Throws<RunnerLoadException>(() => RunnerCatalog.Create(name, null)).Message);

    [Fact]
    public void A_level_above_the_machine_is_refused_in_one_line()
    {
        var error = Assert.Throws<RunnerLoadException>(() => IsaLevels.EnvironmentOf("libtorch", "avx512", ["avx2"]));

        Assert.Equal("libtorch:avx512: this CPU has no avx512; it has sse41, avx2", error.Message);
    }

    [Fact]
    public void A_fault_of_wider_instructions_is_known_where_DotNet_alone_is_held_to_less()
    {
        using var parity = new Cli.Parity().With("DOTNET_EnableAVX512", "0").With("DOTNET_EnableAVX2", "0");
        parity.Run("run", "--fixtures", RecordsFolder.Fixtures, "--reference", "libtorch", "--problem", "l4_k3 bfloat16 forward input=[1,1,1,1] weight=[1,2,3]");

        var isWrong = IsaLevels.CpuFeaturesOf("libtorch").Contains("avx512", StringComparer.Ordinal);
        // Without AVX-512 libtorch 1.13.1 has no bfloat16 at all.
        Assert.Contains(isWrong ? "1 known divergences, 0 mistrusted, 0 unsupported" : "0 known divergences, 0 mistrusted, 1 unsupported", parity.Output, StringComparison.Ordinal);
        Assert.Equal(0, parity.ExitCode);
    }

    [Fact]
    public void A_fault_of_wider_instructions_does_not_count_at_a_lesser_level()
    {
        Assert.Subset(new HashSet<string>(IsaLevels.CpuFeaturesOf("onednn", null), StringComparer.Ordinal), new HashSet<string>(IsaLevels.CpuFeatures, StringComparer.Ordinal));
        Assert.Equal(IsaLevels.CpuFeaturesOf("onednn"), IsaLevels.CpuFeaturesOf("kernel:512"));
        Assert.Equal(IsaLevels.HidesCacheSizes && IsaLevels.CpuFeatures.Contains("avx2", StringComparer.Ordinal), IsaLevels.CpuFeaturesOf("torchsharp", null).Contains(IsaLevels.NoCacheSizes, StringComparer.Ordinal));
        Assert.DoesNotContain("avx512", IsaLevels.CpuFeaturesOf("onednn:avx2"), StringComparer.Ordinal);
        Assert.Empty(IsaLevels.CpuFeaturesOf("libtorch:sse41"));
    }

    [Theory]
    [InlineData("SSE41", "onednn", "")]
    [InlineData("avx2_vnni", "torchsharp", "avx2")]
    [InlineData("AVX512_CORE", "onednn", "avx2 avx512")]
    [InlineData("AVX2", "onednn:avx512", "avx2 avx512")]
    [InlineData("AVX2", "libtorch:sse41", "")]
    public void ONEDNN_MAX_CPU_ISA_holds_a_runner_without_a_level_of_its_own(string isa, string runner, string features)
    {
        var expected = features.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(feature => IsaLevels.CpuFeatures.Contains(feature, StringComparer.Ordinal));

        Assert.Equal(expected, IsaLevels.CpuFeaturesOf(runner, isa).Where(feature => feature != IsaLevels.NoCacheSizes), StringComparer.Ordinal);
    }

    [RequiresTheory(Requirement.OneDnn)]
    [InlineData("stride_near-32-bits", "n2_ic32_oc32_l1_k3_s2147483646 float32 forward integer seed1502")]
    [InlineData("onednn_grad-weight_padding", "l29_k6_s2_p15_d3 float32 grad_weight integer seed2")]
    [InlineData("onednn_grad-weight_padding", "n2_ic16_oc16_l55_k10_s3_p28_op1_d4 float32 grad_weight integer seed4")]
    public void A_known_fault_of_oneDNN_shows_with_AVX512_alone(string name, string problem)
    {
        foreach (var level in Levels)
        {
            using var runner = RunnerCatalog.Create("onednn:" + level, null);
            var known = KnownDivergences.Of(RecordsFolder.Fixtures, RunnerInfo.Of(runner));

            Assert.Equal(level == "avx512", known.Any(divergence => divergence.Name == name && divergence.Covers(ProblemText.Parse(problem))));
            var settings = CampaignRun.Problems("onednn:" + level, problem) with { AllRows = true };
            Assert.Equal(level == "avx512" ? "failed" : "passed", CampaignRun.Of(settings, CampaignRun.InProcess).Rows[0].Text("verdict"));
        }
    }

    [RequiresTheory(Requirement.OneDnn)]
    [InlineData("l28_k6_s2_p15_d3")]
    [InlineData("l56_k10_s2_p28_d4")]
    [InlineData("l29_k6_s2_p14_d3")]
    [InlineData("l29_k6_s1_p15_d3")]
    [InlineData("l29_k6_s2_p16_d3")]
    [InlineData("l43_k10_s2_p29_d4")]
    [InlineData("l40_k15_s2_p20_d2")]
    public void OneDNNs_gradients_are_right_outside_of_its_known_fault(string sizes)
    {
        var problem = sizes + " float32 grad_weight integer seed2";
        using var runner = RunnerCatalog.Create("onednn", null);

        Assert.DoesNotContain(KnownDivergences.Of(RecordsFolder.Fixtures, RunnerInfo.Of(runner)), divergence => divergence.Covers(ProblemText.Parse(problem)));
        Assert.Equal("passed", CampaignRun.Of(CampaignRun.Problems("kernel", problem) with { AllRows = true, Reference = "onednn" }, CampaignRun.InProcess).Rows[0].Text("verdict"));
    }

    [Fact]
    public void Beside_libtorch_TorchSharp_gets_a_process_of_its_own()
    {
        using var here = NativeProblem.Libtorch();
        using var apart = RunnerCatalog.Create("torchsharp", null);
        Assert.IsType<ExecRunner>(apart);
        Assert.Equal(("torchsharp", "2.10.0"), (apart.Name, apart.Version));

        using var tensors = new TensorSet();
        using var outcome = new Outcome();
        var problem = ProblemText.Parse($"l4_k3_s2 float32 {NativeProblem.Ones}");
        DataFiller.Fill(problem, tensors);
        apart.Run(problem, tensors, outcome);
        Assert.Equal([1, 2, 4, 2, 4, 2, 4, 2, 3], NativeProblem.Values(outcome));
    }

    /// <summary>What the level is known to get wrong is a known divergence; nothing else may be wrong.</summary>
    private static void AssertHolds(string reference)
    {
        var settings = CampaignRun.Smoke("kernel", seed: 3) with { Reference = reference, FixturesFolder = RecordsFolder.Fixtures };
        var run = CampaignRun.Of(settings, CampaignRun.InProcess with { Count = 1000 });
        Assert.DoesNotContain(run.Rows, row => row.Text("verdict") == "failed");
        Assert.Equal(0, run.Campaign.WitnessesGone);
        Assert.True(run.Tally.Passed > 200, $"{run.Tally.Passed} passed");
    }
}
