using ParityHarness.Judging;
using ParityHarness.Kernels;
using ParityHarness.Problems;
using ParityHarness.Results;
using ParityHarness.Runners;
using ParityHarness.Runners.Managed;
using ParityHarness.Tensors;
using ParityHarness.Tests.Runners.Native;

using Xunit;

using RejectionReason = ParityHarness.Problems.RejectionReason;

namespace ParityHarness.Tests;

public class ParityTests
{
    private static readonly ParityOptions Short = new() { Reference = "oracle", Count = 400 };

    [Fact]
    public void A_right_function_returns_with_as_many_problems_as_were_asked_for()
    {
        var result = Parity.Check<float>(Right, Short);

        Assert.True(result.Campaign.Holds);
        Assert.Equal(400, result.Campaign.Tally.Problems);
        Assert.Equal(0, result.Campaign.Tally.Unsupported);
        Assert.True(result.Campaign.Tally.Passed > 300, result.ToString());
        Assert.True(result.Campaign.Tally.RejectedByBoth > 10, result.ToString());
    }

    [Fact]
    public void A_function_of_double_gets_the_problems_of_float64_alone()
    {
        var result = Parity.Check<double>((input, weight, bias, p) =>
            ConvTranspose1d.Forward(input, p.InputShape, weight, p.WeightShape, bias, p.Stride, p.Padding, p.OutputPadding, p.Groups, p.Dilation), Short);

        Assert.Equal(result.Campaign.Tally.Problems, Count(result, "float64"));
        Assert.Equal(0, Count(result, "float32"));
    }

    [Fact]
    public void The_parameters_are_the_problems()
    {
        ConvTranspose1dParameters? seen = null;
        Parity.Check<float>(
            (input, weight, bias, p) =>
            {
                // After the problem itself come those that are related to it, such as each group alone.
                if (seen is null)
                {
                    seen = p;
                    Assert.Equal([1f, 2, 3, 4, 5, 6, 7, 8], input);
                }

                Assert.Null(bias);
                return Right(input, weight, bias, p);
            },
            new ParityOptions { Reference = "oracle", Problems = ["ic2_oc4_l4_k3_s2_p1_op1_d3_g2_unbatched input=[1,2,3,4,5,6,7,8]"] });

        Assert.NotNull(seen);
        Assert.Equal([2, 4], seen.InputShape);
        Assert.Equal([2, 2, 3], seen.WeightShape);
        Assert.Equal((2L, 1L, 1L, 2L, 3L), (seen.Stride, seen.Padding, seen.OutputPadding, seen.Groups, seen.Dilation));
        Assert.Equal((1L, 2L, 4L, 4L, 3L), (seen.Batch, seen.InChannels, seen.Length, seen.OutChannels, seen.KernelSize));
    }

    [Fact]
    public void A_wrong_function_throws_with_what_failed_how_and_how_to_run_it_again()
    {
        var error = Assert.Throws<ParityException>(() => Parity.Check<float>((input, weight, _, p) => Right(input, weight, null, p), Short));

        var lines = error.Message.Split('\n');
        Assert.Matches(@"^parity does not hold for float32 forward: \d+ of 400 problems failed$", lines[0]);
        Assert.Matches(@"^failed \d+ times: bias is left out$", lines[1]);
        Assert.Matches(@"^  where: all \d+ failures are among bias \(\d+ of \d+\); none in the other \d+$", lines[2]);
        Assert.Contains("candidate is wrong in 1 of 1 outputs", lines[3], StringComparison.Ordinal);
        Assert.StartsWith("  again: new ParityOptions { Problems = [\"l1_k1_bias float32 forward input=[0] weight=[0] bias=[1]\"]", lines[4], StringComparison.Ordinal);
        Assert.Equal("profile smoke, seed 1; reference oracle 0.1.0, candidate function", lines[^1]);
        Assert.Equal(100, error.Result.Failures.Count);
        Assert.Null(error.InnerException);
    }

