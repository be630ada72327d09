using ParityHarness.Fixtures;
using ParityHarness.Problems;
using ParityHarness.Results;
using ParityHarness.Runners;
using ParityHarness.Runners.Recorded;

using Xunit;

namespace ParityHarness.Tests.Fixtures;

public sealed class FixtureFileTests : IDisposable
{
    private const string Header = "name,problem,form,input_shape,input,weight_shape,weight,bias_shape,bias,outcome,reason,output_shape,expected,recorded_by,note";

    private readonly RecordsFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_row_says_the_documented_case()
    {
        var path = _folder.Write("a.csv", $"""
            {Header}
            stride-1,l4_k3 float32,both,"[1,1,4]","[1,1,1,1]","[1,1,3]","[1,2,3]",,,completed,,"[1,1,6]","[1,3,6,6,5,3]",libtorch 1.13.1,"a, b"

            """);
        var row = Assert.Single(FixtureFile.Read(path));
        Assert.Equal("stride-1", row.Name);
        Assert.Equal(2, row.Line);
        Assert.Equal("l4_k3 float32 forward input=[1,1,1,1] weight=[1,2,3]", row.Problem.ToString());
        Assert.Equal(["l4_k3 float32 forward input=[1,1,1,1] weight=[1,2,3]", "l4_k3_module float32 forward input=[1,1,1,1] weight=[1,2,3]"], row.Problems.Select(p => p.ToString()).ToArray());
        Assert.Equal(OutcomeKind.Completed, row.Outcome);
        Assert.Equal([1L, 1, 6], row.OutputShape!.Value.ToArray());
        Assert.Equal([1.0, 3, 6, 6, 5, 3], row.Expected!.Values.ToArray());
        Assert.Equal("libtorch 1.13.1", row.RecordedBy);
        Assert.Equal("a, b", row.Note);
    }

    [Fact]
    public void Name_and_problem_are_enough_and_columns_stand_in_any_order()
    {
        var row = Assert.Single(FixtureFile.Read(_folder.Write("a.csv", "problem,name\nl4_k3_module,x\n")));
        Assert.Equal("x", row.Name);
        Assert.Equal(RowForm.AsWritten, row.Form);
        Assert.Equal(Form.Module, Assert.Single(row.Problems).Form);
        Assert.Null(row.Outcome);
        Assert.Null(row.Expected);
    }

    [Fact]
    public void Windows_line_ends_a_byte_order_mark_and_line_ends_in_quotes_are_read()
    {
        var path = _folder.Named("a.csv");
        File.WriteAllText(path, "\uFEFFname,problem,note\r\nx,l4_k3,\"two\nlines\"\r\ny,l5_k3,\r\n");
        var rows = FixtureFile.Read(path);
        Assert.Equal("two\nlines", rows[0].Note);
        Assert.Equal([2, 4], rows.Select(row => row.Line));
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        var path = _folder.Named("a.csv");
        using var outcome = new Outcome();
        outcome.Output.Reshape(DType.Float32, [1, 1, 4]);
        float[] values = [0.1f, -0f, float.NaN, float.NegativeInfinity];
        values.CopyTo(outcome.Output.Span<float>());
        outcome.Complete();
        using var refused = new Outcome();
        refused.Reject(RejectionReason.DType, "expected scalar type Float");
        var problem = ProblemText.Parse("n2_ic4_oc6_l9_k3_s2_p1_op1_d2_g2_bias float64 wide seed9 s=[2] bias=[1,2,3,4,5,1e-3]");
        FixtureRow[] written =
        [
            RecordedRow.Of("values", ProblemText.Parse("l4_k1_module input=[1,2,3,4]"), outcome, exact: false, "kernel 1", "with \"quotes\", commas\nand lines"),
            RecordedRow.Of("reason", problem, refused, exact: false, "kernel 1"),
            new FixtureRow { Name = "open", Problem = ProblemText.Parse("x=1x5x4 w=2x3x3 wdtype=int64 seed3"), Form = RowForm.Both },
        ];
        FixtureFile.Write(path, written);
        var read = FixtureFile.Read(path);
        Assert.Equal(written.Select(row => row.ToFields()), read.Select(row => row.ToFields()));
        Assert.Equal(written.Select(row => row.Problem), read.Select(row => row.Problem));
        Assert.Equal([0.1f, -0f, float.NaN, float.NegativeInfinity], read[0].Expected!.Values.Select(v => (float)v));
        Assert.True(double.IsNegative(read[0].Expected!.Values[1]));
        Assert.Equal(RejectionReason.DType, read[1].Reason);
        var bytes = File.ReadAllBytes(path);
        Assert.Equal((byte)'n', bytes[0]);
        Assert.DoesNotContain((byte)'\r', bytes);
        Assert.Equal("a.csv", Path.GetFileName(Assert.Single(Directory.GetFiles(_folder.Path))));
    }

