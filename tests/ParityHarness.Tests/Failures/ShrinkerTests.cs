using ParityHarness.Failures;
using ParityHarness.Problems;
using ParityHarness.Tests.Problems;

using Xunit;

namespace ParityHarness.Tests.Failures;

/// <summary>The shrinker by itself: what is left is small, and still fails.</summary>
public class ShrinkerTests
{
    private const string Large = "n3_ic24_oc64_l16_k5_s4_p7_op1_d3_g8_bias_module float64 forward wide seed1659000132";

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData("everything", "l1_k1 float32 forward input=[0] weight=[0]")]
    [InlineData("stride > kernel_size", "l1_k1_s2 float32 forward input=[0] weight=[0]")]
    [InlineData("two groups", "ic2_oc2_l1_k1_g2 float32 forward input=[0,0] weight=[0,0]")]
    [InlineData("bias and dilation", "l1_k1_d2_bias float32 forward input=[0] weight=[0] bias=[0]")]
    [InlineData("batch of two and length five", "n2_l5_k1 float32 forward input=[0,0,0,0,0,0,0,0,0,0] weight=[0]")]
    [InlineData("padding beyond length", "l1_k1_p2 float32 forward input=[0] weight=[0]")]
    [InlineData("three input channels", "ic3_l1_k1 float32 forward input=[0,0,0] weight=[0,0,0]")]
    [InlineData("float64", "l1_k1 float64 forward input=[0] weight=[0]")]
    [InlineData("module", "l1_k1_module float32 forward input=[0] weight=[0]")]
    public void All_that_does_not_matter_goes(string what, string smallest)
    {
        Func<Problem, bool> fails = what switch
        {
            "everything" => _ => true,
            "stride > kernel_size" => p => p.Stride > p.KernelSize,
            "two groups" => p => p.Groups >= 2 && p.InChannels % p.Groups == 0 && p.OutChannels % p.Groups == 0 && p.OutChannels >= p.Groups,
            "bias and dilation" => p => p.HasBias && p.Dilation > 1,
            "batch of two and length five" => p => p.Batch >= 2 && p.Length >= 5,
            "padding beyond length" => p => p.Padding > p.Length,
            "three input channels" => p => p.InChannels >= 3,
            "float64" => p => p.DType == DType.Float64,
            _ => p => p.Form == Form.Module,
        };
        // For those whose condition the large problem does not meet.
        var given = ProblemText.Parse(Large) with { Stride = 9, Padding = 40 };

        Assert.True(fails(given));
        Assert.Equal(smallest, new Shrinker(fails, Minute).Shrink(given).ToString());
    }

    [Theory]
    [InlineData(Pass.GradInput, "l1_k1 float32 grad_input grad_output=[0] input=[0] weight=[0]")]
    [InlineData(Pass.GradBias, "l1_k1_bias float32 grad_bias grad_output=[0] input=[0] weight=[0] bias=[0]")]
    [InlineData(Pass.GradInput | Pass.GradWeight, "l1_k1 float32 grad_input+grad_weight grad_output=[0] input=[0] weight=[0]")]
    public void Of_several_gradients_those_stay_that_matter(Pass matters, string smallest)
    {
        var given = ProblemText.Parse("n3_ic4_oc4_l9_k3_s2_g2_bias float64 grad_input+grad_weight+grad_bias random seed3");
        Assert.Equal(smallest, new Shrinker(p => p.Pass.HasFlag(matters), Minute).Shrink(given).ToString());
    }

    [Theory]
    [InlineData("l1_k1_s4294967297_p2147448141_op4294896429_bias float32 forward integer seed3", "l1_k1_s2_op1_bias float32 forward input=[0] weight=[0] bias=[0]")]
    [InlineData("l3_k2_d2147483649_p1073741824_op1_bias float32 forward integer seed3", "l1_k1_op1_d2_bias float32 forward input=[0] weight=[0] bias=[0]")]
    public void Huge_parameters_that_only_work_together_become_small_together(string given, string smallest)
    {
        // What is legal only: one by one the huge parameters leave an output of gigabytes, or none.
        static bool Fails(Problem p) => p.HasBias && p.OutputPadding > 0 && ProblemRules.Check(p, out _) is null;

        Assert.True(Fails(ProblemText.Parse(given)));
        Assert.Equal(smallest, new Shrinker(Fails, Minute).Shrink(ProblemText.Parse(given)).ToString());
    }

    [Fact]
    public void A_number_that_matters_stays_and_the_others_become_plain()
    {
        var given = ProblemText.Parse("l4_k3 float32 forward input=[5,-7,0.25,3] weight=[2.5,1e-40,9]");
        var shrunk = new Shrinker(p => p.WeightValues is { } w && w.Any(v => v is > 0 and < 1e-38), Minute).Shrink(given);

        Assert.Equal(ProblemText.Parse("l1_k1 float32 forward input=[0] weight=[1e-40]") with { KernelSize = shrunk.KernelSize, WeightValues = shrunk.WeightValues }, shrunk);
        Assert.Contains(1e-40f, shrunk.WeightValues!.Value.Select(v => (float)v));
        Assert.All(shrunk.WeightValues.Value, v => Assert.True(v == 0 || (float)v == 1e-40f));
    }

    [Fact]
    public void What_is_left_fails_and_no_step_from_it_does()
    {
        AnyProblem.ForAll(
            problem =>
            {
                // Any condition that some problems meet will do: here one that depends on many parameters.
                bool Fails(Problem p) => (p.Stride ^ p.Length ^ p.KernelSize) % 3 == problem.Stride % 3 && p.Groups == problem.Groups;
                if (!Fails(problem))
                {
                    return;
                }

                var shrunk = new Shrinker(Fails, Minute).Shrink(problem);

                Assert.True(Fails(shrunk), shrunk.ToString());
                Assert.Equal(shrunk, new Shrinker(Fails, Minute).Shrink(shrunk));
            },
            times: 60);
    }

    [Fact]
    public void No_problem_is_tried_twice()
    {
        var tried = new List<string>();
        var shrinker = new Shrinker(
            p =>
            {
                tried.Add(p.ToString());
                return p.Length >= 3;
            },
            Minute);
        shrinker.Shrink(ProblemText.Parse(Large));

        Assert.Equal(tried.Distinct(StringComparer.Ordinal).Count(), tried.Count);
        Assert.Equal(tried.Count, shrinker.Tried);
    }

    [Fact]
    public void It_stops_when_its_time_is_over_and_says_so()
    {
        var shrinker = new Shrinker(
            _ =>
            {
                Thread.Sleep(20);
                return true;
            },
            TimeSpan.FromMilliseconds(50));
        shrinker.Shrink(ProblemText.Parse(Large));

        Assert.True(shrinker.IsCutShort);
        Assert.InRange(shrinker.Tried, 1, 3);
    }
}
