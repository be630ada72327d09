using FsCheck;
using FsCheck.Fluent;

using ParityHarness.Problems;

using Xunit;

namespace ParityHarness.Tests.Problems;

public class ProblemTextTests
{
    [Fact]
    public void Any_problem_s_text_parses_back_to_an_equal_problem_with_the_same_text() => AnyProblem.ForAll(problem =>
    {
        var text = problem.ToString();
        var parsed = ProblemText.Parse(text);
        Assert.Equal(text, parsed.ToString());
        Assert.Equal(problem, parsed);
        AssertSameMembers(problem, parsed);
    });

    [Fact]
    public void Keys_may_stand_in_any_order()
    {
        const string Line = "n2_ic8_oc12_l17_k3_s2_p1_op1_d2_g4_bias float32 forward integer seed7";
        var problem = ProblemText.Parse(Line);
        Assert.Equal(Line, problem.ToString());
        Assert.Equal(problem, ProblemText.Parse("seed7 g4 bias integer_d2 \t op1_p1 float32 s2_k3_l17_oc12_ic8 forward n2"));
    }

    [Fact]
    public void What_is_left_out_has_its_default() => Assert.Equal(
        new Problem { Length = 4, KernelSize = 3 },
        ProblemText.Parse("l4_k3"));

    [Fact]
    public void A_literal_problem_reads_as_its_documentation_does()
    {
        const string Line = "l4_k3_bias float32 forward input=[1,1,1,1] weight=[1,2,3] bias=[10]";
        var problem = ProblemText.Parse(Line);
        Assert.Equal([1.0, 2.0, 3.0], problem.WeightValues!.Value.ToArray());
        Assert.Equal(Line, problem.ToString());
    }

    [Theory]
    [InlineData("grad_input", Pass.GradInput, false)]
    [InlineData("grad_bias", Pass.GradBias, true)]
    [InlineData("grad_weight+grad_input", Pass.GradInput | Pass.GradWeight, false)]
    [InlineData("grad_bias+grad_weight+grad_input", Pass.GradInput | Pass.GradWeight | Pass.GradBias, true)]
    public void A_set_of_gradients_is_joined_by_plus_in_any_order_and_grad_bias_implies_a_bias(string word, Pass pass, bool bias)
    {
        var problem = ProblemText.Parse($"l4_k3 float32 {word} random seed1");
        Assert.Equal((pass, bias), (problem.Pass, problem.HasBias));
        Assert.Equal($"l4_k3{(bias ? "_bias" : "")} float32 {pass.Name()} random seed1", problem.ToString());
    }

    [Fact]
    public void A_literal_problem_of_a_gradient_reads_back()
    {
        const string Line = "l4_k3 float32 grad_input grad_output=[1,2,3,4,5,6] input=[1,1,1,1] weight=[1,2,3]";
        Assert.Equal(Line, ProblemText.Parse(Line).ToString());
        Assert.Equal([1.0, 2, 3, 4, 5, 6], ProblemText.Parse(Line).GradOutputValues!.Value.ToArray());
    }

    [Theory]
    [InlineData("b=2", true, false)]
    [InlineData("bdtype=float64", true, false)]
    [InlineData("bias=[1]", true, false)]
    [InlineData("mode=circular", false, true)]
    [InlineData("output_size=[9]", false, true)]
    [InlineData("mode=zeros", false, true)]
    [InlineData("w=1x1x3", false, false)]
    public void What_describes_a_bias_or_a_module_implies_it(string part, bool bias, bool module)
    {
        var problem = ProblemText.Parse("l4_k3 " + part);
        Assert.Equal(bias, problem.HasBias);
        Assert.Equal(module, problem.Form == Form.Module);
    }

