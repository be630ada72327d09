using ParityHarness.Judging;

using Xunit;

namespace ParityHarness.Tests.Judging;

/// <summary>NaN, infinities, zeros, overflow, and outputs in which nothing can be seen.</summary>
public class ComparerSpecialTests
{
    // Outputs: 1*inf, inf*2 + 1*1 ... : infinite where the infinite input reaches, finite elsewhere.
    private const string Infinite = "l4_k2_s2 float32 input=[1,inf,1,1] weight=[1,2]";

    [Theory]
    [InlineData(2, double.PositiveInfinity, Verdict.Passed)]
    [InlineData(2, double.NegativeInfinity, Verdict.Failed)]
    [InlineData(2, double.NaN, Verdict.Failed)]
    [InlineData(2, (double)float.MaxValue, Verdict.Failed)]
    [InlineData(0, double.NaN, Verdict.Failed)]
    [InlineData(0, double.PositiveInfinity, Verdict.Failed)]
    internal void Infinities_must_stand_where_they_are_exact(int index, double value, Verdict verdict)
    {
        using var bout = new Bout(Infinite);
        Bout.Set(bout.Candidate, index, value);

        var judgement = bout.Judge();

        Assert.Equal(verdict, judgement.Verdict);
        Assert.Equal(verdict == Verdict.Failed ? (MismatchKind.Special, Side.Candidate) : (MismatchKind.None, Side.None), (judgement.Kind, judgement.Side));
    }

    [Theory]
    [InlineData(double.NaN, Verdict.Passed)]
    [InlineData(double.PositiveInfinity, Verdict.Failed)]
    [InlineData(0.0, Verdict.Failed)]
    internal void NaN_must_stand_where_it_is_exact(double value, Verdict verdict)
    {
        using var bout = new Bout("l2_k2 float32 input=[inf,-inf] weight=[1,1]");
        Assert.Equal(double.NaN, bout.Reference.Output.At(1));
        Bout.Set(bout.Candidate, 1, value);

        Assert.Equal(verdict, bout.Judge().Verdict);
    }

    [Fact]
    public void A_reference_without_the_NaN_is_blamed()
    {
        using var bout = new Bout("l2_k2 float32 input=[inf,-inf] weight=[1,1]");
        Bout.Set(bout.Reference, 1, 0);

        Assert.Equal((Verdict.Failed, MismatchKind.Special, Side.Reference), (bout.Judge().Verdict, bout.Judge().Kind, bout.Judge().Side));
    }

    [Fact]
    public void Zeros_of_either_sign_are_equal()
    {
        using var bout = new Bout("l3_k2_s3 float32 input=[1.5,2.25,0.1] weight=[1.1,2]");
        Bout.Set(bout.Candidate, 2, -0.0);

        Assert.Equal(Verdict.Passed, bout.Judge().Verdict);
    }

    [Fact]
    public void Zeros_of_different_sign_are_noted()
    {
        using var bout = new Bout("l4_k2_s3 float32 input=[1.5,inf,0.1,1] weight=[1.1,2]");
        Bout.Set(bout.Candidate, 2, -0.0);

        var judgement = bout.Judge();

        Assert.Equal((Verdict.Passed, 1), (judgement.Verdict, judgement.SignedZeros));
    }

    [Theory]
    [InlineData("l40_k1_s3 float32 integer seed1")]
    [InlineData("l40_k1_s3 float32 random seed1")]
    [InlineData("l40_k1_s3 float64 random seed1")]
    public void Zeros_of_opposite_sign_are_counted_where_all_outputs_are_finite(string problem)
    {
        // Outputs 1, 2, 4, 5, 7 ... are zero: no input reaches them. The last is beyond the vectors.
        using var bout = new Bout(problem);
        foreach (var index in (long[])[1, 5, 116])
        {
            Assert.Equal(0, bout.Reference.Output.At(index));
            Bout.Set(bout.Candidate, index, -0.0);
        }

        var judgement = bout.Judge();

        Assert.Equal((Verdict.Passed, 3), (judgement.Verdict, judgement.SignedZeros));
    }

    [Fact]
    public void An_output_that_may_overflow_on_the_way_is_not_judged_and_counted()
    {
        // 3e38 + 3e38 - 3e38 overflows in one order of summation and not in another.
        using var bout = new Bout("ic3_l2_k1 float32 input=[3e38,1,3e38,1,-3e38,1] weight=[1,1,1]");
        Bout.Set(bout.Candidate, 0, double.PositiveInfinity);
        Bout.Set(bout.Reference, 0, 3e38);

        var judgement = bout.Judge();

        Assert.Equal((Verdict.Passed, 1), (judgement.Verdict, judgement.Unjudged));
    }

