using ParityHarness.Judging;
using ParityHarness.Problems;

using Xunit;

namespace ParityHarness.Tests.Judging;

/// <summary>Who decides about values when the oracle does not, and what stands in a row about assert_close.</summary>
public class ToleranceTests
{
    // Exact outputs 1.5, 2.5, 100.25; nothing can be exact in float32 arithmetic here but the literals are dyadic.
    private const string Three = "l3_k1 float32 input=[1.5,2.5,100.25] weight=[1]";

    [Theory]
    [InlineData("")]
    [InlineData("Bound")]
    [InlineData("ulp")]
    [InlineData("ulp:")]
    [InlineData("ulp:-1")]
    [InlineData("ulp:1.5")]
    [InlineData("ulp:99999999999999999999")]
    [InlineData("1e-5")]
    [InlineData("1e-5,")]
    [InlineData("1e-5,1e-8,0")]
    [InlineData("-1,0")]
    [InlineData("0,-1e-8")]
    [InlineData("nan,0")]
    [InlineData("0,inf")]
    [InlineData("1;2")]
    public void What_is_no_tolerance_is_refused_with_what_to_write(string text)
    {
        var error = Assert.Throws<FormatException>(() => Tolerance.Parse(text));

        Assert.Equal($"'{text}' is not a tolerance; write bound, torch, ulp:4 or RTOL,ATOL as in 1e-5,1e-8", error.Message);
    }

    [Theory]
    [InlineData("ulp:0", 1f, 1f, true)]
    [InlineData("ulp:0", 1f, 1.0000001f, false)]
    [InlineData("ulp:1", 1f, 1.0000001f, true)]
    [InlineData("ulp:1", 1.0000001f, 1f, true)]
    [InlineData("ulp:1", 0f, -1e-45f, true)]
    [InlineData("ulp:1", 1e-45f, -1e-45f, false)]
    [InlineData("ulp:2", 1e-45f, -1e-45f, true)]
    [InlineData("ulp:0", 0f, -0f, true)]
    [InlineData("ulp:9", float.NaN, float.NaN, true)]
    [InlineData("ulp:9", float.NaN, 1f, false)]
    [InlineData("ulp:9", float.MaxValue, float.PositiveInfinity, false)]
    [InlineData("ulp:18446744073709551615", float.MaxValue, float.MinValue, true)]
    [InlineData("0.5,0", 1.5f, 1f, true)]
    [InlineData("0.5,0", 1f, 1.5f, true)]
    [InlineData("0.5,0", 1.6f, 1f, false)]
    [InlineData("0,0.5", 1.5f, 1f, true)]
    [InlineData("0,0.5", 1.6f, 1f, false)]
    [InlineData("0.1,0", -1.05f, -1f, true)]
    [InlineData("torch", 1.00001f, 1f, true)]
    [InlineData("torch", 1.00002f, 1f, false)]
    [InlineData("torch", float.PositiveInfinity, float.PositiveInfinity, true)]
    [InlineData("torch", float.PositiveInfinity, float.NegativeInfinity, false)]
    public void Two_float32_agree_as_the_tolerance_says(string tolerance, float actual, float expected, bool agree) =>
        Assert.Equal(agree, Tolerance.Parse(tolerance).Agree(actual, expected, DType.Float32));

    [Fact]
    public void Units_in_the_last_place_are_those_of_the_dtype()
    {
        var one = Tolerance.Parse("ulp:1");

        Assert.True(one.Agree(Math.BitIncrement(1.0), 1, DType.Float64));
        Assert.False(one.Agree(1.0000001f, 1, DType.Float64));
        Assert.True(one.Agree(double.Epsilon, -0.0, DType.Float64));
    }

    [Theory]
    [InlineData(DType.Float32, 1.3e-6, 1e-5)]
    [InlineData(DType.Float64, 1e-7, 1e-7)]
    [InlineData(DType.Float16, 1e-3, 1e-5)]
    [InlineData(DType.BFloat16, 1.6e-2, 1e-5)]
    public void The_defaults_are_those_of_torch_testing(DType dtype, double rtol, double atol) =>
        Assert.Equal((rtol, atol), Tolerance.TorchDefaults(dtype));

    [Theory]
    [InlineData("bound", Verdict.Failed)]
    [InlineData("torch", Verdict.Passed)]
    [InlineData("ulp:8", Verdict.Passed)]
    [InlineData("ulp:7", Verdict.Failed)]
    [InlineData("1e-6,0", Verdict.Passed)]
    [InlineData("1e-9,1e-9", Verdict.Failed)]
    internal void The_tolerance_decides(string tolerance, Verdict verdict)
    {
        using var bout = new Bout(Three);
        Bout.Nudge(bout.Candidate, 2, 8);

        var judgement = bout.Judge(tolerance);

        Assert.Equal(verdict, judgement.Verdict);
        Assert.Equal(verdict == Verdict.Failed ? Side.Candidate : Side.None, judgement.Side);
        Assert.Equal(verdict == Verdict.Failed ? 2 : -1, judgement.FirstWrong);
    }

    [Fact]
    public void Beyond_a_tolerance_the_oracle_says_who_is_wrong()
    {
        using var bout = new Bout(Three);
        Bout.Set(bout.Reference, 1, 3);

        Assert.Equal((Verdict.Failed, Side.Reference), (bout.Judge("torch").Verdict, bout.Judge("torch").Side));
        Assert.Equal(Verdict.KnownDivergence, bout.Judge("torch", known: Side.Reference).Verdict);
    }