    [Theory]
    [InlineData("l4_k3_q7", "'q7'")]
    [InlineData("l4_k3_k4", "'k4' gives k a second time")]
    [InlineData("l4_k3 float32 float64", "'float64' gives the dtype a second time")]
    [InlineData("l4_k3 s=[1] s=[2]", "'s=[2]' gives s= a second time")]
    [InlineData("l4_kx", "'kx'")]
    [InlineData("l4_k3.5", "'k3.5'")]
    [InlineData("l4_k", "'k'")]
    [InlineData("l9223372036854775808_k3", "'l9223372036854775808'")]
    [InlineData("l4_k3 seed-1", "'seed-1'")]
    [InlineData("l4_k3 seed18446744073709551616", "'seed18446744073709551616'")]
    [InlineData("l4_k3 x=1x-5", "'x=1x-5'")]
    [InlineData("l4_k3 x=", "'x='")]
    [InlineData("l4_k3 x=1x1x1x1x1x1x1x1x1", "at most 8")]
    [InlineData("l4_k3 wdtype=float", "'float'")]
    [InlineData("l4_k3 s=1", "'s=1'")]
    [InlineData("l4_k3 s=[", "'s=['")]
    [InlineData("l4_k3 s=[1,]", "'s=[1,]'")]
    [InlineData("l4_k3 s=[1,1,1,1,1]", "at most 4")]
    [InlineData("l4_k3 mode=reflect,circular", "'mode=reflect,circular'")]
    [InlineData("l4_k3 mode=2", "'mode=2'")]
    [InlineData("l4_k3 integer,random", "'integer,random'")]
    [InlineData("l4_k3 iNTEGER", "'iNTEGER'")]
    [InlineData("l4_k3 wide,special", "'wide,special'")]
    [InlineData("l4_k3 nonsense=1", "'nonsense='")]
    [InlineData("l4_k3 =1", "'=1'")]
    [InlineData("l4_k3 grad_output", "'grad_output' is not a pass; there are forward, grad_input, grad_weight and grad_bias, and several gradients joined by + as in grad_input+grad_weight")]
    [InlineData("l4_k3 grad_input+", "'grad_input+' is not a pass")]
    [InlineData("l4_k3 grad_input+grad_input", "'grad_input+grad_input' asks for grad_input twice")]
    [InlineData("l4_k3 grad_input+forward", "which are two problems")]
    [InlineData("l4_k3 forward grad_input", "'grad_input' gives the pass a second time")]
    [InlineData("l4_k3 grad_input forward", "'forward' gives the pass a second time")]
    [InlineData("l4_k3_grad_input", "a gradient stands between spaces, as in 'l4_k3 float32 grad_input'")]
    [InlineData("l4_k3 grad_output=[1,2]", "no gradient is asked for")]
    [InlineData("l4_k3 input=[1,a]", "'a'")]
    [InlineData("l4_k3 input=[1e999]", "'1e999'")]
    [InlineData("l4_k3 input=[nan]", "'nan'")]
    [InlineData("l4_k3 input=1,2", "'1,2'")]
    [InlineData("l4_k3 input=[1,,2]", "''")]
    [InlineData("l4\n_k3", "'l4?'")]
    [InlineData("L4_k3", "'L4'")]
    [InlineData("", "empty")]
    [InlineData(" _ ", "empty")]
    public void A_malformed_line_is_refused_and_the_message_names_the_part(string line, string named)
    {
        var error = Assert.Throws<FormatException>(() => ProblemText.Parse(line));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mutilated_line_parses_stably_or_is_refused_in_one_line()
    {
        const string Alphabet = "0123456789-+.eE_=[],x \tnlkspogdicba\n\0\u00a0\u0661\u2028é";
        var edits = from place in Gen.Choose(0, 1_000_000)
                    from kind in Gen.Choose(0, 3)
                    from letter in Gen.Elements(Alphabet.ToCharArray())
                    select (place, kind, letter);
        var lines = from problem in AnyProblem.Problems
                    from count in Gen.Choose(1, 4)
                    from changes in edits.ArrayOf(count)
                    select changes.Aggregate(problem.ToString(), Edit);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5000), Prop.ForAll(lines.ToArbitrary(), line =>
        {
            Problem parsed;
            try
            {
                parsed = ProblemText.Parse(line);
            }
            catch (FormatException error)
            {
                Assert.NotEmpty(error.Message);
                Assert.DoesNotContain(error.Message, char.IsControl);
                Assert.True(error.Message.Length < 400, error.Message);
                return;
            }

            Assert.Equal(parsed.ToString(), ProblemText.Parse(parsed.ToString()).ToString());
        }));
    }

    private static string Edit(string line, (int Place, int Kind, char Letter) edit)
    {
        if (line.Length == 0)
        {
            return edit.Letter.ToString();
        }

        var at = edit.Place % line.Length;
        return edit.Kind switch
        {
            0 => line.Remove(at, 1),
            1 => line.Insert(at, edit.Letter.ToString()),
            2 => line.Remove(at, 1).Insert(at, edit.Letter.ToString()),
            _ => line[..at] + line[(at / 2)..],
        };
    }

    /// <summary>Equality of problems is equality of texts; this sees what a text might leave out.</summary>
    private static void AssertSameMembers(Problem expected, Problem actual)
    {
        Assert.Equal(expected.Batch, actual.Batch);
        Assert.Equal(expected.Groups, actual.Groups);
        Assert.Equal(expected.HasBias, actual.HasBias);
        Assert.Equal(expected.Form, actual.Form);
        Assert.Equal(expected.PaddingMode, actual.PaddingMode);
        Assert.Equal(expected.Regime, actual.Regime);
        Assert.Equal(expected.DataSeed, actual.DataSeed);
        Assert.Equal<long>(expected.InputShape, actual.InputShape);
        Assert.Equal<long>(expected.WeightShape, actual.WeightShape);
        Assert.Equal<long>(expected.BiasShape, actual.BiasShape);
        Assert.Equal(expected.WeightDType, actual.WeightDType);
        Assert.Equal(expected.BiasDType, actual.BiasDType);
        Assert.Equal(expected.StrideList?.ToArray(), actual.StrideList?.ToArray());
        Assert.Equal(expected.PaddingList?.ToArray(), actual.PaddingList?.ToArray());
        Assert.Equal(expected.OutputPaddingList?.ToArray(), actual.OutputPaddingList?.ToArray());
        Assert.Equal(expected.DilationList?.ToArray(), actual.DilationList?.ToArray());
        Assert.Equal(expected.OutputSize?.ToArray(), actual.OutputSize?.ToArray());
        Assert.Equal(expected.InputValues?.Length, actual.InputValues?.Length);
        Assert.Equal(expected.Pass, actual.Pass);
        Assert.Equal(expected.GradOutputValues?.Length, actual.GradOutputValues?.Length);
    }
}
