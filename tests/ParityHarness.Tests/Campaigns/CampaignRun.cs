using ParityHarness.Campaigns;
using ParityHarness.Results;
using ParityHarness.Tests.Runners.Native;

namespace ParityHarness.Tests.Campaigns;

/// <summary>A campaign that has been run, with all its rows.</summary>
internal sealed class CampaignRun
{
    private static readonly IReadOnlyList<string> Worker = ["dotnet", Path.Combine(AppContext.BaseDirectory, "parity.dll"), "worker"];

    private readonly CampaignSettings _settings;

    private CampaignRun(CampaignSettings settings, Campaign campaign, List<ResultRow> rows)
    {
        _settings = settings;
        Campaign = campaign;
        Rows = rows;
    }

    public Campaign Campaign { get; }

    public Tally Tally { get; private set; } = new();

    public List<ResultRow> Rows { get; }

    /// <summary>The rows as text, for comparison.</summary>
    public List<string> Lines => Rows.ConvertAll(row => string.Join('\u241F', row.ToFields()));

    /// <summary>The names of the rows' problems.</summary>
    public string Names => string.Join(' ', Rows.Select(row => row.Text("name")));

    public CampaignResult Result => new()
    {
        Tally = Tally,
        Settings = _settings,
        Reference = Campaign.Reference!,
        Candidate = Campaign.Candidate!,
        WitnessesTried = Campaign.WitnessesTried,
        WitnessesGone = Campaign.WitnessesGone,
        GaveUp = Campaign.GaveUp,
        IsEmptyShard = Campaign.IsEmptyShard,
        Interrupted = Campaign.Interrupted,
    };

    public static CampaignLimits OneWorker { get; } = new() { Workers = 1, WorkerCommand = Worker };

    public static CampaignLimits TwoWorkers { get; } = OneWorker with { Workers = 2 };

    public static CampaignLimits InProcess { get; } = new() { Workers = 1, InProcess = true };

    /// <summary>Given problems against the oracle.</summary>
    public static CampaignSettings Problems(string candidate, params string[] problems) =>
        new() { Reference = "oracle", Candidate = candidate, Problems = problems };

    /// <summary>Generated problems against the oracle.</summary>
    public static CampaignSettings Smoke(string candidate, ulong seed = 1) =>
        new() { Reference = "oracle", Candidate = candidate, Profile = "smoke", Seed = seed };

    /// <summary>The name of a runner with one named defect.</summary>
    public static string Faulty(string name) => "native:" + NativeCompiler.Build(name);

    /// <summary>The name of a runner made of C that stands in the test.</summary>
    public static string Source(string name, string code)
    {
        var source = NativeCompiler.File(name + ".c");
        File.WriteAllText(source, $"#include \"{NativeCompiler.Sources}/correct.h\"\n{code}\n");
        return "native:" + NativeCompiler.Compile(source, name + ".so", "-shared", "-fPIC", "-pthread");
    }

    public static CampaignRun Of(CampaignSettings settings, CampaignLimits limits)
    {
        var rows = new List<ResultRow>();
        var campaign = new Campaign(settings, limits, rows.Add);
        var run = new CampaignRun(settings, campaign, rows);
        run.Tally = campaign.Run();
        return run;
    }
}
