using ParityHarness.Tests.Campaigns;

using Xunit;

namespace ParityHarness.Tests.Cli;

/// <summary>parity shrink.</summary>
[Trait("speed", "slow")]
public class ShrinkTests
{
    private const string Large = "ic24_oc64_l16_k5_s2_p23_op1_d4_g8_bias_unbatched_module float32 forward random seed1659000132";

    [Theory]
    [InlineData("flipped_kernel", "l1_k2 float32 forward input=[1] weight=[0,1]", "candidate is wrong in 2 of 2 outputs: 1 where 0 is exact (nothing can round here)", "the kernel is flipped: tap k is taken for tap K-1-k")]
    [InlineData("null_dereference", "l1_k1 float32 forward integer seed0", "candidate faulted: was killed by SIGSEGV (invalid memory access)", "it reads or writes memory that it may not")]
    public void A_failure_is_shrunk_to_what_a_person_can_check_by_hand(string name, string smallest, string detail, string why)
    {
        using var parity = new Parity();
        var candidate = CampaignRun.Faulty(name);
        parity.Run("shrink", Large, "--reference", "oracle", "--candidate", candidate, "--budget", "3000");

        Assert.Equal((1, ""), (parity.ExitCode, parity.Errors));
        var lines = parity.Output.Split('\n');
        Assert.Equal($"given:  {Large}", lines[0]);
        Assert.Equal([$"shrunk: {smallest}", $"        {detail}"], lines[2..4]);
        Assert.Equal(why.Length == 0 ? "" : $"why:    {why}", string.Join('\n', lines.Where(l => l.StartsWith("why:", StringComparison.Ordinal))));
        Assert.Equal($"run it: parity run --reference oracle --candidate {candidate} --problem \"{smallest}\"", lines[^2]);
        parity.Run("run", "--reference", "oracle", "--candidate", candidate, "--problem", smallest);
        Assert.Equal(1, parity.ExitCode);
    }

    [Fact]
    public void A_candidate_that_hangs_at_every_problem_is_shrunk_until_the_time_is_over()
    {
        using var parity = new Parity();
        parity.Run("shrink", Large, "--reference", "oracle", "--candidate", CampaignRun.Faulty("endless_loop"), "--timeout", "0.05", "--budget", "12");

        Assert.Equal((1, ""), (parity.ExitCode, parity.Errors));
        Assert.Contains("        candidate faulted: did not answer within 0.05 s and was ended\nwhy:    it does not return\nreference: oracle", parity.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_problem_that_does_not_fail_is_not_shrunk()
    {
        using var parity = new Parity();
        parity.Run("shrink", Large, "--reference", "oracle", "--in-process");

        Assert.Equal((0, "nothing to shrink: the problem does not fail (passed)\n"), (parity.ExitCode, parity.Output));
    }

    [Theory]
    [InlineData("l4_q3", "\"l4_q3\": ")]
    [InlineData("l99999999999999", "l99999999999999_k1 float32 forward integer seed0: its tensors cannot be made")]
    public void A_line_that_is_no_problem_is_refused(string line, string message)
    {
        using var parity = new Parity();
        parity.Run("shrink", line, "--reference", "oracle");

        Assert.Equal((2, ""), (parity.ExitCode, parity.Output));
        Assert.StartsWith($"parity: {message}", parity.Errors, StringComparison.Ordinal);
    }
}
