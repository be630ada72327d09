using ParityHarness.Tests.Runners.Native;

using Xunit;

namespace ParityHarness.Tests.Campaigns;

/// <summary>The wrong implementations of tests/ParityHarness.FaultyRunners are wrong, so that catching them means something.</summary>
[Trait("speed", "slow")]
public class FaultyRunnersTests
{
    private const string Differs = "// differs: ";

    static FaultyRunnersTests() => NativeCompiler.BuildAll();

    public static TheoryData<string, string> WithProblem
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var name in NativeCompiler.All)
            {
                foreach (var line in File.ReadLines(Path.Combine(NativeCompiler.Sources, name + ".c")).Where(l => l.StartsWith(Differs, StringComparison.Ordinal)))
                {
                    data.Add(name, line[Differs.Length..]);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(WithProblem))]
    public void A_defect_shows_at_the_problem_that_its_file_names(string name, string problem)
    {
        var wrong = CampaignRun.Of(CampaignRun.Problems(CampaignRun.Faulty(name), problem), CampaignRun.InProcess);
        var right = CampaignRun.Of(CampaignRun.Problems("kernel", problem), CampaignRun.InProcess);

        Assert.True(wrong.Tally.Failed == 1, $"{name} is not caught at {problem}");
        Assert.Equal("candidate", Assert.Single(wrong.Rows).Text("side"));
        Assert.True(right.Tally.Failed == 0, $"{problem} fails without the defect: {right.Result.Why}");
    }

    [Fact]
    public void Each_says_in_its_first_line_what_is_wrong_with_it() =>
        Assert.All(NativeCompiler.All, name => Assert.Matches("^// [A-Z].*\\.$", File.ReadLines(Path.Combine(NativeCompiler.Sources, name + ".c")).First()));
}
