using ParityHarness.Runners;
using ParityHarness.Runners.Native;
using Xunit;

namespace ParityHarness.Tests.Runners.Native;

/// <summary>ones(1, 1, 4) with the kernel [1, 2, 3]: the answers of PyTorch's documentation, from both native runners.</summary>
public class NativeDocumentedCasesTests
{
    public static TheoryData<string, double[]> Cases => new()
    {
        { "", [1, 3, 6, 6, 5, 3] },
        { "s2", [1, 2, 4, 2, 4, 2, 4, 2, 3] },
        { "d2", [1, 1, 3, 3, 5, 5, 3, 3] },
        { "p1", [3, 6, 6, 5] },
        { "p2", [6, 6] },
        { "s2_p1_op1", [2, 4, 2, 4, 2, 4, 2, 3] },
        { "s2_op1", [1, 2, 4, 2, 4, 2, 4, 2, 3, 0] },
        { "s2_op1 bias=[10]", [11, 12, 14, 12, 14, 12, 14, 12, 13, 10] },
        { "s2_d3_op2", [1, 0, 1, 2, 1, 2, 4, 2, 3, 2, 3, 0, 3, 0, 0] },
    };

    public static TheoryData<string> DTypes => ["int64"];

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_minimal_runner_answers_as_documented(string parameters, double[] expected) => AssertAnswers(NativeProblem.Minimal(), parameters, expected);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Libtorch_answers_as_documented(string parameters, double[] expected) => AssertAnswers(NativeProblem.Libtorch(), parameters, expected);

    [Theory]
    [MemberData(nameof(DTypes))]
    public void Libtorch_computes_dtypes_beyond_floating_point(string dtype) =>
        NativeProblem.Libtorch().AssertCompletes($"l4_k3_s2_op1 {dtype} bias=[10] {NativeProblem.Ones}", [1, 1, 10], [11, 12, 14, 12, 14, 12, 14, 12, 13, 10]);

    [Theory]
    [InlineData("complex64")]
    [InlineData("complex128")]
    public void Libtorch_computes_complex_numbers(string dtype) =>
        NativeProblem.Libtorch().AssertCompletes($"l2_k2 {dtype} input=[1,2,3,4] weight=[0,1,5,6]", [1, 1, 3], [-2, 1, -11, 19, -9, 38]);

    [Fact]
    public void Infinity_at_the_first_tap_makes_no_NaN_at_the_edge()
    {
        double[] expected = [double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity, 5, 3];
        foreach (var runner in new[] { NativeProblem.Minimal(), NativeProblem.Libtorch() })
        {
            runner.AssertCompletes("l4_k3 float32 input=[1,1,1,1] weight=[inf,2,3]", [1, 1, 6], expected);
        }
    }

    [Theory]
    [InlineData("module output_size=[9]", 9)]
    [InlineData("module output_size=[10]", 10)]
    [InlineData("module output_size=[1,1,10]", 10)]
    public void Output_size_chooses_the_output_padding(string parameters, long length)
    {
        foreach (var runner in new[] { NativeProblem.Minimal(), NativeProblem.Libtorch() })
        {
            using var outcome = runner.Run($"l4_k3_s2 {parameters} {NativeProblem.Ones}");
            Assert.Equal("", outcome.Message);
            Assert.Equal([1, 1, length], outcome.Output.Shape);
        }
    }

    private static void AssertAnswers(NativeRunner runner, string parameters, double[] expected)
    {
        foreach (var dtype in new[] { "float32", "float64" })
        {
            foreach (var form in new[] { "", "module" })
            {
                var text = $"l4_k3 {parameters} {dtype} {form} {NativeProblem.Ones}";
                runner.AssertCompletes(text, [1, 1, expected.Length], expected);
                runner.AssertCompletes(text + " unbatched", [1, expected.Length], expected);
            }
        }
    }
}
