using ParityHarness.Results;

using Xunit;

namespace ParityHarness.Tests.Results;

/// <summary>Which shard it is, as Slurm and Bazel say.</summary>
public class ShardNumberTests
{
    [Theory]
    [InlineData("", null)]
    [InlineData("SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_COUNT=7", "3/7 SLURM_ARRAY_TASK_ID")]
    [InlineData("SLURM_ARRAY_TASK_ID=0 SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_COUNT=7", "1/7 SLURM_ARRAY_TASK_ID")]
    [InlineData("SLURM_ARRAY_TASK_ID=14 SLURM_ARRAY_TASK_MIN=10 SLURM_ARRAY_TASK_COUNT=3 SLURM_ARRAY_TASK_STEP=2", "3/3 SLURM_ARRAY_TASK_ID")]
    [InlineData("SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_MIN=1", null)]
    [InlineData("SLURM_ARRAY_TASK_ID=3", null)]
    [InlineData("TEST_SHARD_INDEX=0 TEST_TOTAL_SHARDS=4", "1/4 TEST_SHARD_INDEX")]
    [InlineData("TEST_SHARD_INDEX=3 TEST_TOTAL_SHARDS=4", "4/4 TEST_SHARD_INDEX")]
    [InlineData("TEST_SHARD_INDEX=3", null)]
    public void Both_numbers_must_stand_there(string environment, string? expected)
    {
        var found = ShardNumber.Of(In(environment));

        Assert.Equal(expected, found is null ? null : $"{found.Part}/{found.Parts} {found.By}");
    }

    [Theory]
    [InlineData("SLURM_ARRAY_TASK_ID=7 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_COUNT=3", "SLURM_ARRAY_TASK_ID: part 7 of 3 is none; number the shards without gaps, or give --shard K/N")]
    [InlineData("TEST_SHARD_INDEX=4 TEST_TOTAL_SHARDS=4", "TEST_SHARD_INDEX: part 5 of 4 is none; number the shards without gaps, or give --shard K/N")]
    [InlineData("TEST_SHARD_INDEX=x TEST_TOTAL_SHARDS=4", "TEST_SHARD_INDEX=x: is not a whole number; give --shard K/N")]
    public void Numbers_that_are_no_shard_are_refused(string environment, string message)
    {
        var error = Assert.Throws<HarnessException>(() => ShardNumber.Of(In(environment)));

        Assert.Equal((message, true), (error.Message, error.IsUsage));
    }

    [Fact]
    public void Bazel_is_told_that_shards_are_understood()
    {
        var file = Path.Combine(Path.GetTempPath(), $"parity-shard-{Guid.NewGuid():N}");
        ShardNumber.TellBazel(In($"TEST_SHARD_STATUS_FILE={file}"));
        Assert.True(File.Exists(file));
        File.Delete(file);
        Assert.StartsWith("TEST_SHARD_STATUS_FILE /nowhere/x: cannot be written: ", Assert.Throws<HarnessException>(() => ShardNumber.TellBazel(In("TEST_SHARD_STATUS_FILE=/nowhere/x"))).Message, StringComparison.Ordinal);
    }

    private static Func<string, string?> In(string environment)
    {
        var variables = environment.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        return name => variables.GetValueOrDefault(name);
    }
}
