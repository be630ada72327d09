using ParityHarness.Problems;
using ParityHarness.Reports;
using ParityHarness.Tests.Readme;
using ParityHarness.Tests.Runners.Native;
using Xunit;

namespace ParityHarness.Tests.Reports;

/// <summary>Which input and tap make each output.</summary>
public class ExplanationTests
{
    public static TheoryData<string> Pictures => [.. Page.Of("src/examples/README.md").ShellLines.Where(line => line.Contains(" explain ", StringComparison.Ordinal) && line.Contains("--svg", StringComparison.Ordinal))];

    [Theory]
    [InlineData("l4_k3 input=[1,1,1,1] weight=[1,2,3]", "1,3,6,6,5,3")]
    [InlineData("l4_k3_s2 input=[1,1,1,1] weight=[1,2,3]", "1,2,4,2,4,2,4,2,3")]
    [InlineData("l4_k3_d2 input=[1,1,1,1] weight=[1,2,3]", "1,1,3,3,5,5,3,3")]
    [InlineData("l4_k3_p2 input=[1,1,1,1] weight=[1,2,3]", "6,6")]
    [InlineData("l4_k3_s2_p1_op1 input=[1,1,1,1] weight=[1,2,3]", "2,4,2,4,2,4,2,3")]
    [InlineData("l4_k3_s2_op1_bias input=[1,1,1,1] weight=[1,2,3] bias=[10]", "11,12,14,12,14,12,14,12,13,10")]
    public void The_products_that_are_drawn_above_an_output_add_up_to_it(string line, string outputs)
    {
        var explanation = new Explanation(ProblemText.Parse(line));
        var sums = Enumerable.Range(0, explanation.Positions).Where(q => explanation.Output(q) is not null)
            .Select(q => explanation.Bias + Enumerable.Range(0, explanation.InputLength).Sum(l => explanation.Tap(l, q) is { } tap ? explanation.Inputs![l] * explanation.Weights![tap] : 0)).ToArray();

        Assert.Equal(explanation.Outputs, sums);
        Assert.Equal(outputs, string.Join(',', sums));
        Assert.Equal<IEnumerable<string>>(outputs.Split(','), explanation.ToText().Split('\n').Single(row => row.StartsWith("output ", StringComparison.Ordinal) && !row.Contains('=', StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1));
    }

    [Fact]
    public void What_padding_cuts_off_and_output_padding_appends_is_marked()
    {
        var text = new Explanation(ProblemText.Parse("l4_k3_s2_p1_op1 input=[1,1,1,1] weight=[1,2,3]")).ToText();

        Assert.Contains("padding 1 cuts 1 positions off", text, StringComparison.Ordinal);
        Assert.Contains("1 that padding had cut off there", text, StringComparison.Ordinal);
        Assert.Matches(@"\n +x +\+\n", text);
    }

    [Theory]
    [InlineData("l4_k3_p4", "output_size")]
    [InlineData("l400_k3", "too large to draw")]
    [InlineData("l4_k3 x=1x2x3", "PyTorch rejects")]
    public void What_cannot_be_drawn_is_refused_with_the_reason(string line, string reason) =>
        Assert.Contains(reason, Assert.Throws<FormatException>(() => new Explanation(ProblemText.Parse(line))).Message, StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Pictures))]
    public void The_pictures_of_the_README_are_what_the_command_makes(string line)
    {
        var path = line[(line.IndexOf("--svg ", StringComparison.Ordinal) + 6)..].Trim();
        var problem = ProblemText.Parse(line.Split('"')[1]);

        Assert.Equal(File.ReadAllText(Path.Combine(NativeCompiler.Root, path)), ExplanationSvg.Of(new Explanation(problem)));
    }
}
