using ParityHarness.Results;

using Xunit;

namespace ParityHarness.Tests.Results;

/// <summary>Which shard it is, as Slurm says.</summary>
public class ShardNumberTests
{
    [Theory]
    [InlineData("", null)]
    [InlineData("SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_COUNT=7", "3/7 SLURM_ARRAY_TASK_ID")]
    [InlineData("SLURM_ARRAY_TASK_ID=0 SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_COUNT=7", "1/7 SLURM_ARRAY_TASK_ID")]
    [InlineData("SLURM_ARRAY_TASK_ID=14 SLURM_ARRAY_TASK_MIN=10 SLURM_ARRAY_TASK_COUNT=3 SLURM_ARRAY_TASK_STEP=2", "3/3 SLURM_ARRAY_TASK_ID")]
    [InlineData("SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_MIN=1", null)]
    [InlineData("SLURM_ARRAY_TASK_ID=3", null)]
    public void Both_numbers_must_stand_there(string environment, string? expected)
    {
        var found = ShardNumber.Of(In(environment));

        Assert.Equal(expected, found is null ? null : $"{found.Part}/{found.Parts} {found.By}");
    }

    [Theory]
    [InlineData("SLURM_ARRAY_TASK_ID=7 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_COUNT=3", "SLURM_ARRAY_TASK_ID: part 7 of 3 is none; number the shards without gaps, or give --shard K/N")]
    [InlineData("SLURM_ARRAY_TASK_ID=x SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_COUNT=3", "SLURM_ARRAY_TASK_ID=x: is not a whole number; give --shard K/N")]
    public void Numbers_that_are_no_shard_are_refused(string environment, string message)
    {
        var error = Assert.Throws<HarnessException>(() => ShardNumber.Of(In(environment)));

        Assert.Equal((message, true), (error.Message, error.IsUsage));
    }

    private static Func<string, string?> In(string environment)
    {
        var variables = environment.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        return name => variables.GetValueOrDefault(name);
    }
}
