using ParityHarness.Generation;
using ParityHarness.Judging;
using ParityHarness.Oracle;
using ParityHarness.Problems;

using Xunit;

namespace ParityHarness.Tests.Judging;

/// <summary>What the comparer says of wrong and of right numbers.</summary>
public class ComparerValueTests
{
    private const string Integer = "n2_ic4_oc6_l9_k3_s2_g2_bias float32 integer seed5";
    private const string Random = "n2_ic8_oc6_l17_k3_s2_p1_bias float32 random seed5";
    private const string Sampled = "n2_ic64_oc64_l129_k3_bias float32 {0} seed9";

    [Theory]
    [InlineData(Integer)]
    [InlineData(Random)]
    [InlineData("ic8_oc6_l17_k3_s2_p1 float64 random seed5")]
    [InlineData("ic8_oc6_l17_k3_s2_p1 float64 wide seed5")]
    [InlineData("ic8_oc6_l17_k3_d2_p1 float32 cancelling seed6")]
    public void Two_right_answers_pass(string problem)
    {
        using var bout = new Bout(problem);

        var judgement = bout.Judge();

        Assert.Equal((Verdict.Passed, MismatchKind.None, Side.None, ""), (judgement.Verdict, judgement.Kind, judgement.Side, judgement.Detail));
        Assert.Equal(bout.Candidate.Output.Count, judgement.Elements);
        Assert.True(judgement.TorchClose);
    }

    [Theory]
    [InlineData(Side.Candidate)]
    [InlineData(Side.Reference)]
    [InlineData(Side.Both)]
    internal void One_unit_in_the_last_place_is_too_much_where_nothing_can_round(Side wrong)
    {
        using var bout = new Bout(Integer);
        if (wrong.HasFlag(Side.Candidate))
        {
            Bout.Nudge(bout.Candidate, 7);
        }

        if (wrong.HasFlag(Side.Reference))
        {
            Bout.Nudge(bout.Reference, 7);
        }

        var judgement = bout.Judge();

        Assert.Equal((Verdict.Failed, MismatchKind.Value, wrong), (judgement.Verdict, judgement.Kind, judgement.Side));
        Assert.Equal((7, 1), (judgement.FirstWrong, judgement.WrongElements));
        Assert.Contains("nothing can round here", judgement.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Random)]
    [InlineData("ic8_oc6_l17_k3_s2_p1 float64 random seed5")]
    [InlineData("ic8_oc6_l17_k3_d2_p1 float32 cancelling seed6")]
    public void The_bound_is_where_a_value_becomes_wrong(string problem)
    {
        using var bout = new Bout(problem);

        bout.MoveByBounds(bout.Candidate, 11, 0.9);
        var inside = bout.Judge("bound");
        bout.MoveByBounds(bout.Candidate, 11, -1.1);
        var outside = bout.Judge("bound");

        Assert.NotEqual(MismatchKind.Value, inside.Kind);
        Assert.InRange(inside.CandidateErrorOverBound, 0.8, 1);
        Assert.Equal((Verdict.Failed, MismatchKind.Value, Side.Candidate), (outside.Verdict, outside.Kind, outside.Side));
        Assert.Equal((11, 1), (outside.FirstWrong, outside.WrongElements));
        Assert.InRange(outside.CandidateErrorOverBound, 1, 1.2);
    }

