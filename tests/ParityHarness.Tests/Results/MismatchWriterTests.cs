using ParityHarness.Fixtures;
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
        var row = Row(1);
        row["detail"] = "first\r\nsecond\nthird, \"quoted\"";
        Append(row);
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
    public void Fields_come_back_by_column()
    {
        var row = Row(1);
        row["rerun"] = "parity run";
        Assert.Equal(ResultRow.Columns.Length, row.Fields.Length);
        Assert.Equal("rerun", ResultRow.Columns[^1]);
        Assert.Equal("parity run", new ResultRow(row.Fields)["rerun"]);
        Assert.Throws<ArgumentException>(() => new ResultRow(["x"]));
    }

    private static ResultRow Row(int number) =>
        new(new FixtureRow { Name = $"row-{number}", Problem = ProblemText.Parse($"l{number + 3}_k3") }) { ["verdict"] = "failed", ["rerun"] = "parity run --problem \"l4_k3 float32 forward\"" };

    private void Append(ResultRow row)
    {
        using var writer = new MismatchWriter(Target);
        writer.Append(row);
    }

    private string[] Names() => [.. FixtureFile.Read(Target).Select(row => row.Name)];
}
