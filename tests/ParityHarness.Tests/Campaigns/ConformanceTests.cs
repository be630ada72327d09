using ParityHarness.Campaigns;
using ParityHarness.Generation;
using ParityHarness.Reports;
using ParityHarness.Tests.Runners.Native;

using Xunit;

namespace ParityHarness.Tests.Campaigns;

/// <summary>One table says of each implementation what it does, and never shows as right what nobody judged.</summary>
[Trait("speed", "slow")]
public sealed class ConformanceTests : IDisposable
{
    private readonly Cli.Parity _parity = new();

    [Fact]
    public void Every_generated_problem_has_a_class_and_every_class_has_problems()
    {
        var generator = new Generator(Profile.Smoke, 1);
        var classes = Enumerable.Range(0, 2000).Select(i => ConformanceClass.Of(generator.At(i))).ToHashSet(StringComparer.Ordinal);

        Assert.Equal(ConformanceClass.Names.Order(StringComparer.Ordinal), classes.Order(StringComparer.Ordinal));
        Assert.Equal(ConformanceClass.Names.Order(StringComparer.Ordinal), ConformanceClass.All.Select(c => c.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_right_a_wrong_a_dying_and_a_partial_implementation_are_told_apart()
    {
        var (wrong, dying) = ($"native:{NativeCompiler.Build("last_output")}", $"native:{NativeCompiler.Build("null_dereference")}");

        Run("--only", "kernel", "--only", "onnxruntime", "--candidate", wrong, "--candidate", dying);

        Assert.True(_parity.ExitCode == 0, _parity.Output + _parity.Errors);
        var table = Read();
        Assert.All(ConformanceClass.Names, name => Assert.Equal(ConformanceState.Right, Cell(table, "kernel", name).State));
        Assert.Equal(ConformanceState.NotOffered, Cell(table, "onnxruntime", "int64").State);
        Assert.Equal(ConformanceState.NotOffered, Cell(table, "onnxruntime", "gradients").State);
        var refused = Cell(table, "onnxruntime", "float32");
        Assert.Equal(ConformanceState.Wrong, refused.State);
        Assert.Equal(refused.Wrong, refused.Named);
        Assert.Equal("l1_k1_op1_d2 float32 forward", refused.Smallest[..28]);
        Assert.Equal(ConformanceState.Wrong, Cell(table, wrong, "float32").State);
        Assert.StartsWith("is wrong in 1 of", Cell(table, wrong, "float32").Detail, StringComparison.Ordinal);
        Assert.True(Cell(table, dying, "float32").Died > 0, Cell(table, dying, "float32").ToString());
        Assert.Contains("SIGSEGV", Cell(table, dying, "float32").Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void The_files_hold_versions_the_machine_and_each_cell()
    {
        Run("--only", "onnxruntime", "--shrink", "0");

        var (markdown, html) = (File.ReadAllText(InFolder("conformance.md")), File.ReadAllText(InFolder("conformance.html")));
        var table = Read();
        foreach (var page in (string[])[markdown, html])
        {
            Assert.Contains($"onnxruntime {table.Columns[0].Version}", page, StringComparison.Ordinal);
            Assert.Contains(table.Machine, page, StringComparison.Ordinal);
            Assert.All(table.Classes, name => Assert.Contains(ConformanceReport.Words(Cell(table, "onnxruntime", name)), page, StringComparison.Ordinal));
        }

        Assert.Contains("| int64 | not offered |", markdown, StringComparison.Ordinal);
    }

    [Fact]
    public void Against_an_earlier_table_a_cell_that_is_worse_fails_and_one_that_is_better_does_not()
    {
        Run("--only", "kernel", "--shrink", "0");
        var table = Read();
        var worse = table.Columns[0] with { Cells = table.Columns[0].Cells.SetItem("float32", Cell(table, "kernel", "float32") with { Wrong = 3 }) };
        File.WriteAllText(InFolder("worse.json"), (table with { Columns = [worse] }).ToJson());

        Run("--only", "kernel", "--shrink", "0", "--baseline", InFolder("worse.json"));
        Assert.True(_parity.ExitCode == 0, _parity.Output + _parity.Errors);
        Assert.Contains("better: float32: kernel", _parity.Output, StringComparison.Ordinal);

        var change = (table with { Columns = [worse] }).Since(table).Single();
        Assert.True(change.IsWorse);
        Assert.Contains("wrong in 3 of", ConformanceReport.Words(change), StringComparison.Ordinal);

        _parity.Run("conformance", "--only", "kernel", "--count", "20", "--shrink", "0", "--baseline", InFolder("worse.json"));
        Assert.Equal(2, _parity.ExitCode);
    }

    [Theory]
    [InlineData(5, 0, 0, 0, 0, "right in 5")]
    [InlineData(5, 0, 0, 2, 1, "right in 5, 1 not judged, 2 not offered")]
    [InlineData(5, 2, 1, 0, 0, "wrong in 2 of 8, died in 1 of 8")]
    [InlineData(0, 0, 0, 0, 4, "not judged")]
    [InlineData(0, 0, 0, 4, 0, "not offered")]
    [InlineData(0, 0, 0, 0, 0, "not tried")]
    public void A_cell_says_no_more_than_was_judged(int right, int wrong, int died, int notOffered, int notJudged, string words) =>
        Assert.Equal(words, ConformanceReport.Words(new ConformanceCell { Right = right, Wrong = wrong, Died = died, NotOffered = notOffered, NotJudged = notJudged }));

    [Fact]
    public void A_candidate_that_is_not_there_is_refused_and_a_usual_column_that_is_not_is_left_out()
    {
        Run("--only", "kernel", "--candidate", "native:./nowhere.so");

        Assert.Equal(2, _parity.ExitCode);
        Assert.Contains("nowhere.so", _parity.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(InFolder("conformance.json")));
    }

    public void Dispose() => _parity.Dispose();

    private static ConformanceCell Cell(ConformanceTable table, string column, string name) => table.Columns.Single(c => c.Name == column).Cell(name);

    private void Run(params string[] arguments) =>
        _parity.Run(["conformance", "--count", "400", "--fixtures", Path.Combine(NativeCompiler.Root, "fixtures"), .. arguments]);

    private ConformanceTable Read() => ConformanceTable.Read(InFolder("conformance.json"));

    private string InFolder(string name) => Path.Combine(_parity.Folder, name.EndsWith("worse.json", StringComparison.Ordinal) ? name : Path.Combine("parity-out", "conformance", name));
}
