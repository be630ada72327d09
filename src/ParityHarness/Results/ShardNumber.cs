using System.Globalization;

namespace ParityHarness.Results;

/// <summary>Which shard of a run this is, as Slurm says it of a job array by the environment.</summary>
/// <param name="Part">From 1.</param>
/// <param name="Parts">Number of shards.</param>
/// <param name="By">The variable that says so.</param>
internal sealed record ShardNumber(long Part, long Parts, string By)
{
    private const string SlurmTask = "SLURM_ARRAY_TASK_ID";
    private const string SlurmFirst = "SLURM_ARRAY_TASK_MIN";
    private const string SlurmCount = "SLURM_ARRAY_TASK_COUNT";
    private const string SlurmStep = "SLURM_ARRAY_TASK_STEP";

    /// <summary>The shard by Slurm's SLURM_ARRAY_TASK_ID with its MIN and COUNT; null where one of them is missing.</summary>
    /// <param name="variable">Reads a variable of the environment.</param>
    /// <exception cref="HarnessException">They are not numbers, or not those of one shard of several.</exception>
    public static ShardNumber? Of(Func<string, string?> variable)
    {
        if (variable(SlurmTask) is { Length: > 0 } task && variable(SlurmFirst) is { Length: > 0 } first && variable(SlurmCount) is { Length: > 0 } count)
        {
            var step = variable(SlurmStep) is { Length: > 0 } text ? Math.Max(1, Number(SlurmStep, text)) : 1;
            return Checked((Number(SlurmTask, task) - Number(SlurmFirst, first)) / step + 1, Number(SlurmCount, count), SlurmTask);
        }

        return null;
    }

    private static ShardNumber Checked(long part, long parts, string by) => part >= 1 && part <= parts
        ? new ShardNumber(part, parts, by)
        : throw new HarnessException($"{by}: part {part} of {parts} is none; number the shards without gaps, or give --shard K/N", isUsage: true);

    private static long Number(string name, string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw new HarnessException($"{name}={text}: is not a whole number; give --shard K/N", isUsage: true);
}
