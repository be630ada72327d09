using System.Runtime.CompilerServices;
using ParityHarness.Problems;
using ParityHarness.Runners;
using ParityHarness.Runners.Native;
using Xunit;

namespace ParityHarness.Tests.Runners.Native;

/// <summary>What a library does against the rules of parity_runner.h is seen, put right and named.</summary>
public class NativeDefectTests
{
    private const string Problem = "l4_k3 float32 " + NativeProblem.Ones;

    [Theory]
    [InlineData("overrun")]
    [InlineData("underrun")]
    public void Writing_outside_the_output_is_a_fault_each_time(string name)
    {
        var runner = NativeProblem.Faulty(name);

        runner.AssertFaults(Problem, "wrote outside its output");
        runner.AssertFaults(Problem, "wrote outside its output");
    }

    [Theory]
    [InlineData("unknown_status", "returned the unknown status 42")]
    [InlineData("negative_shape", "answered the impossible shape [1, 1, -6]")]
    [InlineData("too_many_dimensions", "answered an output of 9 dimensions")]
    [InlineData("boundless_shape", "answered float32 of shape [9223372036854775807, 1, 6], which cannot stand in the 6 elements of float32 it was given")]
    [InlineData("never_enough_room", "found 24 bytes too small for float32 of shape [1, 1, 6]")]
    public void A_nonsensical_answer_is_a_fault(string name, string message) => NativeProblem.Faulty(name).AssertFaults(Problem, message);

    [Fact]
    public void Text_without_its_zero_ends_with_the_buffer()
    {
        using var outcome = NativeProblem.Faulty("unterminated_text").Run(Problem);

        Assert.Equal(OutcomeKind.Faulted, outcome.Kind);
        Assert.Equal(new string('a', 1023) + "\uFFFD", outcome.Message);
    }

    [Fact]
    public void An_illegal_problem_that_is_accepted_is_asked_for_its_data() =>
        NativeProblem.Faulty("accepts_everything").AssertCompletes("l4_k3_p3 float32", [1], [0]);

    [Fact]
    public void Wrong_values_are_passed_on_as_they_are() =>
        NativeProblem.Faulty("flipped_kernel").AssertCompletes(Problem, [1, 1, 6], [3, 5, 6, 6, 3, 1]);

    [Fact]
    public void Rounding_to_bfloat16_shows_in_the_ninth_bit_and_not_in_the_eighth()
    {
        var runner = NativeProblem.Faulty("rounds_to_bfloat16");

        runner.AssertCompletes("l1_k1 float32 input=[255] weight=[1]", [1, 1, 1], [255]);
        runner.AssertCompletes("l1_k1 float32 input=[257] weight=[1]", [1, 1, 1], [256]);
    }

    [Fact]
    public void Flush_to_zero_left_set_is_a_fault_of_the_environment_and_is_put_back()
    {
        using var outcome = NativeProblem.Faulty("flush_to_zero").Run(Problem);

        Assert.Equal(OutcomeKind.Faulted, outcome.Kind);
        Assert.True(outcome.ChangedEnvironment);
        Assert.StartsWith("changed the floating-point environment", outcome.Message, StringComparison.Ordinal);
        AssertDenormalsLive();
    }

    [Fact]
    public void A_library_built_with_fast_math_faults_at_every_problem_and_leaves_the_thread_as_it_was()
    {
        var runner = NativeProblem.Faulty("fast_math");
        AssertDenormalsLive();

        foreach (var problem in new[] { Problem, "l4_k3_p3" })
        {
            using var outcome = runner.Run(problem);
            Assert.True(outcome.ChangedEnvironment);
            Assert.Equal("changed the floating-point environment when it was loaded (built with -ffast-math?)", outcome.Message);
        }
    }

    [Fact]
    public void A_later_outcome_forgets_that_the_environment_was_changed()
    {
        using var outcome = new Outcome();
        outcome.FaultEnvironment("changed the floating-point environment");
        outcome.Complete();

        Assert.False(outcome.ChangedEnvironment);
    }

    [Fact]
    public void Honest_runners_leave_the_environment_as_it_was()
    {
        foreach (var runner in new[] { NativeProblem.Minimal(), NativeProblem.Libtorch() })
        {
            using var outcome = runner.Run("l4_k3 float32 input=[1e-40,1e-40,1,1] weight=[1,1e-10,3]");
            Assert.Equal(OutcomeKind.Completed, outcome.Kind);
            Assert.Equal((double)1e-40f, outcome.Output.At(0));
        }
    }

    private static void AssertDenormalsLive() =>
        Assert.Equal(2u, BitConverter.SingleToUInt32Bits(Sum(float.Epsilon, float.Epsilon)));

    // Not inlined, or the compiler would add the constants itself.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float Sum(float a, float b) => a + b;
}
