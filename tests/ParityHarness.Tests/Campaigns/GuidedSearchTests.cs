using ParityHarness.Campaigns;
using ParityHarness.Generation;
using ParityHarness.Problems;
using ParityHarness.Results;

using Xunit;

namespace ParityHarness.Tests.Campaigns;

/// <summary>A guided search follows what it finds, and is still a function of the seed.</summary>
public class GuidedSearchTests
{
    private static readonly CampaignSettings Settings = CampaignRun.Smoke("kernel:scalar") with { Guide = "error" };

    [Fact]
    public void The_number_of_workers_changes_nothing()
    {
        var settings = Settings with { AllRows = true };
        var runs = new[] { CampaignRun.InProcess, CampaignRun.OneWorker, CampaignRun.TwoWorkers }
            .Select(limits => CampaignRun.Of(settings, limits with { Count = 1200, RangeLength = Campaign.GuidedRangeLength }))
            .ToArray();

        Assert.Equal(1200, runs[0].Rows.Count);
        foreach (var run in runs)
        {
            Assert.Equal(runs[0].Lines, run.Lines);
            Assert.Equal(runs[0].Campaign.Worst, run.Campaign.Worst);
        }
    }

    [Fact]
    public void A_search_that_was_interrupted_goes_on_as_if_it_had_not_been()
    {
        var limits = CampaignRun.InProcess with { Count = 1536, RangeLength = Campaign.GuidedRangeLength };
        var whole = CampaignRun.Of(Settings, limits);
        byte[] half = [];
        _ = new Campaign(Settings, limits with { Count = 768 }, _ => { }, null, checkpoint =>
        {
            using var stream = new MemoryStream();
            using var writer = new BinaryWriter(stream);
            checkpoint.Write(writer);
            half = stream.ToArray();
        }).Run();
        using var reader = new BinaryReader(new MemoryStream(half));
        var checkpoint = Checkpoint.Read(reader);
        var rest = new Campaign(Settings, limits, _ => { }, () => checkpoint);
        var tally = rest.Run();

        Assert.Equal(CampaignTests.Counts(whole.Tally), CampaignTests.Counts(tally));
        Assert.Equal(whole.Campaign.Worst, rest.Worst);
    }

    [Fact]
    public void It_comes_nearer_to_failing_than_random_search()
    {
        var (guided, random) = (0.0, 0.0);
        for (var seed = 1UL; seed <= 3; seed++)
        {
            var settings = Settings with { Seed = seed };
            guided += Accuracy(settings, CampaignRun.InProcess with { Count = 4096, RangeLength = Campaign.GuidedRangeLength });
            random += Accuracy(settings with { Guide = null }, CampaignRun.InProcess with { Count = 4096 });
        }

        Assert.True(guided > random, $"{guided} is not above {random}");
    }

    [Fact]
    public void A_mutation_of_a_legal_problem_is_legal_and_within_the_profile()
    {
        var generator = new Generator(Profile.Smoke, 1);
        var random = new CounterRandom(7);
        var changed = 0;
        for (var i = 0; i < 3000; i++)
        {
            var problem = generator.At(generator.GridEnd + i);
            if (ProblemRules.Check(problem, out _) is not null)
            {
                continue;
            }

            var other = Mutation.Of(problem, Profile.Smoke, ref random);
            Assert.Null(ProblemRules.Check(other, out _));
            Assert.InRange(ProblemSize.MultiplyAdds(other), 0, Profile.Smoke.MaxMultiplyAdds);
            changed += (other with { DataSeed = problem.DataSeed }).ToString() == problem.ToString() ? 0 : 1;
        }

        Assert.InRange(changed, 1000, 2700);
    }

    private static double Accuracy(CampaignSettings settings, CampaignLimits limits) => CampaignRun.Of(settings, limits).Tally.Errors.WorstAccuracy;
}
