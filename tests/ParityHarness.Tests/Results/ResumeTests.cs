using ParityHarness.Campaigns;
using ParityHarness.Results;
using ParityHarness.Runners;
using ParityHarness.Tests.Campaigns;
using ParityHarness.Tests.Runners.Native;

using Xunit;

namespace ParityHarness.Tests.Results;

/// <summary>A run that was interrupted goes on from its journal and ends as if it had not been.</summary>
public sealed class ResumeTests : IDisposable
{
    private static readonly CampaignLimits Limits = CampaignRun.InProcess with { Count = 400, RangeLength = 16 };
    private readonly string _root = Directory.CreateTempSubdirectory("parity-resume-").FullName;

    private CampaignSettings Settings { get; } = CampaignRun.Smoke(CampaignRun.Faulty("flipped_kernel"));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(24)]
    public void After_any_number_of_ranges_the_rest_gives_the_rows_and_counts_of_an_undisturbed_run(int ranges)
    {
        var (whole, tally) = Run("whole");
        var (_, first) = Run("parts", stopAfter: ranges);
        var (rest, sum) = Run("parts");

        Assert.True(first is null);
        Assert.Equal(whole, rest);
        Assert.Equal(CampaignTests.Counts(tally!), CampaignTests.Counts(sum!));
        Assert.Equal("mismatches.csv run.json", Files("parts"));
    }

    [Theory]
    [InlineData("mismatches.csv", "garbage that was not committed\nfuzz:99")]
    [InlineData("journal", "\u0011torn")]
    public void What_a_kill_left_behind_the_last_entry_is_cut_off(string file, string torn)
    {
        var (whole, _) = Run("whole");
        Run("parts", stopAfter: 5);
        File.AppendAllText(Path.Combine(_root, "parts", file), torn);

        Assert.Equal(whole, Run("parts").Rows);
    }

    [Fact]
    public void A_journal_torn_at_any_byte_is_gone_on_from()
    {
        var (whole, _) = Run("whole");
        Run("parts", stopAfter: 3);
        var (journal, rows) = (Path.Combine(_root, "parts", "journal"), Path.Combine(_root, "parts", "mismatches.csv"));
        var (bytes, written) = (File.ReadAllBytes(journal), File.ReadAllBytes(rows));
        foreach (var cut in (int[])[1, 7, 8, 9, 100, 400, 900])
        {
            File.WriteAllBytes(journal, bytes[..^cut]);
            File.WriteAllBytes(rows, written);
            Run("parts", stopAfter: 1);
            Assert.Equal(whole, Run("parts").Rows);
            Run("parts", stopAfter: 0);
        }
    }

    [Fact]
    public void Rows_that_are_missing_are_noticed()
    {
        Run("parts", stopAfter: 5);
        var rows = Path.Combine(_root, "parts", "mismatches.csv");
        File.WriteAllBytes(rows, File.ReadAllBytes(rows)[..3000]);

        Assert.Contains("mismatches.csv: is shorter than the ", Assert.Throws<HarnessException>(() => Run("parts")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_that_were_altered_while_a_run_was_unfinished_are_refused_with_their_lines()
    {
        Run("parts", stopAfter: 5);
        var rows = Path.Combine(_root, "parts", "mismatches.csv");
        var lines = File.ReadAllLines(rows);
        lines[2] = lines[2].Replace("candidate", "reference", StringComparison.Ordinal);
        File.WriteAllText(rows, string.Join('\n', lines) + "\n");

        var error = Assert.Throws<HarnessException>(() => Run("parts"));
        Assert.Matches(@"mismatches\.csv:2: was altered since it was written, here or in the lines up to \d+; start anew by --force$", error.Message);
        Assert.True(error.IsUsage);
    }

    [RequiresFact("mkfifo")]
    public void A_pipe_in_the_place_of_the_journal_is_refused()
    {
        Run("parts", stopAfter: 5);
        var journal = Path.Combine(_root, "parts", "journal");
        File.Delete(journal);
        NativeCompiler.Run("mkfifo", journal);

        Assert.Contains("journal is not a file but a pipe or a device; remove it", Assert.Throws<HarnessException>(() => Run("parts")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unfinished_run_is_not_continued_with_another_version_of_a_runner()
    {
        Run("parts", stopAfter: 5);
        var error = Assert.Throws<HarnessException>(() => Folder("parts", new RunnerInfo("oracle", "9.9", ""), new RunnerInfo(Settings.Candidate, "", "")));

        Assert.Contains("journal: the run that stopped here was of something else, oracle 0.1.0 and not oracle 9.9; name another folder, or start anew by --force", error.Message, StringComparison.Ordinal);
        Assert.True(error.IsUsage);
    }

    [Fact]
    public void Two_runs_do_not_write_into_one_folder()
    {
        var info = new RunnerInfo("oracle", "1", "");
        using var first = Folder("parts", info);

        Assert.Contains("used by another process", Assert.Throws<HarnessException>(() => Folder("parts", info)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_journal_does_not_grow_for_ever()
    {
        var path = Path.Combine(_root, "journal");
        using (var journal = Journal.Create(path, "x"))
        {
            var tally = CampaignRun.Of(Settings, Limits).Tally;
            for (var i = 1; i <= 2_000; i++)
            {
                journal.Add(new JournalEntry(i, "", new Checkpoint { Next = i, Tally = tally }));
            }
        }

        Assert.InRange(new FileInfo(path).Length, 1, 4 << 20);
        var (again, entries) = Journal.Open(path, "x");
        again.Dispose();
        Assert.Equal(2_000, entries[^1].Checkpoint.Next);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void So_many_kinds_of_failure_end_a_run_and_its_interruption_changes_nothing(int kinds)
    {
        var limits = Limits with { MaxFailures = kinds, Count = 4000 };
        var (whole, tally) = Run("whole", limits: limits);
        Run("parts", stopAfter: 0, limits: limits);
        var (parts, sum) = Run("parts", limits: limits);

        Assert.InRange(tally!.Problems, 16, 3999);
        Assert.Equal(whole, parts);
        Assert.Equal(CampaignTests.Counts(tally), CampaignTests.Counts(sum!));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    /// <summary>Runs into a folder; after so many ranges it stops as if killed, and there is no tally.</summary>
    private (string Rows, Tally? Tally) Run(string name, int? stopAfter = null, CampaignLimits? limits = null)
    {
        OutputFolder? folder = null;
        Campaign campaign = null!;
        var committed = 0;
        campaign = new Campaign(
            Settings,
            limits ?? Limits,
            row => folder!.Append(row),
            () => (folder = Folder(name, campaign.Reference!, campaign.Candidate!)).Resumed,
            checkpoint =>
            {
                if (committed++ == stopAfter)
                {
                    throw new InvalidOperationException("killed");
                }

                folder!.Commit(checkpoint);
            });
        try
        {
            var tally = campaign.Run();
            folder!.Complete();
            return (Text(), tally);
        }
        catch (HarnessException e) when (e.Message.EndsWith("killed", StringComparison.Ordinal))
        {
            return ("", null);
        }
        finally
        {
            folder?.Dispose();
        }

        string Text()
        {
            folder!.Dispose();
            return File.ReadAllText(Path.Combine(_root, name, "mismatches.csv"));
        }
    }

    private OutputFolder Folder(string name, params RunnerInfo[] runners) =>
        new(Path.Combine(_root, name), "1", "fuzz", Settings, Limits, overwrite: false, runners);

    private string Files(string name) =>
        string.Join(' ', Directory.GetFiles(Path.Combine(_root, name)).Select(Path.GetFileName).Order(StringComparer.Ordinal));
}
