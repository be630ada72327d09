using System.Globalization;
using System.Text;

using ParityHarness.Judging;
using ParityHarness.Problems;

namespace ParityHarness.Results;

/// <summary>Commands as a person types them.</summary>
internal static class CommandText
{
    /// <summary>The command that makes a run again.</summary>
    public static string Of(CampaignResult result)
    {
        var settings = result.Settings;
        var text = new StringBuilder("parity ");
        if (settings.Profile is { } profile)
        {
            text.Append(CultureInfo.InvariantCulture, $"fuzz --profile {profile} --seed {settings.Seed}");
            if (result.Count is { } count)
            {
                text.Append(CultureInfo.InvariantCulture, $" --count {count}");
            }

            if (result.Duration is { } duration)
            {
                text.Append(CultureInfo.InvariantCulture, $" --duration {duration.TotalSeconds:0.###}s");
            }

            if (result.Shards > 1)
            {
                text.Append(CultureInfo.InvariantCulture, $" --shard {result.Shard + 1}/{result.Shards}");
            }
        }
        else
        {
            text.Append("run").AppendJoin("", settings.Files.Select(file => $" {Quote(Path.GetRelativePath(Environment.CurrentDirectory, file))}"));
            text.AppendJoin("", settings.Problems.Select(problem => $" --problem \"{problem}\""));
        }

        text.Append(CultureInfo.InvariantCulture, $" --reference {Quote(settings.Reference)} --candidate {Quote(settings.Candidate)}{Deciders(settings)}");
        if (settings.Only is { } only)
        {
            text.Append(CultureInfo.InvariantCulture, $" --only {only}");
        }

        return (settings.Where is { } where ? text.Append(CultureInfo.InvariantCulture, $" --where \"{where}\"") : text).ToString();
    }

    /// <summary>The options without which the same problem might be judged otherwise.</summary>
    public static string Deciders(CampaignSettings settings) =>
        (settings.Tolerance == Tolerance.Bound.Text ? "" : $" --tolerance {settings.Tolerance}") + (settings.StrictReasons ? " --strict-reasons" : "");

    /// <summary>A word as the shell takes it, in quotes where it must be.</summary>
    public static string Quote(string word) => word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./:@".Contains(c, StringComparison.Ordinal))
        ? word
        : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
