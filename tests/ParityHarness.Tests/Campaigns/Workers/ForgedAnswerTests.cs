using ParityHarness.Campaigns.Workers;
using ParityHarness.Results;

using Xunit;

namespace ParityHarness.Tests.Campaigns.Workers;

/// <summary>What a library writes into the pipe to the coordinator is never taken for an answer, and fails the candidate.</summary>
public class ForgedAnswerTests
{
    private const string First = "l4_k3 float32 integer seed1";
    private const string Second = "ic2_oc3_l5_k3_s2_p1_bias float64 integer seed2";

    private static readonly WorkerAnswer Answer = new() { Refusal = "no memory" };

    [Theory]
    [InlineData("writes_into_foreign_pipes")]
    [InlineData("answers_for_the_harness")]
    [Trait("speed", "slow")]
    public void A_candidate_that_writes_into_the_pipe_to_the_coordinator_fails_and_the_campaign_ends(string name)
    {
        var run = CampaignRun.Of(CampaignRun.Problems(CampaignRun.Faulty(name), First, Second, First), CampaignRun.OneWorker);

        // The worker may have gone on to the third problem before it is ended.
        Assert.Equal(3, run.Tally.Problems);
        Assert.InRange(run.Rows.Count, 1, 2);
        Assert.Contains(run.Rows, row => row.Text("name") == "problem:1");
        Assert.All(run.Rows, row => Assert.Equal(("failed", "fault", "candidate"), (row.Text("verdict"), row.Text("kind"), row.Text("side"))));
        Assert.Contains(run.Rows, row => row.Text("detail") == "candidate faulted: wrote an invalid response into the pipe between worker and coordinator and was ended");
        Assert.False(run.Campaign.GaveUp);
    }

    [Fact]
    [Trait("speed", "slow")]
    public void A_reference_that_writes_there_is_found_out_by_leaving_each_side_away()
    {
        var settings = CampaignRun.Problems("kernel", Second) with { Reference = CampaignRun.Faulty("answers_for_the_harness") };
        var row = Assert.Single(CampaignRun.Of(settings, CampaignRun.OneWorker).Rows);

        Assert.Equal(("fault", "reference"), (row.Text("kind"), row.Text("side")));
    }

    [Fact]
    [Trait("speed", "slow")]
    public void A_candidate_that_closes_the_pipe_is_blamed()
    {
        var run = CampaignRun.Of(CampaignRun.Problems(CampaignRun.Source("closes_files", """
            #include <unistd.h>
            int32_t parity_conv_transpose1d(parity_call *call)
            {
                if (computes(call) && call->stride.values[0] == 2)
                    for (int file = 3; file < 1024; file++)
                        close(file);
                return correct(call);
            }
            """), First, Second), CampaignRun.OneWorker);

        // It stands last: what a worker without files does with the next problem is nobody's business.
        Assert.Equal(2, run.Tally.Problems);
        var row = Assert.Single(run.Rows);
        Assert.Equal(("problem:1", "failed", "fault", "candidate"), (row.Text("name"), row.Text("verdict"), row.Text("kind"), row.Text("side")));
    }

    [Fact]
    public void An_answer_that_comes_twice_is_not_the_answer_to_the_next_question()
    {
        using var pipe = new MemoryStream();
        var (first, second) = (Guid.NewGuid(), Guid.NewGuid());
        JsonPipe.Write(pipe, first, Answer, WorkerJson.Default.WorkerAnswer);
        JsonPipe.Write(pipe, first, Answer, WorkerJson.Default.WorkerAnswer);
        pipe.Position = 0;

        Assert.Equal(Answer, JsonPipe.ReadAnswer(pipe, first, WorkerJson.Default.WorkerAnswer));
        Assert.Throws<InvalidDataException>(() => JsonPipe.ReadAnswer(pipe, second, WorkerJson.Default.WorkerAnswer));
    }

    [Fact]
    public void Bytes_anywhere_in_an_answer_are_seen()
    {
        using var pipe = new MemoryStream();
        var nonce = Guid.NewGuid();
        JsonPipe.Write(pipe, nonce, Answer, WorkerJson.Default.WorkerAnswer);
        var answer = pipe.ToArray();
        for (var at = 0; at < answer.Length; at++)
        {
            // The first copy is followed by a second, so that there is enough to read where the length is wrong by a little.
            using var spoilt = new MemoryStream([.. answer[..at], 0x39, .. answer[at..], .. answer]);
            var error = Record.Exception(() => JsonPipe.ReadAnswer(spoilt, nonce, WorkerJson.Default.WorkerAnswer));

            Assert.True(error is InvalidDataException or EndOfStreamException, $"a byte at {at} is not seen");
        }
    }
}
