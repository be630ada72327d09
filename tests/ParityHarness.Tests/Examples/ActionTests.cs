using ParityHarness.Tests.Campaigns;
using ParityHarness.Tests.Readme;
using ParityHarness.Tests.Runners.Native;
using Xunit;

namespace ParityHarness.Tests.Examples;

/// <summary>The steps of the action for GitHub, typed as GitHub types them.</summary>
[Trait("speed", "slow")]
public sealed class ActionTests : IDisposable
{
    private readonly PageSession _session = new(Page.Kernels); // a clone in which nothing was typed

    private static string[] Steps => [.. File.ReadLines(Path.Combine(NativeCompiler.Root, ".github", "actions", "parity", "action.yml"))
        .Where(line => line.TrimStart().StartsWith("run: ", StringComparison.Ordinal)).Select(line => line[(line.IndexOf('\'') + 1)..line.LastIndexOf('\'')])];

    public void Dispose() => _session.Dispose();

    [Fact]
    public void A_right_implementation_holds_and_its_report_is_the_summary()
    {
        var (fuzz, report) = Run("kernel");

        Assert.Equal((0, 0), (fuzz, report));
        Assert.Contains("Parity holds", _session.Read("summary.md"), StringComparison.Ordinal);
        Assert.NotEmpty(_session.Read("parity-out/action/report.html"));
    }

    [Fact]
    public void A_wrong_implementation_fails_the_step_and_the_report_is_made_all_the_same()
    {
        var (fuzz, _) = Run(CampaignRun.Faulty("bias_missing"));

        Assert.Equal(1, fuzz);
        Assert.Contains("Parity does not hold", _session.Read("summary.md"), StringComparison.Ordinal);
    }

    private (int Fuzz, int Report) Run(string candidate)
    {
        var exits = Steps.Select(step => _session.Type($"mkdir -p .github/actions/parity; export GITHUB_ACTION_PATH=$PWD/.github/actions/parity GITHUB_STEP_SUMMARY=$PWD/summary.md CANDIDATE='{candidate}' PROFILE=smoke SEED=1 ARGUMENTS='--count 300'; {step}").Exit).ToArray();
        return (exits[0], exits[1]);
    }
}
