using ParityHarness.Fixtures;
using ParityHarness.Judging;
using ParityHarness.Problems;
using ParityHarness.Results;
using ParityHarness.Tests.Fixtures;

using Xunit;

namespace ParityHarness.Tests.Results;

public sealed class MismatchWriterTests : IDisposable
{
    private readonly RecordsFolder _folder = new();

    private string Target => _folder.Named("mismatches.csv");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_row_is_in_the_file_before_the_next_is_made()
    {
        using var writer = new MismatchWriter(Target);
        for (var i = 0; i < 3; i++)
        {
            writer.Append(Row(i));
            Assert.Equal(i + 1, Names().Length);
        }
    }

    [Fact]
    public void A_file_is_continued_under_one_header()
    {
        Append(Row(1));
        Append(Row(2));
        Assert.Equal(["row-1", "row-2"], Names());
        Assert.Equal(3, File.ReadAllLines(Target).Length);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(40)]
    public void A_partial_last_line_is_cut_off(int missing)
    {
        Append(Row(1));
        Append(Row(2));
        File.WriteAllBytes(Target, File.ReadAllBytes(Target)[..^missing]);
        Append(Row(3));
        Assert.Equal(["row-1", "row-3"], Names());
    }

    [Fact]
    public void A_partial_line_longer_than_a_block_is_cut_off()
    {
        Append(Row(1));
        File.AppendAllText(Target, new string('x', 200_000));
        Append(Row(2));
        Assert.Equal(["row-1", "row-2"], Names());
    }

    [Fact]
    public void A_partial_header_is_written_anew()
    {
        File.WriteAllText(Target, "name,prob");
        Append(Row(1));
        Assert.Equal(["row-1"], Names());
    }

    [Fact]
    public void A_row_is_one_line_whatever_its_texts_hold()
    {
        Append(Row(1) with { Detail = "first\r\nsecond\nthird, \"quoted\"" });
        Assert.Equal(2, File.ReadAllLines(Target).Length);
        Assert.Contains("\"first second third, \"\"quoted\"\"\"", File.ReadAllText(Target), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_another_kind_is_not_touched()
    {
        File.WriteAllText(Target, "precious\n");
        Assert.StartsWith(Target + ":1: is not the header", Assert.Throws<FixtureException>(() => new MismatchWriter(Target)).Message, StringComparison.Ordinal);
        Assert.Equal("precious\n", File.ReadAllText(Target));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_named()
    {
        var path = _folder.Named("none/mismatches.csv");
        Assert.StartsWith(path + ": cannot be written: ", Assert.Throws<FixtureException>(() => new MismatchWriter(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_disk_is_named()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var refusal = Assert.Throws<FixtureException>(() => new MismatchWriter("/dev/full"));
        Assert.StartsWith("/dev/full: cannot be written: ", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_result_comes_back_as_it_was_written()
    {
        var row = Row(1) with
        {
            Index = 7,
            Kind = MismatchKind.Repetition,
            Side = Side.Candidate,
            Check = RepetitionCheck.BeforeGuardPage,
            Fault = FaultCause.BeyondEnd,
            Detail = "read too far",
            Reference = "libtorch 1.13.1",
            ReferenceAnswer = new Answer(OutcomeKind.Rejected, RejectionReason.NonPositiveStride, FaultCause.None, "stride (0): no"),
            Candidate = "mine",
            CandidateAnswer = new Answer(OutcomeKind.Faulted, RejectionReason.Unspecified, FaultCause.Timeout, "did not answer: 5 s"),
            ActualShape = [1, 2, 3],
            Actual = "[1,2,3,4,5,6]",
            FirstWrong = [0, 1, 2],
            WrongElements = 2,
            Elements = 6,
            CandidateErrorOverBound = double.PositiveInfinity,
            TorchClose = false,
            PassingRtol = 0.5,
        };
        Append(row);
        var read = Assert.Single(ResultFile.Read(Target));
        Assert.Equal(row.ToFields(), read.ToFields());
        Assert.Equal((row.ReferenceAnswer, row.CandidateAnswer, row.Check, row.Fault), (read.ReferenceAnswer, read.CandidateAnswer, read.Check, read.Fault));
        Assert.Equal((FailureKind.Of(row), "rerun"), (FailureKind.Of(read), ResultRow.Columns[^1]));
    }

    [Fact]
    public void A_file_without_the_later_columns_is_read()
    {
        Append(Row(1));
        var old = File.ReadAllLines(Target).Select(line => line.Replace("side,check,fault,detail", "side,detail", StringComparison.Ordinal).Replace("failed,,,,,", "failed,,,", StringComparison.Ordinal)).ToArray();
        Assert.DoesNotContain("check", old[0], StringComparison.Ordinal);
        File.WriteAllLines(Target, old);
        Assert.Equal(Verdict.Failed, Assert.Single(ResultFile.Read(Target)).Verdict);
    }

    private static ResultRow Row(int number) =>
        new(new FixtureRow { Name = $"row-{number}", Problem = ProblemText.Parse($"l{number + 3}_k3") }) { Verdict = Verdict.Failed, Rerun = "parity run --problem \"l4_k3 float32 forward\"" };

    private void Append(ResultRow row)
    {
        using var writer = new MismatchWriter(Target);
        writer.Append(row);
    }

    private string[] Names() => [.. FixtureFile.Read(Target).Select(row => row.Name)];
}