    [Fact]
    public void A_reference_beyond_the_bound_is_blamed_alone()
    {
        using var bout = new Bout(Random);
        bout.MoveByBounds(bout.Reference, 3, 2);

        var judgement = bout.Judge();

        Assert.Equal((Verdict.Failed, MismatchKind.Value, Side.Reference), (judgement.Verdict, judgement.Kind, judgement.Side));
        Assert.StartsWith("reference is wrong in 1 of", judgement.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Sides_wrong_at_different_outputs_are_both_wrong_and_the_candidates_first_one_is_shown()
    {
        using var bout = new Bout(Random);
        bout.MoveByBounds(bout.Reference, 3, 2);
        bout.MoveByBounds(bout.Candidate, 30, 2);

        var judgement = bout.Judge();

        Assert.Equal((Side.Both, 30L, 1L), (judgement.Side, judgement.FirstWrong, judgement.WrongElements));
    }

    [Fact]
    public void Inputs_rounded_to_bfloat16_hide_within_the_bound_at_4096_terms_and_are_found_by_accuracy()
    {
        using var bout = new Bout("ic1024_l40_k4_p3 float32 random seed3");
        bout.AnswerWithBFloat16Inputs(bout.Candidate);

        var judgement = bout.Judge();

        // The bound alone would let it pass: that is why accuracy is judged.
        Assert.True(judgement.CandidateErrorOverBound <= 1, $"the largest error is {judgement.CandidateErrorOverBound} bounds");
        Assert.Equal((Verdict.Failed, MismatchKind.Accuracy, Side.Candidate), (judgement.Verdict, judgement.Kind, judgement.Side));
        Assert.True(judgement.CandidateRms > 100 * judgement.ReferenceRms);
    }

    [Fact]
    public void A_reference_that_rounds_its_inputs_to_bfloat16_is_blamed_for_its_accuracy()
    {
        using var bout = new Bout("ic1024_l40_k4_p3 float32 random seed3");
        bout.AnswerWithBFloat16Inputs(bout.Reference);

        var judgement = bout.Judge();

        Assert.Equal((Verdict.Failed, MismatchKind.Accuracy, Side.Reference), (judgement.Verdict, judgement.Kind, judgement.Side));
    }

    [Fact]
    public void Inputs_rounded_to_bfloat16_are_found_by_value_where_operands_carry_twelve_bits()
    {
        var seed = Enumerable.Range(0, 1000).First(s => IntegerLimits.Of(ProblemText.Parse($"ic1024_l40_k4_p3 float32 integer seed{s}")) is { Input: 4095 } or { Weight: 4095 });
        using var bout = new Bout($"ic1024_l40_k4_p3 float32 integer seed{seed}");
        bout.AnswerWithBFloat16Inputs(bout.Candidate);

        var judgement = bout.Judge();

        Assert.Equal((Verdict.Failed, MismatchKind.Value, Side.Candidate), (judgement.Verdict, judgement.Kind, judgement.Side));
    }

    [Fact]
    public void Sixteen_times_the_typical_rounding_error_is_the_limit_of_accuracy()
    {
        using var bout = new Bout("ic8_oc8_l33_k3_p2 float32 random seed4");
        var typical = bout.Judge().TypicalRms / (1 << 24);

        Shift(bout, 15 * typical);
        Assert.Equal(Verdict.Passed, bout.Judge().Verdict);

        Shift(bout, 17 * typical);
        Assert.Equal((Verdict.Failed, MismatchKind.Accuracy, Side.Candidate), (bout.Judge().Verdict, bout.Judge().Kind, bout.Judge().Side));
    }

    [Fact]
    public void Fewer_than_32_outputs_are_too_few_to_judge_accuracy()
    {
        using var bout = new Bout("ic32_l33_k3_p2 float32 random seed4");
        Assert.Equal(31, bout.Candidate.Output.Count);
        Shift(bout, 30 * bout.Judge().TypicalRms / (1 << 24));

        Assert.Equal(Verdict.Passed, bout.Judge().Verdict);
    }

    [Theory]
    [InlineData("integer")]
    [InlineData("random")]
    public void An_error_outside_the_sample_of_a_large_problem_is_found_because_the_sides_differ(string regime)
    {
        using var bout = new Bout(string.Format(null, Sampled, regime));
        bout.CopyReference();
        var sample = bout.Judge();
        Assert.True(sample.Elements < bout.Candidate.Output.Count / 2, "the problem is not sampled");
        for (var index = 100; index < bout.Candidate.Output.Count; index += 2711)
        {
            var right = bout.Candidate.Output.At(index);
            bout.MoveByBounds(bout.Candidate, index, 1.5);
            if (regime == "integer")
            {
                Bout.Nudge(bout.Candidate, index);
            }

            var judgement = bout.Judge();

            Assert.Equal((Verdict.Failed, MismatchKind.Value, Side.Candidate, (long)index), (judgement.Verdict, judgement.Kind, judgement.Side, judgement.FirstWrong));
            Assert.Equal(1, judgement.WrongElements);
            Bout.Set(bout.Candidate, index, right);
        }
    }

    [Fact]
    public void An_outside_error_of_the_reference_is_the_references()
    {
        using var bout = new Bout(string.Format(null, Sampled, "random"));
        bout.MoveByBounds(bout.Reference, 5000, 1.5);

        Assert.Equal((Verdict.Failed, Side.Reference, 5000L), (bout.Judge().Verdict, bout.Judge().Side, bout.Judge().FirstWrong));
    }

    [Fact]
    public void A_NaN_outside_the_sample_is_found()
    {
        using var bout = new Bout(string.Format(null, Sampled, "random"));
        Bout.Set(bout.Candidate, 5000, double.NaN);

        Assert.Equal((Verdict.Failed, MismatchKind.Special, 5000L), (bout.Judge().Verdict, bout.Judge().Kind, bout.Judge().FirstWrong));
    }

    [Fact]
    public void A_candidate_wrong_everywhere_in_a_large_problem_is_counted_everywhere()
    {
        using var bout = new Bout(string.Format(null, Sampled, "integer"));
        for (var i = 0; i < bout.Candidate.Output.Count; i++)
        {
            Bout.Set(bout.Candidate, i, bout.Candidate.Output.At(i) + 1);
        }

        var judgement = bout.Judge();

        Assert.Equal((Side.Candidate, 0L, bout.Candidate.Output.Count), (judgement.Side, judgement.FirstWrong, judgement.WrongElements));
    }

    [Fact]
    public void Values_left_unwritten_are_seen()
    {
        using var bout = new Bout(Random);
        bout.Candidate.Output.Poison();

        var judgement = bout.Judge();

        Assert.Equal((Verdict.Failed, MismatchKind.Special, Side.Candidate), (judgement.Verdict, judgement.Kind, judgement.Side));
        Assert.Equal(bout.Candidate.Output.Count, judgement.WrongElements);
    }

    [Fact]
    public void A_comparer_forgets_the_last_problem()
    {
        var comparer = new Comparer(Tolerance.Bound);
        using var large = new Bout(string.Format(null, Sampled, "random"));
        using var small = new Bout("l4_k3 float64 integer seed1");
        using var exact = new Bout(Integer);
        Bout.Set(large.Candidate, 0, double.NaN);
        foreach (var bout in (Bout[])[large, small, exact, large, exact, small])
        {
            var judgement = comparer.Compare(bout.Problem, bout.Tensors, bout.Reference, bout.Candidate);
            Assert.Equal(bout == large ? Verdict.Failed : Verdict.Passed, judgement.Verdict);
        }
    }

    private static void Shift(Bout bout, double by)
    {
        var oracle = bout.Oracle;
        for (var i = 0; i < oracle.Count; i++)
        {
            Bout.Set(bout.Candidate, i, oracle.Exact[i] + (i % 2 == 0 ? by : -by));
        }
    }
}
