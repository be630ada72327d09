using ParityHarness.Judging;
using ParityHarness.Problems;

using Xunit;

namespace ParityHarness.Tests.Judging;

/// <summary>What the comparer says of how calls end: kind, dtype and shape before values.</summary>
public class ComparerOutcomeTests
{
    private const string Legal = "n2_ic4_oc6_l9_k3_s2 float32 integer seed5";
    private const string Illegal = "l4_k3_p3 float32 integer seed1";

    [Theory]
    [InlineData(Side.Candidate)]
    [InlineData(Side.Reference)]
    [InlineData(Side.Both)]
    internal void Another_shape_is_a_failure_of_its_kind(Side wrong)
    {
        using var bout = new Bout(Legal);
        ForEach(bout, wrong, outcome => Bout.Answer(outcome, DType.Float32, 2, 19, 6));

        AssertFailed(bout.Judge(), MismatchKind.Shape, wrong, "gives shape [2, 19, 6], expected [2, 6, 19]");
    }

    [Theory]
    [InlineData(Side.Candidate)]
    [InlineData(Side.Reference)]
    internal void Another_dtype_is_a_failure_of_its_kind(Side wrong)
    {
        using var bout = new Bout(Legal);
        ForEach(bout, wrong, outcome => Bout.Answer(outcome, DType.Float64, 2, 6, 19));

        AssertFailed(bout.Judge(), MismatchKind.DType, wrong, "gives float64, expected float32");
    }

    [Fact]
    public void An_unbatched_output_with_a_batch_dimension_has_another_shape()
    {
        using var bout = new Bout("ic2_oc3_l4_k3_unbatched float32 integer seed1");
        Bout.Answer(bout.Candidate, DType.Float32, 1, 3, 6);

        AssertFailed(bout.Judge(), MismatchKind.Shape, Side.Candidate, "expected [3, 6]");
    }

    [Theory]
    [InlineData(Side.Candidate)]
    [InlineData(Side.Reference)]
    internal void Rejecting_a_legal_problem_is_wrong(Side wrong)
    {
        using var bout = new Bout(Legal);
        ForEach(bout, wrong, outcome => outcome.Reject(RejectionReason.OutputSize, "no"));

        AssertFailed(bout.Judge(), MismatchKind.Outcome, wrong, $"{wrong.ToString().ToLowerInvariant()} rejected a legal problem: no");
    }

    [Theory]
    [InlineData(Side.Candidate)]
    [InlineData(Side.Reference)]
    [InlineData(Side.Both)]
    internal void Completing_an_illegal_problem_is_wrong_even_for_both(Side wrong)
    {
        using var bout = new Bout(Illegal);
        ForEach(bout, wrong, outcome => Bout.Answer(outcome, DType.Float32, 1, 1, 0));

        AssertFailed(bout.Judge(), MismatchKind.Outcome, wrong, "completed with shape [1, 1, 0] where PyTorch rejects for OutputSize");
    }

