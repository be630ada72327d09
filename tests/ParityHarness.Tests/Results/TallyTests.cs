using System.Text.Json;

using ParityHarness.Judging;
using ParityHarness.Problems;
using ParityHarness.Results;
using ParityHarness.Tests.Campaigns;

using Xunit;

namespace ParityHarness.Tests.Results;

/// <summary>Counts survive the way from a worker and add up.</summary>
public class TallyTests
{
    [Fact]
    public void A_tally_that_was_written_reads_back_the_same()
    {
        var tally = Some(1);
        var copy = Copy(tally);

        Assert.Equal(CampaignTests.Counts(tally), CampaignTests.Counts(copy));
        Assert.Equal((11, 12, 13, 14, 15, 16), (copy[TimeShare.Reference], copy[TimeShare.Candidate], copy[TimeShare.Oracle], copy[TimeShare.Data], copy[TimeShare.All], copy[Counter.Restarts]));
        Assert.Equal((17, 18, 19, 20), (copy[TimeShare.Repetition], copy[Counter.Repeated], copy[Counter.Related], copy[TimeShare.HandingOver]));
    }

    [Fact]
    public void An_empty_tally_reads_back_too() => Assert.Equal(0, Copy(new Tally()).Problems);

    [Fact]
    public void A_sum_counts_both_and_keeps_the_worst()
    {
        var sum = Some(1);
        sum.Add(Some(3));

        Assert.Equal(12, sum.Problems);
        Assert.Equal((2, 2, 2, 2, 2, 2), (sum.Passed, sum.RejectedByBoth, sum.Failed, sum.Known, sum.Mistrusted, sum.Unsupported));
        Assert.Equal(2, sum.Failures["value candidate"]);
        Assert.Equal(2, sum.Divergences["named candidate"]);
        Assert.Equal((0.3, 0.03), (sum.WorstCandidate, sum.WorstReference));
        Assert.Equal((24, 12, 2, 2), (sum[Counter.Unjudged], sum[Counter.SignedZeros], sum[Counter.ReasonsDiffer], sum[Counter.TorchWouldRefuse]));
        Assert.Equal((22, 32, 34, 36, 38, 40), (sum[TimeShare.Reference], sum[Counter.Restarts], sum[TimeShare.Repetition], sum[Counter.Repeated], sum[Counter.Related], sum[TimeShare.HandingOver]));
    }

    [Fact]
    public void Each_problem_counts_in_each_of_its_classes()
    {
        var tally = new Tally();
        tally.Add(ProblemClasses.Of(ProblemText.Parse("ic2_oc2_l4_k3_s2_bias float64 random")), new Judgement());

        string[] classes = [.. Enumerable.Range(0, ProblemClasses.All.Count).Where(c => tally.OfClass(c, ProblemOutcome.Passed) == 1).Select(c => ProblemClasses.All[c].Name)];
        Assert.Equal(["stride > 1", "bias", "float64", "random"], classes);
    }

    [Fact]
    public void What_a_side_does_not_do_is_counted_by_side_and_class()
    {
        var tally = new Tally { [Counter.LeftOut] = 7 };
        foreach (var side in (Side[])[Side.Reference, Side.Candidate, Side.Both])
        {
            tally.Add(ProblemClass.Float64, new Judgement { Verdict = Verdict.Unsupported, UnsupportedBy = side });
        }

        var copy = Copy(tally);
        copy.Add(tally);
        var float64 = ProblemClasses.All.ToList().FindIndex(c => c.Class == ProblemClass.Float64);
        Assert.Equal((6, 4, 14), (copy.Unsupported, copy[Counter.UnsupportedByCandidate], copy[Counter.LeftOut]));
        Assert.Equal((4, 4, 0), (copy.NotDone(float64), copy.NotJudged(float64), copy.NotDone(0)));
    }

    [Theory]
    [InlineData(Side.Reference, "a reference")]
    [InlineData(Side.Candidate, "b candidate")]
    [InlineData(Side.Both, "a reference, b candidate")]
    internal void A_divergence_is_counted_by_its_name_and_side(Side side, string counted)
    {
        var tally = new Tally();
        tally.Add(ProblemClass.Float32, new Judgement { Verdict = Verdict.KnownDivergence, Side = side }, "a", "b");

        Assert.Equal(counted, string.Join(", ", tally.Divergences.Keys));
    }

    [Fact]
    public void A_divergence_that_both_have_is_counted_once()
    {
        var tally = new Tally();
        tally.Add(ProblemClass.Float32, new Judgement { Verdict = Verdict.KnownDivergence, Side = Side.Both }, "a", "a");

        Assert.Equal("a both", string.Join(", ", tally.Divergences.Keys));
    }

    private static Tally Copy(Tally tally) =>
        JsonSerializer.Deserialize(JsonSerializer.Serialize(new JournalEntry(0, "", new Checkpoint { Next = 0, Tally = tally }), ResultsJson.Default.JournalEntry), ResultsJson.Default.JournalEntry)!.Checkpoint.Tally;

    private static Tally Some(double error)
    {
        var tally = new Tally
        {
            [TimeShare.Reference] = 11,
            [TimeShare.Candidate] = 12,
            [TimeShare.Oracle] = 13,
            [TimeShare.Data] = 14,
            [TimeShare.All] = 15,
            [Counter.Restarts] = 16,
            [TimeShare.Repetition] = 17,
            [Counter.Repeated] = 18,
            [Counter.Related] = 19,
            [TimeShare.HandingOver] = 20,
        };
        foreach (var verdict in Enum.GetValues<Verdict>())
        {
            tally.Add(ProblemClass.Float32, Judge(verdict, rejected: false), null, "named");
        }

        tally.Add(ProblemClass.Illegal, Judge(Verdict.Passed, rejected: true));
        return tally;

        Judgement Judge(Verdict verdict, bool rejected) => new()
        {
            Verdict = verdict,
            Kind = rejected ? MismatchKind.Reason : MismatchKind.Value,
            Side = Side.Candidate,
            RejectedByBoth = rejected,
            Unjudged = 2,
            SignedZeros = 1,
            TorchClose = rejected ? null : false,
            CandidateErrorOverBound = error / 10,
            ReferenceErrorOverBound = error / 100,
        };
    }
}