    [Fact]
    public void Where_both_are_right_by_the_oracle_a_difference_beyond_the_tolerance_is_the_candidates()
    {
        using var bout = new Bout("ic8_oc6_l17_k3 float32 random seed5");
        bout.MoveByBounds(bout.Candidate, 3, 0.5);

        var judgement = bout.Judge("ulp:0");

        Assert.Equal((Verdict.Failed, Side.Candidate), (judgement.Verdict, judgement.Side));
        Assert.Contains("outputs differ beyond ulp:0", judgement.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tolerance_decides_about_every_output_of_a_large_problem_not_about_a_sample()
    {
        // The bound of 2048 terms is so wide that assert_close fails far inside of it.
        using var bout = new Bout("ic1024_oc2_l600_k2 float32 random seed7");
        bout.CopyReference();
        Bout.Set(bout.Candidate, 700, bout.Candidate.Output.At(700) + 4e-4);
        Bout.Set(bout.Candidate, 900, bout.Candidate.Output.At(900) + 4e-4);
        Assert.Equal(Verdict.Passed, bout.Judge().Verdict);

        var judgement = bout.Judge("torch");

        Assert.Equal((Verdict.Failed, 2L, 700L), (judgement.Verdict, judgement.WrongElements, judgement.FirstWrong));
    }

    [Fact]
    public void The_numbers_of_assert_close_are_right()
    {
        using var bout = new Bout(Three);
        Bout.Set(bout.Candidate, 0, 1.75);   // 0.25 off 1.5
        Bout.Set(bout.Candidate, 2, 101.25); // 1 off 100.25

        var judgement = bout.Judge();

        Assert.False(judgement.TorchClose);
        Assert.Equal(1, judgement.GreatestAbsoluteDifference);
        Assert.Equal(0.25 / 1.5, judgement.GreatestRelativeDifference, 12);
        Assert.Equal(1 - 1.3e-6 * 100.25, judgement.PassingAtol!.Value, 12);
        Assert.Equal((0.25 - 1e-5) / 1.5, judgement.PassingRtol!.Value, 12);
        Assert.True(Passes(1.3e-6, judgement.PassingAtol.Value) && !Passes(1.3e-6, judgement.PassingAtol.Value * 0.999999));
        Assert.True(Passes(judgement.PassingRtol.Value, 1e-5) && !Passes(judgement.PassingRtol.Value * 0.999999, 1e-5));

        static bool Passes(double rtol, double atol)
        {
            var tolerance = Tolerance.Parse(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{rtol + 1e-15:R},{atol + 1e-15:R}"));
            return tolerance.Agree(1.75, 1.5, DType.Float32) && tolerance.Agree(101.25, 100.25, DType.Float32);
        }
    }

    [Fact]
    public void A_difference_at_zero_needs_an_infinite_rtol()
    {
        using var bout = new Bout("l2_k1 float32 input=[0,1.5] weight=[1]");
        Bout.Set(bout.Candidate, 0, 0.5);

        Assert.Equal((0.5, double.PositiveInfinity), (bout.Judge().PassingAtol, bout.Judge().PassingRtol));
    }

    [Fact]
    public void No_tolerance_accepts_an_infinity()
    {
        using var bout = new Bout(Three);
        Bout.Set(bout.Candidate, 1, double.PositiveInfinity);

        Assert.Equal((double.PositiveInfinity, double.PositiveInfinity, false), (bout.Judge().PassingAtol, bout.Judge().PassingRtol, bout.Judge().TorchClose));
    }

    [Fact]
    public void A_pass_that_assert_close_refuses_says_what_it_would_have_taken()
    {
        using var bout = new Bout("ic1024_l29_k2 float32 random seed7");
        bout.CopyReference();
        Bout.Set(bout.Candidate, 3, bout.Reference.Output.At(3) + 3e-4);

        var judgement = bout.Judge();

        Assert.Equal((Verdict.Passed, false), (judgement.Verdict, judgement.TorchClose));
        Assert.InRange(judgement.PassingAtol!.Value, 1e-4, 3.1e-4);
    }

    [Fact]
    public void A_pass_that_assert_close_accepts_claims_no_smallest_tolerance()
    {
        using var bout = new Bout(Three);

        Assert.Equal((null, null, true), (bout.Judge().PassingAtol, bout.Judge().PassingRtol, bout.Judge().TorchClose));
    }

    [Fact]
    public void A_failure_of_accuracy_has_the_passing_tolerances_too()
    {
        using var bout = new Bout("ic1024_l32_k4 float32 random seed3");
        bout.AnswerWithBFloat16Inputs(bout.Candidate);

        Assert.True(bout.Judge().PassingAtol > 1e-3);
    }

    [Fact]
    public void A_tolerance_made_in_code_has_the_text_that_reads_back()
    {
        Assert.Equal(("torch", "ulp:4", "1E-05,1E-08"), (Tolerance.Torch.Text, Tolerance.Ulps(4).Text, Tolerance.Close(1e-5, 1e-8).Text));
        Assert.Equal("Tolerance.Ulps(4)", Tolerance.Parse(Tolerance.Ulps(4).Text).Code);
        Assert.Equal("Tolerance.Close(1E-05, 1E-08)", Tolerance.Parse(Tolerance.Close(1e-5, 1e-8).Text).Code);
        Assert.Throws<ArgumentOutOfRangeException>(() => Tolerance.Close(double.NaN, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Tolerance.Close(0, -1));
    }
}
