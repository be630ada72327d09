using ParityHarness.Campaigns;
using ParityHarness.Comparison;
using ParityHarness.Problems;

using Xunit;

namespace ParityHarness.Tests.Campaigns;

/// <summary>Counts survive the way from a worker and add up.</summary>
public class TallyTests
{
    [Fact]
    public void A_tally_that_was_written_reads_back_the_same()
    {
        var tally = Some(1);
        var copy = Copy(tally);

        Assert.Equal(CampaignTests.Counts(tally), CampaignTests.Counts(copy));
        Assert.Equal((11, 12, 13, 14, 15, 16, 17, 18), (copy.ReferenceTicks, copy.CandidateTicks, copy.OracleTicks, copy.DataTicks, copy.AllTicks, copy.Restarts, copy.RepetitionTicks, copy.Repeated));
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
        Assert.Equal(2, sum.Divergences["named"]);
        Assert.Equal((0.3, 0.03), (sum.WorstCandidate, sum.WorstReference));
        Assert.Equal((24, 12, 2, 2), (sum.Unjudged, sum.SignedZeros, sum.ReasonsDiffer, sum.TorchWouldRefuse));
        Assert.Equal((22, 32, 34, 36), (sum.ReferenceTicks, sum.Restarts, sum.RepetitionTicks, sum.Repeated));
    }

    [Fact]
    public void Each_problem_counts_in_each_of_its_classes()
    {
        var tally = new Tally();
        tally.Add(ProblemClasses.Of(ProblemText.Parse("ic2_oc2_l4_k3_s2_bias float64 random")), new Judgement(), null);

        string[] classes = [.. Enumerable.Range(0, ProblemClasses.All.Count).Where(c => tally.OfClass(c, 0) == 1).Select(c => ProblemClasses.All[c].Name)];
        Assert.Equal(["stride > 1", "bias", "float64", "random"], classes);
    }

    private static Tally Copy(Tally tally)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        tally.Write(writer);
        stream.Position = 0;
        using var reader = new BinaryReader(stream);
        var copy = Tally.Read(reader);
        Assert.Equal(stream.Length, stream.Position);
        return copy;
    }

    private static Tally Some(double error)
    {
        var tally = new Tally { ReferenceTicks = 11, CandidateTicks = 12, OracleTicks = 13, DataTicks = 14, AllTicks = 15, Restarts = 16, RepetitionTicks = 17, Repeated = 18 };
        foreach (var verdict in Enum.GetValues<Verdict>())
        {
            tally.Add(ProblemClass.Float32, Judge(verdict, rejected: false), "named");
        }

        tally.Add(ProblemClass.Illegal, Judge(Verdict.Passed, rejected: true), null);
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
