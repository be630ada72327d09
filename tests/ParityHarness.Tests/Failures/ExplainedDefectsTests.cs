using ParityHarness.Campaigns;
using ParityHarness.Judging;
using ParityHarness.Results;
using ParityHarness.Tests.Campaigns;
using ParityHarness.Tests.Runners.Native;

using Xunit;

namespace ParityHarness.Tests.Failures;

/// <summary>
/// What a campaign says of the wrong implementations of tests/ParityHarness.FaultyRunners/explained: the words that are true of each, and
/// nothing else, since no other cause is given for any of its failures.
/// </summary>
public class ExplainedDefectsTests
{
    private static readonly string Source = Path.Combine(NativeCompiler.Sources, "explained", "forward.c");

    private static readonly Lazy<string> Library = new(() => NativeCompiler.Compile(Source, "explained.so", "-shared", "-fPIC"));

    /// <summary>Their names, the words that each must be explained by, and failing problems for what a short campaign does not reach.</summary>
    public static TheoryData<string, string> Defects
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var line in File.ReadLines(Source).Where(l => l.StartsWith(" * // ", StringComparison.Ordinal)))
            {
                var parts = line[6..].Split(" | ", 2);
                data.Add(parts[0], parts[1]);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Defects))]
    public void A_defect_is_named_by_what_is_wrong_and_by_nothing_else(string name, string words)
    {
        var library = NativeCompiler.File($"lib_{name}.so");
        File.Copy(Library.Value, library, overwrite: true);
        var settings = CampaignRun.Smoke("native:" + library);
        var run = CampaignRun.Of(settings, CampaignRun.InProcess with { Count = 700 });
        if (run.Tally.Failed < 2)
        {
            // Numbers that a short campaign does not reach.
            settings = settings with { Profile = null, Problems = Reaching(name) };
            run = CampaignRun.Of(settings, CampaignRun.InProcess);
        }

        var kinds = new FailureKinds();
        run.Rows.ForEach(kinds.Add);
        var failures = new FailureAnalysis(settings, CampaignRun.InProcess, TimeSpan.FromSeconds(60)).Run(kinds, FailureAnalysis.Tried(settings, run.Campaign.Candidate!, run.Campaign.Ranges));

        Assert.Equal(run.Tally.Failed, failures.Sum(f => f.Count));
        Assert.All(words.Split(" | "), word => Assert.Contains(word, failures[0].Diagnosis, StringComparison.Ordinal));
        Assert.All(failures.Skip(1), failure => Assert.True(
            failure.Diagnosis.Length == 0 || failure.Diagnosis.StartsWith("accepts what PyTorch rejects", StringComparison.Ordinal),
            $"{failure.Count} failures are explained by '{failure.Diagnosis}'"));
        // Right beside a call for a problem that is wrong by itself: that is the same defect.
        Assert.DoesNotContain(failures.Skip(1), failure => failure.Row.Check is RepetitionCheck.Neighbour or RepetitionCheck.OtherLength or RepetitionCheck.OtherDType);
    }

    [Fact]
    public void There_are_more_than_forty_such_defects() => Assert.InRange(Defects.Count, 41, int.MaxValue);

    private static string[] Reaching(string name) => name switch
    {
        "terms_above_1024" => ["ic512_oc4_l9_k3_s2 integer seed13", "n2_ic700_oc2_l3_k2 random seed3", "ic2_l4_k3"],
        "batch_above_16" => ["n18_ic2_l3_k2_bias", "n40_l2_k3_s2", "n3_l4_k2"],
        "length_above_256_strided" => ["ic2_l300_k3_s2", "oc3_l1000_k2_s3_p1_bias", "l300_k3", "l30_k3_s2"],
        "channels_from_64" => ["ic2_oc70_l3_k2_bias", "oc96_l4_k3_s2_g1", "oc12_l4_k3"],
        "positions_above_512" => ["ic2_l300_k3_s2", "oc3_l1000_k2_p1_bias", "l30_k3"],
        "batch_positions_above_4096" => ["ic2_oc2_l2049_k4_s2_p1 integer seed6", "n3_l1500_k2_bias", "n2_l300_k3"],
        "bfloat16_above_128" => ["ic48_oc2_l3_k3_s2 random seed1", "ic200_l2_k1_bias random seed2", "ic4_l3_k3 random seed3"],
        _ => throw new InvalidOperationException($"no problem of a short campaign shows {name}"),
    };
}
