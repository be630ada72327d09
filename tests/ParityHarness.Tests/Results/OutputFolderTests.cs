using ParityHarness.Fixtures;
using ParityHarness.Judging;
using ParityHarness.Problems;
using ParityHarness.Results;
using ParityHarness.Tests.Campaigns;

using Xunit;

namespace ParityHarness.Tests.Results;

/// <summary>A folder holds one run and does not lose it to another.</summary>
public sealed class OutputFolderTests : IDisposable
{
    private static readonly CampaignLimits Limits = new() { Count = 100 };
    private readonly string _root = Directory.CreateTempSubdirectory("parity-out-").FullName;

    private string Out => Path.Combine(_root, "a", "b");

    [Fact]
    public void A_new_folder_holds_the_runs_identity_and_its_rows()
    {
        using (var folder = Open(CampaignRun.Smoke("kernel")))
        {
            folder.Append(Row(Verdict.Failed));
            folder.Append(Row(Verdict.Passed));
            folder.Append(Row(Verdict.Mistrusted));
            Assert.Equal("failed mistrusted", string.Join(' ', folder.FirstRows.Select(row => row.Text("verdict"))));
        }

        Assert.Equal("journal mismatches.csv run.json", string.Join(' ', Directory.GetFiles(Out).Select(Path.GetFileName).Order(StringComparer.Ordinal)));
        Assert.Equal(4, File.ReadAllLines(Path.Combine(Out, "mismatches.csv")).Length);
        Assert.Contains("\"seed\": 1", File.ReadAllText(Path.Combine(Out, "run.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_run_begins_anew_once_it_has_come_to_its_end()
    {
        using (var folder = Open(CampaignRun.Smoke("kernel")))
        {
            folder.Append(Row(Verdict.Failed));
            folder.Complete();
        }

        Open(CampaignRun.Smoke("kernel")).Dispose();

        Assert.Single(File.ReadAllLines(Path.Combine(Out, "mismatches.csv")));
    }

    [Theory]
    [InlineData("Program.cs")]
    [InlineData("folder/Program.cs")]
    public void A_folder_that_holds_other_things_is_not_taken_for_results(string file)
    {
        var path = Path.Combine(Out, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "");

        var error = Assert.Throws<HarnessException>(() => Open(CampaignRun.Smoke("kernel")));

        Assert.Equal($"--out {Out}: holds other things than results ({file.Split('/')[0]}); name a folder of its own", error.Message);
        Assert.Equal([path], Directory.GetFiles(Out, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_folder_of_other_runs_may_hold_one_more()
    {
        using (var other = new OutputFolder(Path.Combine(Out, "smoke"), "1.0.0", "fuzz", CampaignRun.Smoke("kernel"), Limits, overwrite: false))
        {
        }

        Open(CampaignRun.Smoke("kernel")).Dispose();

        Assert.True(File.Exists(Path.Combine(Out, OutputFolder.Identity)));
    }

    public static TheoryData<string> Others { get; } = ["seed", "candidate", "tolerance", "command", "version", "shard", "count", "duration"];

    [Theory]
    [MemberData(nameof(Others))]
    public void Another_run_is_refused_and_what_is_there_stands(string what)
    {
        using (var folder = Open(CampaignRun.Smoke("kernel")))
        {
            folder.Append(Row(Verdict.Failed));
        }

        var before = Contents();
        var error = Assert.Throws<HarnessException>(() => Other(what, overwrite: false));

        Assert.True(error.IsUsage);
        Assert.Equal($"--out {Out}: holds the results of another run; name another folder, or overwrite them by --force", error.Message);
        Assert.Equal(before, Contents());

        Other(what, overwrite: true).Dispose();
        Assert.False(before == Contents());
    }

    [Fact]
    public void The_number_of_workers_does_not_make_another_run()
    {
        Open(CampaignRun.Smoke("kernel"), Limits with { Workers = 1 }).Dispose();
        Open(CampaignRun.Smoke("kernel"), Limits with { Workers = 2, WorkerCommand = ["x"], InProcess = true }).Dispose();
    }

    [Fact]
    public void Rows_without_an_identity_are_not_overwritten()
    {
        Directory.CreateDirectory(Out);
        File.WriteAllText(Path.Combine(Out, "mismatches.csv"), "mine");

        Assert.Throws<HarnessException>(() => Open(CampaignRun.Smoke("kernel")));
        Assert.Equal("mine", File.ReadAllText(Path.Combine(Out, "mismatches.csv")));
    }

    [Theory]
    [InlineData("mismatches.csv")]
    [InlineData("journal")]
    [InlineData("run.json")]
    public void A_file_that_vanishes_ends_the_run_at_its_next_write(string name)
    {
        using var folder = Open(CampaignRun.Smoke("kernel"));
        folder.Append(Row(Verdict.Failed));
        File.Delete(Path.Combine(Out, name));

        var error = Assert.Throws<HarnessException>(() => folder.Commit(new Checkpoint { Next = 1, Tally = new Tally() }));
        Assert.Equal($"{Path.Combine(Out, name)}: was removed while the run was writing it; give the command again", error.Message);
        Assert.Throws<HarnessException>(() => folder.Append(Row(Verdict.Failed)));
    }

    [Theory]
    [InlineData("altered", "mismatches.csv: was altered since the run wrote it; run it again")]
    [InlineData("damaged", "mismatches.csv:3:verdict: 'failled' is not one of: ")]
    [InlineData("torn", "mismatches.csv:3: has ")]
    public void Rows_that_are_not_those_of_the_run_are_refused_with_their_place(string how, string message)
    {
        var rows = Path.Combine(Out, "mismatches.csv");
        string sum;
        using (var folder = Open(CampaignRun.Smoke("kernel")))
        {
            folder.Append(Row(Verdict.Failed));
            folder.Append(Row(Verdict.Failed));
            folder.Complete();
            sum = folder.RowsSum;
        }

        var run = new CampaignResult { Tally = new Tally(), Reference = new("oracle", "1", ""), Candidate = new("kernel", "1", ""), Folder = Out, RowsSum = sum };
        Assert.Equal(2, ResultFile.Read(run).Count());
        var text = File.ReadAllText(rows);
        var last = text.LastIndexOf("failed", StringComparison.Ordinal);
        File.WriteAllText(rows, how switch
        {
            "altered" => text[..last] + "passed" + text[(last + 6)..],
            "damaged" => text[..last] + "failled" + text[(last + 6)..],
            _ => text[..last],
        });

        var error = Assert.Throws<FixtureException>(() => ResultFile.Read(run).Count());
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_bad_usage_in_one_line()
    {
        File.WriteAllText(Path.Combine(_root, "a"), "a file where a folder should be");
        var error = Assert.Throws<HarnessException>(() => Open(CampaignRun.Smoke("kernel")));

        Assert.True(error.IsUsage);
        Assert.StartsWith($"--out {Out}: cannot be written: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_a_name_is_bad_usage() =>
        Assert.True(Assert.Throws<HarnessException>(() => new OutputFolder("", "1", "fuzz", CampaignRun.Smoke("kernel"), Limits, overwrite: false)).IsUsage);

    [Fact]
    public void A_folder_where_the_rows_file_is_a_folder_is_bad_usage()
    {
        Directory.CreateDirectory(Path.Combine(Out, "mismatches.csv"));

        Assert.StartsWith($"--out {Out}: cannot be written: ", Assert.Throws<HarnessException>(() => Open(CampaignRun.Smoke("kernel"))).Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static ResultRow Row(Verdict verdict) => new(new FixtureRow { Name = "row", Problem = ProblemText.Parse("l4_k3 float32 forward integer seed1") }) { Verdict = verdict };

    private string Contents() => string.Join('\n', Directory.GetFiles(Out).Order(StringComparer.Ordinal).Select(File.ReadAllText));

    private OutputFolder Open(CampaignSettings settings, CampaignLimits? limits = null) => new(Out, "1.0", "fuzz", settings, limits ?? Limits, overwrite: false);

    private OutputFolder Other(string what, bool overwrite)
    {
        var settings = CampaignRun.Smoke(what == "candidate" ? "oracle" : "kernel", what == "seed" ? 2UL : 1) with { Tolerance = what == "tolerance" ? "torch" : "bound" };
        var limits = Limits with
        {
            Shard = what == "shard" ? 1 : 0,
            Count = what == "count" ? 101 : 100,
            Duration = what == "duration" ? TimeSpan.FromSeconds(1) : null,
        };
        return new OutputFolder(Out, what == "version" ? "1.1" : "1.0", what == "command" ? "run" : "fuzz", settings, limits, overwrite);
    }
}