    [Fact]
    public void A_field_that_is_too_long_is_refused_with_its_line()
    {
        var path = _folder.Write("a.csv", $"name,problem\nx,l4\ny,{new string('l', 20_000_000)}\n");
        Assert.Equal($"{path}:3: has a field of more than 16777216 characters; give a tensor of that size by a seed", Assert.Throws<FixtureException>(() => FixtureFile.Read(path)).Message);
    }

    [Fact]
    public void A_header_of_very_many_columns_is_read_in_passing()
    {
        var path = _folder.Write("a.csv", $"{string.Join(',', Enumerable.Range(0, 300_000).Select(i => $"c{i}"))},name\n");
        Assert.StartsWith($"{path}:1:problem: the column is missing", Assert.Throws<FixtureException>(() => CsvTable.Read(path, null, ["name", "problem"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_UTF_8_is_refused_with_its_line()
    {
        var path = _folder.Named("a.csv");
        File.WriteAllBytes(path, [.. "name,problem\nx,l4\ny"u8, 0xE9, .. ",l5\n"u8]);
        Assert.Equal($"{path}:3: is not UTF-8; save the file as UTF-8", Assert.Throws<FixtureException>(() => FixtureFile.Read(path)).Message);
    }

    [Fact]
    public void The_columns_of_results_are_not_looked_at()
    {
        var result = new ResultRow(new FixtureRow { Name = "x", Problem = ProblemText.Parse("l4_k3") }) { Verdict = ParityHarness.Judging.Verdict.Failed, Actual = "nonsense" };
        var path = _folder.Named("mismatches.csv");
        using (var writer = new MismatchWriter(path))
        {
            writer.Append(result);
        }

        Assert.Equal("l4_k3 float32 forward integer seed0", Assert.Single(FixtureFile.Read(path)).Problem.ToString());
    }

    [Theory]
    [InlineData("", ": is empty; the first line must name the columns")]
    [InlineData("name,problem,colour\n", ":1:colour: there is no such column")]
    [InlineData("name\nx\n", ":1:problem: the column is missing")]
    [InlineData("problem\nl4\n", ":1:name: the column is missing")]
    [InlineData("name,problem,name\n", ":1:name: the column stands twice")]
    [InlineData("name,problem\nx,l4\ny,l4,z\n", ":3: has 3 fields, but the header has 2")]
    [InlineData("name,problem\nx\n", ":2: has 1 field, but the header has 2")]
    [InlineData("name,problem\nx,l4\n\ny,l4\n", ":3: is blank; remove the line")]
    [InlineData("name,problem\nx,\"l4\ny,l4\n", ":2: a quoted field is not closed")]
    [InlineData("name,problem\nx,l\"4\n", ":2: a quote stands inside a field")]
    [InlineData("name,problem\nx,l4\nx,l5\n", ":3:name: 'x' is the name of line 2 too")]
    [InlineData("name,problem\n ,l4\n", ":2:name: is empty")]
    [InlineData("name,problem\nx,l4_q3\n", ":2:problem: 'q3' is not part of a problem")]
    [InlineData("name,problem\nx,\n", ":2:problem: the problem is empty")]
    [InlineData("name,problem,form\nx,l4,modul\n", ":2:form: 'modul' is not a form")]
    [InlineData("name,problem,form\nx,l4_module,both\n", ":2:form: 'both' contradicts the problem")]
    [InlineData("name,problem,input\nx,l2,\"[1,a]\"\n", ":2:input: 'a' is not a number")]
    [InlineData("name,problem,input\nx,l2,\"[1,1,1]\"\n", ":2:input: input holds 3 values, but its shape [1,1,2] has 2")]
    [InlineData("name,problem\nx,l2 input=[1]\n", ":2:problem: input holds 1 values, but its shape [1,1,2] has 2")]
    [InlineData("name,problem,input\nx,\"l1 input=[1]\",[1]\n", ":2:input: the problem gives input= too")]
    [InlineData("name,problem,weight\nx,k1,[1e39]\n", ":2:weight: weight holds 1E+39, which float32 cannot hold")]
    [InlineData("name,problem,weight\nx,k1 int64,[1.5]\n", ":2:weight: weight holds 1.5, which int64 cannot hold")]
    [InlineData("name,problem,bias\nx,l4,[1]\n", ":2:bias: the problem has no bias")]
    [InlineData("name,problem,input_shape\nx,l4,\"[1,1,5]\"\n", ":2:input_shape: [1,1,5] contradicts the problem, whose input is [1,1,4]")]
    [InlineData("name,problem,weight_shape\nx,l4,1x1\n", ":2:weight_shape: '1x1' is not a shape")]
    [InlineData("name,problem,tolerance\nx,l4,torch\n", ":2:tolerance: a tolerance stands only beside an expected output that holds values")]
    [InlineData("name,problem,outcome,output_shape,expected,tolerance\nx,l1,completed,\"[1,1,1]\",[1],loose\n", ":2:tolerance: 'loose' is not a tolerance")]
    [InlineData("name,problem,outcome\nx,l4,faulted\n", ":2:outcome: 'faulted' is not an outcome")]
    [InlineData("name,problem,outcome,reason\nx,l4,rejected,too_big\n", ":2:reason: 'too_big' is not a reason")]
    [InlineData("name,problem,outcome,reason\nx,l4,completed,dtype\n", ":2:reason: a reason stands only")]
    [InlineData("name,problem,outcome,output_shape\nx,l4,rejected,\"[1]\"\n", ":2:output_shape: an output shape stands only")]
    [InlineData("name,problem,outcome,expected\nx,l4,completed,[1]\n", ":2:expected: an expected output stands only beside")]
    [InlineData("name,problem,outcome,output_shape,expected\nx,l4,completed,\"[1,1,4]\",[1]\n", ":2:expected: holds 1 values, but the output has 4")]
    [InlineData("name,problem,outcome,output_shape,expected\nx,l4,completed,\"[1,1,4]\",hash:12\n", ":2:expected: a checksum is written like")]
    [InlineData("name,problem,outcome,output_shape,expected\nx,l4,completed,\"[1,1,4]\",sample:{4:1}\n", ":2:expected: index 4 lies outside the output, which has 4 values")]
    [InlineData("name,problem,outcome,output_shape,expected\nx,l4,completed,\"[1,1,4]\",\"sample:{1:1,1:2}\"\n", ":2:expected: index 1 does not ascend")]
    [InlineData("name,problem,outcome,output_shape,expected\nx,l4,completed,\"[1,1,4]\",sample:{1}\n", ":2:expected: a sample is written like")]
    public void A_malformed_file_is_refused_with_its_place(string text, string message)
    {
        var path = _folder.Write("a.csv", text);
        var refusal = Assert.Throws<FixtureException>(() => FixtureFile.Read(path));
        Assert.StartsWith(path + message, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    [Fact]
    public void Text_that_is_not_utf8_is_refused_with_its_line()
    {
        var path = _folder.Named("a.csv");
        File.WriteAllBytes(path, [.. "name,problem\nx,l4\nm"u8, 0xFC, .. "ller,l4\n"u8]);
        Assert.Equal(path + ":3: is not UTF-8; save the file as UTF-8", Assert.Throws<FixtureException>(() => FixtureFile.Read(path)).Message);
    }

    [Fact]
    public void A_folder_and_a_file_that_is_not_there_are_refused()
    {
        Assert.Equal(_folder.Path + ": is a directory; name a CSV file", Assert.Throws<FixtureException>(() => FixtureFile.Read(_folder.Path)).Message);
        var missing = _folder.Named("none/a.csv");
        Assert.Equal(missing + ": there is no such file", Assert.Throws<FixtureException>(() => FixtureFile.Read(missing)).Message);
        Assert.StartsWith(missing + ": cannot be written: ", Assert.Throws<FixtureException>(() => FixtureFile.Write(missing, [])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_reason_has_a_word_of_its_own_that_parses_back()
    {
        foreach (var reason in Enum.GetValues<RejectionReason>())
        {
            Assert.Equal(reason, ReasonText.Parse(ReasonText.Format(reason)));
        }

        Assert.Equal("output_padding_too_large", ReasonText.Format(RejectionReason.OutputPaddingTooLarge));
        Assert.Equal("dtype", ReasonText.Format(RejectionReason.DType));
    }
}
