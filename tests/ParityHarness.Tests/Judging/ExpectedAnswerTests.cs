using ParityHarness.Fixtures;
using ParityHarness.Judging;
using ParityHarness.Problems;
using ParityHarness.Runners.Recorded;

using Xunit;

namespace ParityHarness.Tests.Judging;

/// <summary>Both sides are held against what a fixture has recorded, too.</summary>
public class ExpectedAnswerTests
{
    private const string Small = "ic4_oc6_l9_k3_s2 float32 random seed5";
    private const string Hashed = "n2_ic4_oc6_l33_k3_s2 float32 integer seed5";
    private const string SampledRow = "n2_ic4_oc6_l33_k3_s2 float32 random seed5";

    [Theory]
    [InlineData(Small, ExpectedKind.Values)]
    [InlineData(Hashed, ExpectedKind.Hash)]
    [InlineData(SampledRow, ExpectedKind.Sample)]
    internal void The_recorded_answer_itself_passes(string problem, ExpectedKind kind)
    {
        using var bout = new Bout(problem);
        var row = Recorded(bout);

        Assert.Equal(kind, row.Expected!.Kind);
        Assert.Equal((Verdict.Passed, MismatchKind.None), (bout.Judge(expected: row).Verdict, bout.Judge(expected: row).Kind));
    }

