using ParityHarness.Problems;
using ParityHarness.Results;
using ParityHarness.Tensors;

namespace ParityHarness.Campaigns;

/// <summary>Checks, before a campaign begins, that the tensors of all its fixtures can be made.</summary>
internal static class CaseCheck
{
    /// <exception cref="HarnessException">A case cannot be made; the message names it.</exception>
    public static void Check(CaseSource source, CampaignSettings settings)
    {
        if (source is not FixtureCases)
        {
            return;
        }

        var (where, only) = (settings.WhereCondition, Scope.Parse(settings.Only));
        for (var i = 0L; i < source.Count; i++)
        {
            var item = source.At(i);
            if (where?.Covers(item.Problem) == false || !only.Covers(item.Problem))
            {
                continue;
            }

            try
            {
                DataFiller.Check(item.Problem, settings.MemoryBytes > 0 ? settings.MemoryBytes / 2 : long.MaxValue);
            }
            catch (ProblemDataException e)
            {
                throw new HarnessException($"{item.Name} ({item.Problem}): {e.Message}", isUsage: true);
            }
        }
    }
}