    [Theory]
    [InlineData("ic2_l2_k1 float32 input=[3e38,1,3e38,1] weight=[1,1]", 3.4028234663852886e38)]
    [InlineData("ic2_l2_k1 float32 input=[3e38,1,3e38,1] weight=[-1,-1]", -3.4028234663852886e38)]
    [InlineData("l2_k1_bias float32 input=[3e38,1] weight=[2] bias=[1]", 3.4028234663852886e38)]
    [InlineData("ic2_l2_k1 float16 input=[60000,1,60000,1] weight=[1,1]", 65504)]
    [InlineData("ic2_l2_k1 bfloat16 input=[3e38,1,3e38,1] weight=[1,1]", 3.3895313892515355e38)]
    public void Overflow_that_is_certain_in_every_order_is_judged(string problem, double largest)
    {
        using var bout = new Bout(problem);
        Bout.Set(bout.Candidate, 0, double.CopySign(double.PositiveInfinity, largest));
        Bout.Set(bout.Reference, 0, double.CopySign(double.PositiveInfinity, largest));
        Assert.Equal((Verdict.Passed, 0L), (bout.Judge().Verdict, bout.Judge().Unjudged));

        Bout.Set(bout.Candidate, 0, largest);
        Assert.Equal((Verdict.Failed, MismatchKind.Special, Side.Candidate, 0L), (bout.Judge().Verdict, bout.Judge().Kind, bout.Judge().Side, bout.Judge().FirstWrong));

        Bout.Set(bout.Candidate, 0, double.CopySign(double.PositiveInfinity, -largest));
        Assert.Equal(Verdict.Failed, bout.Judge().Verdict);
    }

    [Fact]
    public void Beside_an_output_that_may_overflow_the_others_are_judged()
    {
        using var bout = new Bout("ic3_l2_k1 float32 input=[3e38,1.5,3e38,1,-3e38,1] weight=[1,1,1]");
        Bout.Set(bout.Candidate, 1, 4);

        Assert.Equal((Verdict.Failed, 1L, 1L), (bout.Judge().Verdict, bout.Judge().FirstWrong, bout.Judge().Unjudged));
    }

    [Fact]
    public void Where_all_may_overflow_nothing_was_compared()
    {
        using var bout = new Bout("ic3_l1_k1 float32 input=[3e38,3e38,-3e38] weight=[1,1,1]");

        Assert.Equal(Verdict.Mistrusted, bout.Judge().Verdict);
    }

    [Fact]
    public void A_value_near_the_largest_is_judged_where_no_order_overflows()
    {
        using var bout = new Bout("l2_k1 float32 input=[3e38,1] weight=[1]");
        Bout.Set(bout.Candidate, 0, double.PositiveInfinity);

        Assert.Equal((Verdict.Failed, MismatchKind.Special), (bout.Judge().Verdict, bout.Judge().Kind));
    }

    [Theory]
    [InlineData("l4_k3 float32 input=[0,0,0,0] weight=[1,2,3]")]
    [InlineData("l4_k3_bias float32 input=[1,1,1,1] weight=[0,0,0] bias=[0]")]
    [InlineData("l9_k1 float32 input=[0,0,0,0,0,0,0,0,1] weight=[1]")]
    public void Outputs_that_are_zero_without_need_are_mistrusted(string problem)
    {
        using var bout = new Bout(problem);

        Assert.Equal(Verdict.Mistrusted, bout.Judge().Verdict);
    }

    [Fact]
    public void Zeros_into_which_no_product_enters_are_not_mistrusted()
    {
        using var bout = new Bout("l2_k1_s9 float32 integer seed1");

        Assert.Equal(10, bout.Candidate.Output.Count);
        Assert.Equal(Verdict.Passed, bout.Judge().Verdict);
    }

    [Fact]
    public void A_wrong_value_among_zeros_fails_and_is_not_merely_mistrusted()
    {
        using var bout = new Bout("l4_k3 float32 input=[0,0,0,0] weight=[1,2,3]");
        Bout.Set(bout.Candidate, 2, 1e-30);

        Assert.Equal(Verdict.Failed, bout.Judge().Verdict);
    }
}
