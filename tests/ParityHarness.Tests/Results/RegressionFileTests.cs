using ParityHarness.Fixtures;
using ParityHarness.Problems;
using ParityHarness.Results;
using ParityHarness.Tests.Fixtures;

using Xunit;

namespace ParityHarness.Tests.Results;

public sealed class RegressionFileTests : IDisposable
{
    private readonly RecordsFolder _folder = new();

    private string Target => _folder.Named("regressions.csv");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Distinct_problems_are_added_once()
    {
        Assert.Equal(2, RegressionFile.Append(Target, [Row("a", "l4_k3"), Row("b", "l5_k3"), Row("c", "k3_l4 float32")]));
        Assert.Equal(1, RegressionFile.Append(Target, [Row("d", "l5_k3"), Row("e", "l4_k3 input=[1,2,3,4]")]));
        Assert.Equal(0, RegressionFile.Append(Target, [Row("f", "l4_k3 input=[1,2,3,4]")]));
        Assert.Equal(["a", "b", "e"], FixtureFile.Read(Target).Select(row => row.Name).ToArray());
        Assert.Equal("regressions.csv", Path.GetFileName(Assert.Single(Directory.GetFiles(_folder.Path))));
    }

    [Fact]
    public void Runs_that_record_at_once_lose_no_row()
    {
        Parallel.For(0, 40, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => RegressionFile.Append(Target, [Row($"row {i}", $"l{i + 1}_k3")]));
        Assert.Equal(40, FixtureFile.Read(Target).Length);
        Assert.Equal("regressions.csv", Path.GetFileName(Assert.Single(Directory.GetFiles(_folder.Path))));
    }

    [Fact]
    public void A_row_for_both_forms_covers_each()
    {
        RegressionFile.Append(Target, [Row("a", "l4_k3") with { Form = RowForm.Both }]);
        Assert.Equal(0, RegressionFile.Append(Target, [Row("b", "l4_k3"), Row("c", "l4_k3_module")]));
    }

    [Fact]
    public void A_name_that_is_taken_gets_a_number()
    {
        RegressionFile.Append(Target, [Row("a", "l4_k3"), Row("a", "l5_k3")]);
        RegressionFile.Append(Target, [Row("a", "l6_k3")]);
        Assert.Equal(["a", "a-2", "a-3"], FixtureFile.Read(Target).Select(row => row.Name).ToArray());
    }

    [Fact]
    public void What_stands_in_the_file_stays_as_it_is()
    {
        const string Written = "problem,note,name,form,input_shape,weight_shape\n\"k3_l4\",mine,hand,,,";
        File.WriteAllText(Target, Written);
        RegressionFile.Append(Target, [Row("b", "l5_k3")]);
        Assert.Equal(Written + "\nl5_k3 float32 forward integer seed0,,b,,\"[1,1,5]\",\"[1,1,3]\"\n", File.ReadAllText(Target));
    }

    [Fact]
    public void A_column_that_is_needed_and_missing_is_named_and_the_file_stays()
    {
        const string Written = "name,problem\nx,l4_k3\n";
        File.WriteAllText(Target, Written);
        var refusal = Assert.Throws<FixtureException>(() => RegressionFile.Append(Target, [Row("b", "l5_k3") with { Note = "why" }]));
        Assert.StartsWith(Target + ":1:input_shape: the column is missing", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(Written, File.ReadAllText(Target));
    }

    private static FixtureRow Row(string name, string problem) => new() { Name = name, Problem = ProblemText.Parse(problem) };
}
