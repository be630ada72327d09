using System.CommandLine;
using System.Globalization;

using ParityHarness.Campaigns;
using ParityHarness.Generation;
using ParityHarness.Results;

namespace ParityHarness.Cli.Commands;

/// <summary>parity fuzz.</summary>
internal static class FuzzCommand
{
    private const long MostProblems = 1_000_000_000_000_000;
    private const long MostShards = 1_000_000;

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var profile = new Option<string>("--profile")
        {
            Description = "How large and how many: smoke (10,000 tiny problems), ci (20,000 of medium size), nightly (1,000,000, large ones too: hours)",
            HelpName = "P",
            DefaultValueFactory = _ => "ci",
        };
        profile.AcceptOnlyFromAmong([.. Profile.All.Select(p => p.Name)]);
        var seed = NumberOption.Create("--seed", "a whole number from 0 to 2^64 - 1", 0UL, ulong.MaxValue);
        (seed.Description, seed.HelpName, seed.DefaultValueFactory) = ("Seed: problem i is a function of profile, seed and i alone", "S", _ => 1);
        var count = NumberOption.Create("--count", "a whole number from 1 to 10^15", 1L, MostProblems);
        (count.Description, count.HelpName) = ("Number of problems. Default: the profile's", "N");
        var duration = new Option<string?>("--duration") { Description = "Run for so long instead, as 30s, 10m or 8h", HelpName = "T" };
        var shard = new Option<string?>("--shard") { Description = "Run part K of N, K from 1. Default: what Slurm says of a job array in the environment, else all", HelpName = "K/N" };
        var common = new CommonOptions();
        var command = new Command("fuzz", """
            Generates problems, runs the candidate and the reference on the same bits, and judges what differs.

            First a pairwise covering grid over all parameters and their boundaries, then random problems, legal and illegal.

              parity fuzz --candidate native:./libmine.so --max-failures 1   to the first failure
              parity run --last-failed                                       it once more
            """);
        foreach (var option in (Option[])[profile, seed, count, duration, shard])
        {
            command.Options.Add(option);
        }

        common.AddTo(command);
        command.SetAction(parsed =>
        {
            var chosen = Profile.Parse(parsed.GetValue(profile)!);
            var (part, parts) = Shard(parsed.GetValue(shard));
            var time = parsed.GetValue(duration) is { } text ? Duration(text) : (TimeSpan?)null;
            var settings = common.Settings(parsed, References.Choose(parsed.GetValue(common.Reference), needsLive: true)) with
            {
                Profile = chosen.Name,
                Seed = parsed.GetValue(seed)!.Value,
            };
            var limits = common.Limits(parsed) with
            {
                Count = parsed.GetValue(count) ?? (time is null ? chosen.DefaultCount : null),
                Duration = time,
                Shard = part - 1,
                Shards = parts,
            };
            return Campaigning.Run(parsed, common, settings, limits, "fuzz");
        });
        return command;
    }

    private static (long Part, long Parts) Shard(string? text)
    {
        if (text is null)
        {
            if (ShardNumber.Of(Environment.GetEnvironmentVariable) is not { } found)
            {
                return (1, 1);
            }

            Console.Error.WriteLine($"parity: shard {found.Part} of {found.Parts}, by {found.By}");
            return (found.Part, found.Parts);
        }

        var slash = text.Split('/');
        return slash.Length == 2
            && long.TryParse(slash[0], NumberStyles.None, CultureInfo.InvariantCulture, out var part)
            && long.TryParse(slash[1], NumberStyles.None, CultureInfo.InvariantCulture, out var parts)
            && part >= 1 && part <= parts && parts <= MostShards
            ? (part, parts)
            : throw new HarnessException($"--shard {text}: write K/N with K from 1 to N, as in 2/7, and N up to 1000000", isUsage: true);
    }

    private static TimeSpan Duration(string text)
    {
        var unit = text.Length == 0 ? 0 : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => 0 };
        return unit > 0 && double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number > 0 && number * unit < 1e8
            ? TimeSpan.FromSeconds(number * unit)
            : throw new HarnessException($"--duration {text}: write a time as 30s, 10m or 8h", isUsage: true);
    }
}