    [Theory]
    [InlineData(Small)]
    [InlineData(Hashed)]
    [InlineData(SampledRow)]
    public void An_answer_from_which_both_sides_and_the_oracle_differ_is_itself_wrong(string problem)
    {
        using var bout = new Bout(problem);
        var row = Recorded(bout, bout => Bout.Set(bout.Reference, 0, bout.Reference.Output.At(0) + 1));

        var judgement = bout.Judge(expected: row);

        Assert.Equal((Verdict.Failed, MismatchKind.Value, Side.None), (judgement.Verdict, judgement.Kind, judgement.Side));
        Assert.StartsWith("the recorded answer is wrong (test 1.0): candidate, reference and oracle agree, and the candidate ", judgement.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bound", "1e-3,1e-3", "")]
    [InlineData("1e-3,1e-3", null, "")]
    [InlineData("1e-3,1e-3", "bound", "the recorded answer is wrong")]
    [InlineData("bound", "1e-6,1e-6", "the recorded answer is wrong")]
    public void Values_that_were_rounded_are_judged_by_the_tolerance_of_their_row_or_of_the_run(string ofRun, string? ofRow, string detail)
    {
        using var bout = new Bout(Small);
        var row = Recorded(bout, bout => Bout.Set(bout.Reference, 0, Math.Round(bout.Reference.Output.At(0), 4))) with { Tolerance = ofRow is null ? null : Tolerance.Parse(ofRow) };

        var judgement = bout.Judge(ofRun, expected: row);

        Assert.Equal(detail.Length == 0 ? Verdict.Passed : Verdict.Failed, judgement.Verdict);
        Assert.StartsWith(detail, judgement.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_recorded_answer_that_the_oracle_refutes_is_not_held_against_a_candidate_that_is_right()
    {
        using var bout = new Bout(Small);
        var row = Recorded(bout, bout => Bout.Set(bout.Reference, 0, bout.Reference.Output.At(0) + 1));
        bout.Reference.Unsupport("");

        Assert.StartsWith("the recorded answer is wrong (test 1.0): candidate and oracle agree", bout.Judge(expected: row).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reference_that_now_rejects_has_drifted()
    {
        using var bout = new Bout("l4_k3_p3 float32 integer seed1");
        var row = Recorded(bout);
        bout.Reference.Unsupport("");
        bout.Candidate.Reject(RejectionReason.OutputSize, "");
        Assert.Equal(Verdict.Passed, bout.Judge(expected: row).Verdict);

        // By PyTorch's rules it is wrong, which says more than that it has drifted.
        Bout.Answer(bout.Reference, DType.Float32, 1, 1, 1);
        var judgement = bout.Judge(expected: row);

        Assert.Equal((Verdict.Failed, MismatchKind.Outcome, Side.Reference), (judgement.Verdict, judgement.Kind, judgement.Side));
    }

    [Fact]
    public void A_reference_more_than_two_bounds_from_its_recorded_value_has_drifted()
    {
        using var bout = new Bout(Small);
        var bound = bout.Oracle.Bound[3];
        bout.MoveByBounds(bout.Reference, 3, -0.9);
        bout.MoveByBounds(bout.Candidate, 3, 0.9);
        var row = Recorded(bout, bout => Bout.Set(bout.Reference, 3, bout.Oracle.Exact[3] + 1.5 * bound));

        var judgement = bout.Judge(expected: row);

        Assert.Equal((Verdict.Failed, MismatchKind.Drift, Side.Reference), (judgement.Verdict, judgement.Kind, judgement.Side));
        Assert.StartsWith("reference gives ", judgement.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_candidate_more_than_two_bounds_from_the_recorded_value_is_wrong()
    {
        using var bout = new Bout(Small);
        var bound = bout.Oracle.Bound[3];
        bout.MoveByBounds(bout.Reference, 3, 0.9);
        bout.MoveByBounds(bout.Candidate, 3, -0.9);
        var row = Recorded(bout, bout => Bout.Set(bout.Reference, 3, bout.Oracle.Exact[3] + 1.5 * bound));

        Assert.Equal((MismatchKind.Value, Side.Candidate), (bout.Judge(expected: row).Kind, bout.Judge(expected: row).Side));
    }

    [Fact]
    public void A_recorded_rejection_of_what_both_complete_and_PyTorch_accepts_is_wrong()
    {
        using var bout = new Bout(Small);
        var row = Recorded(bout, bout => bout.Reference.Reject(RejectionReason.OutputSize, ""));

        Assert.Equal((MismatchKind.Outcome, Side.None), (bout.Judge(expected: row).Kind, bout.Judge(expected: row).Side));
    }

    [Fact]
    public void Another_shape_than_recorded_is_a_difference_of_shape()
    {
        using var bout = new Bout(Small);
        var row = Recorded(bout) with { OutputShape = [1, 19, 6] };

        Assert.Equal((MismatchKind.Shape, Side.None), (bout.Judge(expected: row).Kind, bout.Judge(expected: row).Side));
    }

    [Fact]
    public void A_recorded_reason_counts_where_reasons_are_strict()
    {
        using var bout = new Bout("l4_k3_p3 float32 integer seed1");
        var row = Recorded(bout) with { Reason = RejectionReason.KernelSize };

        Assert.Equal(Verdict.Passed, bout.Judge(expected: row).Verdict);
        Assert.Equal((Verdict.Failed, MismatchKind.Reason, Side.None), (bout.Judge(strict: true, expected: row).Verdict, bout.Judge(strict: true, expected: row).Kind, bout.Judge(strict: true, expected: row).Side));
    }

    [Fact]
    public void The_recorded_answer_stands_in_for_a_reference_that_does_not_do_the_problem()
    {
        using var bout = new Bout(Hashed);
        var row = Recorded(bout);
        bout.Reference.Unsupport("recorded without its values");

        Assert.Equal((Verdict.Passed, ""), (bout.Judge(expected: row).Verdict, bout.Judge(expected: row).Detail));

        Bout.Nudge(bout.Candidate, 1);
        Assert.Equal((Verdict.Failed, Side.Candidate), (bout.Judge(expected: row).Verdict, bout.Judge(expected: row).Side));
    }

    [Fact]
    public void Neither_side_does_the_problem_is_no_pass_though_an_answer_is_recorded()
    {
        using var bout = new Bout(Small);
        var row = Recorded(bout);
        bout.Reference.Unsupport("");
        bout.Candidate.Unsupport("");

        Assert.Equal(Verdict.Unsupported, bout.Judge(expected: row).Verdict);
    }

    [Fact]
    public void Values_that_nobody_judged_are_no_pass_though_an_answer_is_recorded()
    {
        using var bout = new Bout("l4_k3 int64 integer seed1");
        Bout.Answer(bout.Reference, DType.Int64, 1, 1, 6);
        var row = RecordedRow.Of("row", bout.Problem, bout.Reference, exact: true, "test 1.0");
        bout.Reference.Unsupport("");
        Bout.Answer(bout.Candidate, DType.Int64, 1, 1, 6);
        Bout.Set(bout.Candidate, 0, 17);

        Assert.NotEqual(Verdict.Passed, bout.Judge(expected: row).Verdict);
    }

    [Fact]
    public void An_infinity_where_a_number_was_recorded_is_a_difference()
    {
        using var bout = new Bout("l4_k2_s2 float32 input=[1,inf,1,1] weight=[1,2]");
        var row = Recorded(bout, bout => Bout.Set(bout.Reference, 2, 5));
        var opposite = Recorded(bout, bout => Bout.Set(bout.Reference, 2, double.NegativeInfinity));

        Assert.Equal(MismatchKind.Value, bout.Judge(expected: row).Kind);
        Assert.Equal(MismatchKind.Value, bout.Judge(expected: opposite).Kind);
    }

    [Fact]
    public void What_may_overflow_on_the_way_need_not_be_what_was_recorded()
    {
        using var bout = new Bout("ic3_l2_k1 float32 input=[3e38,1.5,3e38,1,-3e38,1] weight=[1,1,1]");
        var row = Recorded(bout, bout => Bout.Set(bout.Reference, 0, double.PositiveInfinity));
        Bout.Set(bout.Candidate, 0, 3e38);

        Assert.Equal(Verdict.Passed, bout.Judge(expected: row).Verdict);
    }

    /// <summary>The reference's answer as a fixture holds it, after a change that is then taken back.</summary>
    private static FixtureRow Recorded(Bout bout, Action<Bout>? change = null)
    {
        using var before = new Bout(bout.Problem.ToString());
        change?.Invoke(before);
        return RecordedRow.Of("row", bout.Problem, before.Reference, bout.Tensors.IsExact, "test 1.0");
    }
}
