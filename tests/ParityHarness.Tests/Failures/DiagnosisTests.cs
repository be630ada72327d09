using ParityHarness.Campaigns;
using ParityHarness.Failures;
using ParityHarness.Fixtures;
using ParityHarness.Problems;
using ParityHarness.Results;
using ParityHarness.Tests.Campaigns;
using ParityHarness.Tests.Runners.Native;

using Xunit;

namespace ParityHarness.Tests.Failures;

/// <summary>What is said of the wrong implementations of tests/ParityHarness.FaultyRunners, and what is not.</summary>
public class DiagnosisTests
{
    private const string Differs = "// differs: ";
    private const string Cause = "// cause: ";

    // These are wrong only beyond a size, which no shrinking takes away.
    private static readonly string[] AboutSize = ["tail_of_8", "tail_of_16", "long_input", "index_of_32_bits"];

    public static TheoryData<string, string, string> Named
    {
        get
        {
            var data = new TheoryData<string, string, string>();
            foreach (var name in NativeCompiler.All)
            {
                var lines = File.ReadLines(Path.Combine(NativeCompiler.Sources, name + ".c")).ToArray();
                if (Array.Find(lines, l => l.StartsWith(Cause, StringComparison.Ordinal)) is { } cause)
                {
                    data.Add(name, lines.First(l => l.StartsWith(Differs, StringComparison.Ordinal))[Differs.Length..], cause[Cause.Length..]);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Named))]
    public void A_defect_is_shrunk_to_what_a_person_can_check_and_its_cause_is_named(string name, string problem, string cause)
    {
        var explanation = Explain(CampaignRun.Faulty(name), problem);

        Assert.Equal(cause, explanation.Diagnosis);
        Assert.NotNull(FailureKind.Of(explanation.Row));
        if (ProblemRules.Check(explanation.Smallest, out var length) is null && !AboutSize.Contains(name))
        {
            Assert.InRange(ProblemRules.OutputShape(explanation.Smallest, length).Aggregate(1L, (a, b) => a * b), 1, 8);
        }
    }

    [Fact]
    public void At_least_sixty_defects_have_a_cause() => Assert.InRange(Named.Count, 60, int.MaxValue);

    [Theory]
    [InlineData("noise", "if (status == PARITY_COMPLETED && call->output.data) for (int64_t i = 0; i < count_of(&call->output); i++) if ((i * 2654435761u >> 7) % 5 == 3 || i == 0) store(&call->output, i, load(&call->output, i) + 1 + i % 3);")]
    [InlineData("halves", "if (status == PARITY_COMPLETED && call->output.data) for (int64_t i = 0; i < count_of(&call->output); i++) store(&call->output, i, load(&call->output, i) / 2);")]
    public void No_cause_is_claimed_where_none_fits(string name, string defect)
    {
        var candidate = CampaignRun.Source(name, $"int32_t parity_conv_transpose1d(parity_call *call) {{ int32_t status = correct(call); {defect} return status; }}");
        var explanation = Explain(candidate, "n2_ic2_oc2_l9_k3_s2_bias float32 forward integer seed4");

        Assert.DoesNotContain(ForwardHypotheses.Wrong, meaning => explanation.Diagnosis.Contains(meaning.Cause, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("noise_in_gradients", "total + (c % 5 == 3 || c == 0 ? 1 + c % 3 : 0)")]
    [InlineData("grad_bias_of_absolute_values", "fabs(total)")]
    public void No_cause_is_claimed_of_a_gradient_where_none_fits(string name, string total)
    {
        var candidate = CampaignRun.Source(name, $"#include <math.h>\n#define BIAS_TOTAL ({total})\n#include \"{NativeCompiler.Sources}/gradients.h\"");
        var explanation = Explain(candidate, "n2_ic2_oc6_l9_k3_s2_bias float32 grad_bias integer seed4");

        Assert.DoesNotContain(GradientHypotheses.Wrong, meaning => explanation.Diagnosis.Contains(meaning.Cause, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("l1_k2 float32 grad_input+grad_weight+grad_bias grad_output=[1,0] input=[1] weight=[1,2]")]
    [InlineData("ic4_oc2_l5_k3_s2_g2_unbatched float64 grad_input random seed3")]
    public void A_cause_is_named_whatever_else_is_asked_for(string problem) =>
        Assert.Equal("grad_input: the kernel is flipped: tap k is taken for tap K-1-k", Explain(CampaignRun.Faulty("grad_input_flipped"), problem).Diagnosis);

    [Fact]
    public void What_should_have_been_rejected_is_named_where_the_reference_accepts_it_too()
    {
        // libtorch 1.13.1 takes mixed dtypes where the batch is empty.
        using var trials = new Trials(CampaignRun.Problems(CampaignRun.Faulty("accepts_mixed_dtypes")) with { Reference = "libtorch" }, CampaignRun.InProcess);
        var problem = ProblemText.Parse("n0_l1_k1_bias float32 forward integer seed0 bdtype=float64");
        var row = trials.Run(problem)!;

        Assert.Equal("completed", row.Text("reference_outcome"));
        Assert.Equal("accepts what PyTorch rejects: dtype", FailureAnalysis.Explain(FailureKind.Of(row)!, problem, trials, trials, TimeSpan.FromSeconds(30)).Diagnosis);
    }

    [Theory]
    [InlineData("reads_past_input", "it reads or writes beyond the end of a tensor")]
    [InlineData("modifies_input", "it modifies its input")]
    [InlineData("exits", null)]
    [InlineData("accepts_groups_zero", "accepts what PyTorch rejects: non positive groups")]
    public void Reworded_messages_change_neither_kind_nor_group_nor_diagnosis(string faulty, string? diagnosis)
    {
        var problem = faulty == "accepts_groups_zero" ? "l4_k3_g0 float32 forward integer seed1" : "n2_ic2_oc2_l9_k3 float32 forward integer seed1";
        using var trials = new Trials(CampaignRun.Problems(CampaignRun.Faulty(faulty)), CampaignRun.OneWorker);
        var row = trials.Run(ProblemText.Parse(problem))!;
        var reworded = row with
        {
            Detail = "it went wrong",
            ReferenceAnswer = row.ReferenceAnswer with { Message = "did not answer" },
            CandidateAnswer = row.CandidateAnswer with { Message = "beyond a tensor's end" },
        };
        var kinds = new FailureKinds();
        kinds.Add(row);
        kinds.Add(reworded);

        Assert.Equal((FailureKind.Of(row), 2), (Assert.Single(kinds.All).Kind, kinds.All[0].Count));
        Assert.Equal(Explain(row), Explain(reworded));
        if (diagnosis is not null)
        {
            Assert.Equal(diagnosis, Explain(reworded));
        }

        string Explain(ResultRow result) => new Diagnoser(_ => null, _ => null, TimeSpan.Zero).Explain(result.Problem, result, [], []).Words;
    }

    [Fact]
    public void The_failure_that_stands_for_others_has_no_huge_parameters_where_one_has_none()
    {
        var settings = CampaignRun.Problems(CampaignRun.Faulty("bias_doubled"), "l1_k1_s4294967297_p2147448141_op4294896429_bias integer seed3", "ic2_oc2_l9_k3_bias integer seed1");
        var kinds = new FailureKinds();
        CampaignRun.Of(settings, CampaignRun.InProcess).Rows.ForEach(kinds.Add);

        var (_, row, count) = Assert.Single(kinds.All);
        Assert.Equal((2, "problem:1"), (count, row.Text("name")));
    }

    [Fact]
    public void Mismatches_of_one_cause_are_one_failure_that_counts_them()
    {
        var settings = CampaignRun.Smoke(CampaignRun.Faulty("bias_doubled"));
        var (failures, failed) = Analyse(settings, 400);

        var failure = Assert.Single(failures);
        Assert.Equal((failed, "bias is added twice"), (failure.Count, failure.Diagnosis));
        Assert.StartsWith("l1_k1_bias", failure.Row.Text("problem"), StringComparison.Ordinal);
        Assert.Equal(1, CampaignRun.Of(settings with { Profile = null, Problems = [failure.Found] }, CampaignRun.InProcess).Tally.Failed);
    }

    [Fact]
    public void What_does_not_fail_when_it_is_run_again_is_said_to_depend_on_other_calls()
    {
        var (failures, _) = Analyse(CampaignRun.Smoke(CampaignRun.Faulty("every_fiftieth_wrong")), 600);

        Assert.Contains(failures, f => f.Diagnosis.StartsWith("it does not fail when it is run again", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_time_failures_are_reported_as_they_were_found()
    {
        var settings = CampaignRun.Smoke(CampaignRun.Faulty("flipped_kernel"));
        var (failures, failed) = Analyse(settings, 200, TimeSpan.FromTicks(1));

        Assert.Equal(failed, failures.Sum(f => f.Count));
        Assert.All(failures, f => Assert.Equal((0, "", f.Row.Text("problem")), (f.Tried, f.Diagnosis, f.Found)));
    }

    [Fact]
    public void A_reference_that_is_wrong_is_explained_as_a_candidate_would_be()
    {
        var faulty = CampaignRun.Faulty("flipped_kernel");
        var settings = CampaignRun.Smoke("oracle") with { Reference = faulty };
        var (failures, _) = Analyse(settings, 100);

        Assert.Contains(failures, f => f.Row.Text("side") == "reference" && f.Diagnosis == "the kernel is flipped: tap k is taken for tap K-1-k");
    }

    [Fact]
    public void Failures_are_read_back_as_they_were_written()
    {
        var (failures, _) = Analyse(CampaignRun.Smoke(CampaignRun.Faulty("weight_transposed")), 100);
        var folder = Directory.CreateTempSubdirectory("parity-failures-").FullName;
        try
        {
            FailureFile.Write(folder, failures);
            var read = FailureFile.Read(folder);
            Assert.Equal(failures.Select(f => (f.Count, f.Found, f.Tried, f.Diagnosis, string.Join('|', f.Row.ToFields()))), read.Select(f => (f.Count, f.Found, f.Tried, f.Diagnosis, string.Join('|', f.Row.ToFields()))));

            // It is a file of problems too.
            Assert.Equal(failures.Count, FixtureFile.Read(Path.Combine(folder, FailureFile.Name)).Length);
            FailureFile.Write(folder, []);
            Assert.Empty(Directory.GetFiles(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Explanation Explain(string candidate, string line)
    {
        using var trials = new Trials(CampaignRun.Problems(candidate), CampaignRun.InProcess);
        var problem = ProblemText.Parse(line);
        return FailureAnalysis.Explain(FailureKind.Of(trials.Run(problem)!)!, problem, trials, trials, TimeSpan.FromSeconds(30));
    }

    private static (IReadOnlyList<Failure> Failures, long Failed) Analyse(CampaignSettings settings, long count, TimeSpan? budget = null)
    {
        var run = CampaignRun.Of(settings, CampaignRun.InProcess with { Count = count });
        var kinds = new FailureKinds();
        run.Rows.ForEach(kinds.Add);
        return (new FailureAnalysis(settings, CampaignRun.InProcess, budget ?? TimeSpan.FromSeconds(30)).Run(kinds), run.Tally.Failed);
    }
}