    [Fact]
    public void Both_reject_is_parity_whatever_the_reasons()
    {
        using var bout = new Bout(Illegal);
        bout.Candidate.Reject(RejectionReason.KernelSize, "kernel");

        var judgement = bout.Judge();

        Assert.Equal((Verdict.Passed, MismatchKind.Reason, true), (judgement.Verdict, judgement.Kind, judgement.RejectedByBoth));
        Assert.Contains("candidate rejects for KernelSize (kernel), reference for OutputSize", judgement.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Different_reasons_fail_where_reasons_are_strict()
    {
        using var bout = new Bout(Illegal);
        bout.Candidate.Reject(RejectionReason.KernelSize, "kernel");

        AssertFailed(bout.Judge(strict: true), MismatchKind.Reason, Side.Candidate, "rejects for KernelSize");
    }

    [Theory]
    [InlineData(RejectionReason.Unspecified)]
    [InlineData(RejectionReason.OutputSize)]
    public void No_reason_and_the_same_reason_pass_where_reasons_are_strict(RejectionReason reason)
    {
        using var bout = new Bout(Illegal);
        bout.Candidate.Reject(reason, "");

        Assert.Equal((Verdict.Passed, MismatchKind.None), (bout.Judge(strict: true).Verdict, bout.Judge(strict: true).Kind));
    }

    [Theory]
    [InlineData(Side.Candidate, Legal)]
    [InlineData(Side.Reference, Legal)]
    [InlineData(Side.Both, Legal)]
    [InlineData(Side.Candidate, Illegal)]
    [InlineData(Side.Reference, Illegal)]
    internal void A_fault_is_a_failure_and_never_a_rejection(Side wrong, string problem)
    {
        using var bout = new Bout(problem);
        ForEach(bout, wrong, outcome => outcome.Fault("out of memory"));

        AssertFailed(bout.Judge(), MismatchKind.Fault, wrong, "faulted: out of memory");
    }

    [Fact]
    public void A_changed_environment_is_a_failure_of_its_kind()
    {
        using var bout = new Bout(Legal);
        bout.Candidate.FaultEnvironment("flush-to-zero");

        AssertFailed(bout.Judge(), MismatchKind.Environment, Side.Candidate, "flush-to-zero");
    }

    [Fact]
    public void A_wrong_candidate_beside_a_faulty_reference_makes_both_wrong()
    {
        using var bout = new Bout(Legal);
        bout.Reference.Fault("crashed");
        Bout.Nudge(bout.Candidate, 4);

        var judgement = bout.Judge();

        AssertFailed(judgement, MismatchKind.Value, Side.Both, "candidate is wrong in 1 of");
        Assert.Equal(4, judgement.FirstWrong);
        Assert.Null(judgement.TorchClose);
    }

    [Fact]
    public void A_candidate_that_does_not_do_a_problem_is_unsupported()
    {
        using var bout = new Bout(Legal);
        bout.Candidate.Unsupport("no strides");

        Assert.Equal((Verdict.Unsupported, "the candidate does not do it: no strides"), (bout.Judge().Verdict, bout.Judge().Detail));
    }

    [Fact]
    public void A_faulty_reference_shows_beside_a_candidate_that_does_not_do_the_problem()
    {
        using var bout = new Bout(Legal);
        bout.Candidate.Unsupport("no strides");
        bout.Reference.Fault("crashed");

        AssertFailed(bout.Judge(), MismatchKind.Fault, Side.Reference, "reference faulted: crashed");
        Assert.Equal(Verdict.KnownDivergence, bout.Judge(known: Side.Reference).Verdict);
    }

    [Fact]
    public void Where_the_reference_does_not_do_it_the_oracle_judges_the_candidate()
    {
        using var bout = new Bout(Legal);
        bout.Reference.Unsupport("no float32");
        var right = bout.Judge();
        Bout.Nudge(bout.Candidate, 0);

        Assert.Equal(Verdict.Unsupported, right.Verdict);
        Assert.Contains("the candidate agrees with the oracle", right.Detail, StringComparison.Ordinal);
        AssertFailed(bout.Judge(), MismatchKind.Value, Side.Candidate, "candidate is wrong in 1 of");
    }

    [Fact]
    public void Neither_side_does_it_is_unsupported()
    {
        using var bout = new Bout(Legal);
        bout.Reference.Unsupport("no");
        bout.Candidate.Unsupport("no");

        Assert.Equal(Verdict.Unsupported, bout.Judge().Verdict);
    }

    [Fact]
    public void An_empty_batch_of_the_right_shape_passes()
    {
        using var bout = new Bout("n0_ic2_oc3_l4_k3 float32 integer seed1");

        Assert.Equal([0, 3, 6], bout.Candidate.Output.Shape);
        Assert.Equal((Verdict.Passed, 0), (bout.Judge().Verdict, bout.Judge().Elements));
    }

    [Fact]
    public void An_empty_batch_of_another_shape_fails()
    {
        using var bout = new Bout("n0_ic2_oc3_l4_k3 float32 integer seed1");
        Bout.Answer(bout.Candidate, DType.Float32, 0, 3, 7);

        AssertFailed(bout.Judge(), MismatchKind.Shape, Side.Candidate, "gives shape [0, 3, 7]");
    }

    [Fact]
    public void A_known_divergence_is_one_only_where_the_candidate_is_right()
    {
        using var bout = new Bout(Legal);
        Bout.Nudge(bout.Reference, 4);
        var known = bout.Judge(known: Side.Reference);
        Bout.Nudge(bout.Candidate, 5);
        var both = bout.Judge(known: Side.Reference);

        Assert.Equal((Verdict.KnownDivergence, Side.Reference), (known.Verdict, known.Side));
        AssertFailed(both, MismatchKind.Value, Side.Both, "both are wrong");
    }

    [Fact]
    public void Inside_a_known_divergence_a_wrong_candidate_fails_though_the_reference_is_right()
    {
        using var bout = new Bout(Legal);
        Bout.Nudge(bout.Candidate, 5);

        AssertFailed(bout.Judge(known: Side.Reference), MismatchKind.Value, Side.Candidate, "candidate is wrong");
    }

    [Fact]
    public void A_known_divergence_that_the_candidate_shares_fails()
    {
        using var bout = new Bout(Illegal);
        ForEach(bout, Side.Both, outcome => Bout.Answer(outcome, DType.Float32, 1, 1, 1));

        AssertFailed(bout.Judge(known: Side.Reference), MismatchKind.Outcome, Side.Both, "completed");
    }

    [Fact]
    public void A_known_divergence_that_does_not_show_is_a_plain_pass()
    {
        using var bout = new Bout(Legal);

        Assert.Equal(Verdict.Passed, bout.Judge(known: Side.Reference).Verdict);
    }

    [Fact]
    public void A_known_divergence_of_the_candidate_is_one_only_where_the_reference_is_right()
    {
        using var bout = new Bout(Legal);
        bout.Candidate.Reject(RejectionReason.OutputSize, "no");
        var known = bout.Judge(known: Side.Candidate);
        var ofTheOther = bout.Judge(known: Side.Reference);
        Bout.Nudge(bout.Reference, 4);
        var both = bout.Judge(known: Side.Candidate);

        Assert.Equal((Verdict.KnownDivergence, Side.Candidate), (known.Verdict, known.Side));
        AssertFailed(ofTheOther, MismatchKind.Outcome, Side.Candidate, "candidate rejected a legal problem");
        AssertFailed(both, MismatchKind.Outcome, Side.Both, "reference is wrong in 1 of");
    }

    [Fact]
    public void A_divergence_that_both_are_known_for_excuses_either_and_both()
    {
        foreach (var side in (Side[])[Side.Candidate, Side.Reference, Side.Both])
        {
            using var bout = new Bout(Legal);
            ForEach(bout, side, outcome => Bout.Nudge(outcome, 4));

            Assert.Equal((Verdict.KnownDivergence, side), (bout.Judge(known: Side.Both).Verdict, bout.Judge(known: Side.Both).Side));
        }
    }

    [Fact]
    public void A_difference_that_proves_nobody_wrong_is_not_excused()
    {
        using var reasons = new Bout(Illegal);
        reasons.Candidate.Reject(RejectionReason.Overflow, "another");
        using var values = new Bout("ic64_l4_k3 float32 random seed1");
        values.CopyReference();
        Bout.Nudge(values.Candidate, 0);

        AssertFailed(reasons.Judge(strict: true, known: Side.Both), MismatchKind.Reason, Side.Candidate, "candidate rejects for Overflow");
        AssertFailed(values.Judge("ulp:0", known: Side.Both), MismatchKind.Value, Side.Candidate, "differ beyond ulp:0");
    }

    [Fact]
    public void What_a_side_does_not_do_is_told_by_side()
    {
        using var bout = new Bout(Legal);
        bout.Reference.Unsupport("no");
        Assert.Equal(Side.Reference, bout.Judge().UnsupportedBy);
        bout.Candidate.Unsupport("no");
        Assert.Equal(Side.Both, bout.Judge().UnsupportedBy);
        using var other = new Bout(Legal);
        other.Candidate.Unsupport("no");
        Assert.Equal(Side.Candidate, other.Judge().UnsupportedBy);
    }

    private static void ForEach(Bout bout, Side sides, Action<ParityHarness.Runners.Outcome> corrupt)
    {
        if (sides.HasFlag(Side.Candidate))
        {
            corrupt(bout.Candidate);
        }

        if (sides.HasFlag(Side.Reference))
        {
            corrupt(bout.Reference);
        }
    }

    private static void AssertFailed(Judgement judgement, MismatchKind kind, Side side, string detail)
    {
        Assert.Equal((Verdict.Failed, kind, side), (judgement.Verdict, judgement.Kind, judgement.Side));
        Assert.Contains(detail, judgement.Detail, StringComparison.Ordinal);
    }
}
