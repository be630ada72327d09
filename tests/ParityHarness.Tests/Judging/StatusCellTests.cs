using ParityHarness.Judging;

using Xunit;

namespace ParityHarness.Tests.Judging;

/// <summary>What a worker writes, the coordinator sees.</summary>
public class StatusCellTests
{
    [Fact]
    public void What_one_side_sets_the_other_reads()
    {
        using var ours = StatusCell.Create();
        using var theirs = StatusCell.Open(ours.Path);
        Assert.Equal((0, 0, Phase.Idle), (ours.Steps, ours.Index, ours.Phase));

        theirs.Set(-3, Phase.Data);
        Assert.Equal((1, -3, Phase.Data), (ours.Steps, ours.Index, ours.Phase));

        theirs.Set(Phase.Candidate);
        Assert.Equal((2, -3, Phase.Candidate), (ours.Steps, ours.Index, ours.Phase));

        theirs.Set(Phase.Reference, RepetitionCheck.Threads);
        theirs.Step();
        Assert.Equal((4, Phase.Reference, RepetitionCheck.Threads), (ours.Steps, ours.Phase, ours.Check));

        theirs.Set(-3, Phase.Data);
        Assert.Equal(RepetitionCheck.None, ours.Check);
    }

    [Fact]
    public void It_leaves_no_file_even_while_it_is_in_use()
    {
        using var ours = StatusCell.Create();
        using var theirs = StatusCell.Open(ours.Path);

        Assert.DoesNotContain(Directory.GetFiles("/dev/shm"), file => file.StartsWith($"/dev/shm/parity-{Environment.ProcessId}-", StringComparison.Ordinal));
        theirs.Set(5, Phase.Reference);
        Assert.Equal((5, Phase.Reference), (ours.Index, ours.Phase));
    }
}