    [Fact]
    public void The_line_of_a_failure_fails_alone_in_the_same_way()
    {
        ConvTranspose1dFunction<float> wrong = (input, weight, _, p) => Right(input, weight, null, p);
        var first = Assert.Throws<ParityException>(() => Parity.Check(wrong, Short)).Message.Split('\n');
        var detail = first.First(line => line.StartsWith("  smallest: ", StringComparison.Ordinal)).Split(": ", 2)[1];
        var again = first.First(line => line.StartsWith("  again: ", StringComparison.Ordinal)).Split('"');

        var alone = Assert.Throws<ParityException>(() => Parity.Check(wrong, new ParityOptions { Problems = [again[1]], Reference = again[3] }));

        Assert.Contains(detail, alone.Message, StringComparison.Ordinal);
        Assert.Contains("1 of 1 problems failed", alone.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_function_never_meant_to_reject_comes_after_what_it_computes_wrong()
    {
        ConvTranspose1dFunction<float> careless = (input, weight, bias, p) =>
        {
            try
            {
                return Right(input, weight, null, p);
            }
            catch (ArgumentException)
            {
                return [];
            }
        };
        var lines = Assert.Throws<ParityException>(() => Parity.Check(careless, Short with { Count = 1500 })).Message.Split('\n').Where(line => line.StartsWith("failed ", StringComparison.Ordinal)).ToArray();

        Assert.EndsWith("bias is left out", lines[0], StringComparison.Ordinal);
        Assert.Contains(": accepts what PyTorch rejects: ", Assert.Single(lines[1..]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("its own ArgumentException", OutcomeKind.Rejected)]
    [InlineData("its own ArgumentOutOfRangeException", OutcomeKind.Rejected)]
    [InlineData("ThrowIfNegative", OutcomeKind.Rejected)]
    [InlineData("RejectedException", OutcomeKind.Rejected)]
    [InlineData("an index outside a list", OutcomeKind.Faulted)]
    [InlineData("an index outside an array", OutcomeKind.Faulted)]
    [InlineData("a slice outside a span", OutcomeKind.Faulted)]
    [InlineData("a span that is too short", OutcomeKind.Faulted)]
    [InlineData("NotSupportedException", OutcomeKind.Unsupported)]
    [InlineData("NotImplementedException", OutcomeKind.Unsupported)]
    public void What_a_function_throws_says_what_it_means(string thrown, OutcomeKind kind)
    {
        using var runner = new FunctionRunner("mine", "", (input, _, _, p) => Throw(thrown, input, p));
        using var tensors = new TensorSet();
        using var outcome = new Outcome();
        var problem = ProblemText.Parse("l4_k3_p9");
        DataFiller.Fill(problem, tensors);

        // What is neither a rejection nor unsupported is the caller's, which has the side to blame.
        var error = Record.Exception(() => runner.Run(problem, tensors, outcome));

        Assert.Equal(kind, error is null ? outcome.Kind : OutcomeKind.Faulted);
        Assert.Equal(thrown == "RejectedException" ? RejectionReason.OutputSize : RejectionReason.Unspecified, outcome.Reason);
        Assert.Same(error, runner.FirstFault);
    }

    [Fact]
    public void A_function_that_leaves_its_arrays_has_failed_even_where_the_problem_is_illegal()
    {
        var error = Assert.Throws<ParityException>(() => Parity.Check<float>(
            (input, _, _, p) => Throw("an index outside a list", input, p),
            new ParityOptions { Reference = "oracle", Problems = ["l4_k3_p9"] }));

        Assert.Equal(1, error.Result.Failed);
        Assert.Contains("threw ArgumentOutOfRangeException", error.Message, StringComparison.Ordinal);
        Assert.IsType<ArgumentOutOfRangeException>(error.InnerException);
    }

    [Fact]
    public void A_function_that_does_nothing_has_not_passed()
    {
        var error = Assert.Throws<ParityException>(() => Parity.Check<float>(
            (input, _, _, p) => Throw("NotImplementedException", input, p), new ParityOptions { Reference = "oracle", Problems = ["l4_k3"] }));

        Assert.Equal((0L, 1L), (error.Result.Failed, error.Result.Unsupported));
        Assert.Contains("the candidate does nothing that can be judged", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_check_ends_where_its_token_is_cancelled()
    {
        using var source = new CancellationTokenSource();
        var calls = 0;

        Assert.Throws<OperationCanceledException>(() => Parity.Check<float>(
            (input, weight, bias, p) =>
            {
                calls++;
                source.Cancel();
                return Right(input, weight, bias, p);
            },
            Short,
            source.Token));

        Assert.InRange(calls, 1, 100); // one problem, asked again and in its relations
    }

    [Theory]
    [InlineData("l4_k3_s2 input=[1,1,1,1] weight=[1,2,3]", 8, "shape")]
    [InlineData("oc2_l4_k3_s2 float32 integer seed1", 17, "shape")]
    [InlineData("l4_k3_p9 float32 integer seed1", 0, "reject")]
    public void An_output_of_another_number_of_elements_or_of_an_illegal_problem_fails(string problem, int elements, string word)
    {
        var error = Assert.Throws<ParityException>(() => Parity.Check<float>((_, _, _, _) => new float[elements], new ParityOptions { Reference = "oracle", Problems = [problem] }));

        Assert.Contains(word, error.Message, StringComparison.Ordinal);
        Assert.Equal(1, error.Result.Campaign.Tally.Failed);
    }

    [Fact]
    public void A_function_that_changes_its_input_has_failed()
    {
        var error = Assert.Throws<ParityException>(() => Parity.Check<float>(
            (input, weight, bias, p) =>
            {
                var output = Right(input, weight, bias, p);
                weight[^1] += 1;
                return output;
            },
            new ParityOptions { Reference = "oracle", Problems = ["l4_k3 float32 integer seed1"] }));

        Assert.Contains("changed its input, weight or bias", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_function_that_returns_nothing_has_failed()
    {
        var error = Assert.Throws<ParityException>(() => Parity.Check<float>((_, _, _, _) => null!, new ParityOptions { Reference = "oracle", Problems = ["l4_k3"] }));

        Assert.Contains("returned null", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("l4_k3 float64")]
    [InlineData("l4_k3_module float32 output_size=[6]")]
    [InlineData("l4_k3 float32 s=[1,1]")]
    [InlineData("l4_k3_bias float32 b=1x1")]
    public void What_a_function_cannot_be_told_is_not_put_to_it(string problem)
    {
        using var runner = new FunctionRunner("mine", "", Right);

        Assert.False(runner.Takes(ProblemText.Parse(problem)));
        Assert.Throws<ParityException>(() => Parity.Check<float>((_, _, _, _) => throw new InvalidOperationException("was asked"), new ParityOptions { Reference = "oracle", Problems = [problem] }));
    }

    [Fact]
    public void A_function_of_float_is_asked_no_problem_of_double_and_no_gradient()
    {
        var mixed = Parity.Check<float>(Right, new ParityOptions { Reference = "oracle", Problems = ["l4_k3 float32", "l4_k3 float64", "l4_k3 float32 grad_input"] });
        var error = Assert.Throws<ParityException>(() => Parity.Check<float>(Right, new ParityOptions { Reference = "oracle", Problems = ["l4_k3 float64"] }));

        Assert.Equal((1, 0, 2), (mixed.Passed, mixed.Unsupported, mixed.Campaign.Tally[Counter.OutsideScope]));
        Assert.StartsWith("parity does not hold for float32 forward: nothing was compared; outside of what the candidate offers (float32,forward): 1 of 1 problems\n", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_what_was_asked_for_is_put_to_a_runner()
    {
        var options = Short with { Only = "legal, float64" };
        var result = Parity.Check("kernel", options);

        Assert.Equal((400, 0), (result.Problems, result.RejectedByBoth));
        Assert.Equal(400, Count(result, "float64"));
        Assert.StartsWith("ParityOptions.Only \"flaot64\": 'flaot64' is not a dtype, a pass or a form; did you mean 'float64'? ", Assert.Throws<HarnessException>(() => Parity.Check("kernel", options with { Only = "flaot64" })).Message, StringComparison.Ordinal);
        Assert.Contains("int8 legal problems: ", Assert.Throws<HarnessException>(() => Parity.Check("kernel", options with { Only = "int8,legal" })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("l4_k3 float32 wdtype=float64", OutcomeKind.Rejected)]
    [InlineData("l4_k3 int32", OutcomeKind.Rejected)]
    [InlineData("l4_k3 complex64", OutcomeKind.Unsupported)]
    [InlineData("l4_k3 float64", OutcomeKind.Unsupported)]
    [InlineData("l4_k3_module float32 output_size=[6]", OutcomeKind.Unsupported)]
    public void As_a_runner_a_function_answers_for_its_types(string problem, OutcomeKind kind)
    {
        using var runner = new FunctionRunner("mine", "", Right);
        using var tensors = new TensorSet();
        using var outcome = new Outcome();
        var asked = ProblemText.Parse(problem);
        DataFiller.Fill(asked, tensors);

        runner.Run(asked, tensors, outcome);

        Assert.Equal(kind, outcome.Kind);
    }

    [Fact]
    public void A_runner_is_checked_and_stays_the_callers()
    {
        var calls = 0;
        using var runner = new Owned((input, weight, bias, p) =>
        {
            calls++;
            return Right(input, weight, bias, p);
        });

        var result = Parity.Check(runner, Short);

        Assert.Equal("owned 1", result.Candidate);
        Assert.True(calls >= 400);
        Assert.False(runner.IsDisposed);
    }

    [Fact]
    public void A_library_is_checked_by_its_name_and_a_failure_is_a_line_for_the_command_line()
    {
        var right = Parity.Check("kernel:scalar", Short);
        var library = "native:" + NativeCompiler.Build("flipped_kernel");
        var error = Assert.Throws<ParityException>(() => Parity.Check(library, Short));

        Assert.Equal("kernel:scalar 0.1.0", right.Candidate);
        Assert.Contains($"  again: parity run --reference oracle --candidate {library} --problem \"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Known_divergences_of_the_reference_are_passed_over()
    {
        var folder = Directory.CreateTempSubdirectory("parity-divergences-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "divergences.csv"), "name,reference,versions,cpu,when,witness,reference_does,reason\nstride-2,oracle,*,,s=2,l4_k3_s2 float32 forward integer seed0,crashes,for this test\n");

            Parity.Check<float>(
                (input, weight, bias, p) => p.Stride == 2 ? throw new InvalidOperationException("was asked") : Right(input, weight, bias, p),
                Short with { FixturesFolder = folder });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void The_known_divergences_are_in_the_library_itself()
    {
        using var libtorch = new Named("libtorch", "1.13.1");

        var builtIn = KnownDivergences.Of(null, RunnerInfo.Of(libtorch));
        var file = KnownDivergences.Of(Path.Combine(NativeCompiler.Root, "fixtures"), RunnerInfo.Of(libtorch));

        Assert.NotEmpty(file);
        Assert.Equal(file.Select(d => d.Name), builtIn.Select(d => d.Name), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("nowhere", "there is no runner 'nowhere'")]
    [InlineData("recorded", "recorded answers are no live reference")]
    public void A_wrong_option_is_told_in_one_line(string reference, string message)
    {
        var options = new ParityOptions { Reference = reference };

        var error = Assert.Throws<HarnessException>(() => Parity.Check<float>(Right, options));

        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Other_types_than_float_and_double_are_refused()
    {
        var error = Assert.Throws<HarnessException>(() => Parity.Check<Half>((_, _, _, _) => []));

        Assert.Equal("Parity.Check<Half>: a function is checked in float or double", error.Message);
    }

#pragma warning disable MA0015, MA0025 // as a user's function may throw them
    private static float[] Throw(string what, float[] input, ConvTranspose1dParameters p)
    {
        switch (what)
        {
            case "its own ArgumentException":
                throw new ArgumentException(what);
            case "its own ArgumentOutOfRangeException":
                throw new ArgumentOutOfRangeException(nameof(p));
            case "ThrowIfNegative":
                ArgumentOutOfRangeException.ThrowIfNegative(-p.Padding);
                break;
            case "RejectedException":
                throw new RejectedException(RejectionReason.OutputSize, what);
            case "an index outside a list":
                return [input.ToList()[input.Length]];
            case "an index outside an array":
                return [input[input.Length]];
            case "a slice outside a span":
                return input.AsSpan(1, input.Length).ToArray();
            case "a span that is too short":
                input.CopyTo(new float[1].AsSpan());
                break;
            case "NotSupportedException":
                throw new NotSupportedException(what);
            case "NotImplementedException":
                throw new NotImplementedException(what);
        }

        return input;
    }
#pragma warning restore MA0015, MA0025

    private static float[] Right(float[] input, float[] weight, float[]? bias, ConvTranspose1dParameters p) =>
        ConvTranspose1d.Forward(input, p.InputShape, weight, p.WeightShape, bias, p.Stride, p.Padding, p.OutputPadding, p.Groups, p.Dilation);

    private static long Count(ParityResult result, string className)
    {
        var index = ProblemClasses.All.ToList().FindIndex(c => c.Name == className);
        return result.Campaign.Tally.OfClass(index);
    }

    private sealed class Owned(ConvTranspose1dFunction<float> function) : FunctionRunner("owned", "1", function)
    {
        public bool IsDisposed { get; private set; }

        protected override void Dispose(bool disposing) => IsDisposed = true;
    }

    private sealed class Named(string name, string version) : FunctionRunner(name, version, Right);
}
