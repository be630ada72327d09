using ParityHarness.Results;
using ParityHarness.Runners;

namespace ParityHarness.Campaigns;

/// <summary>
/// Which reference is in force: TorchSharp where it is in this build, else the system's libtorch, else recorded answers.
/// </summary>
internal static class References
{
    /// <summary>The reference asked for, or the default.</summary>
    /// <param name="asked">A runner's name, or null for the default.</param>
    /// <param name="needsLive">Whether recorded answers do not serve, as for generated problems.</param>
    /// <exception cref="HarnessException">There is none, or not the one asked for.</exception>
    public static string Choose(string? asked, bool needsLive)
    {
        if (asked == "recorded" && needsLive)
        {
            throw new HarnessException("recorded answers are no live reference: they know only the problems that were recorded. Use run, or --reference libtorch");
        }

        if (asked is not null)
        {
            return RunnerCatalog.WhyNot(asked) is { } reason ? throw new HarnessException(reason) : asked;
        }

        var reasons = new List<string>();
        foreach (var kind in RunnerCatalog.Kinds.Where(kind => kind.IsDefaultReference))
        {
            if (kind.WhyNot() is not { } reason)
            {
                return kind.Name;
            }

            reasons.Add(reason);
        }

        return needsLive
            ? throw new HarnessException($"there is no live reference to fuzz against: {string.Join("; ", reasons)}")
            : "recorded";
    }
}
