using ParityHarness.Generation;
using ParityHarness.Judging;
using ParityHarness.Kernels;
using ParityHarness.Problems;
using ParityHarness.Results;
using ParityHarness.Runners;
using ParityHarness.Runners.Kernel;
using ParityHarness.Runners.Managed;
using ParityHarness.Runners.Native;
using ParityHarness.Runners.Pipe;
using ParityHarness.Tensors;
using ParityHarness.Tests.Campaigns;
using ParityHarness.Tests.Runners.Native;
using ParityHarness.Tests.Runners.Pipe;

using Xunit;

using RejectionReason = ParityHarness.Problems.RejectionReason;

namespace ParityHarness.Tests.Runners;

/// <summary>Gradients by every way in which a runner is reached: they agree where nothing can round, and any set of them is part of the whole.</summary>
public sealed class GradientTests : IDisposable
{
    private const Pass Whole = Pass.GradInput | Pass.GradWeight | Pass.GradBias;

    private readonly TensorSet _tensors = new();
    private readonly TensorSet _other = new();
    private readonly Outcome _expected = new();
    private readonly Outcome _actual = new();

    public static TheoryData<string> Levels => [.. SimdLevels.Supported.Select(level => "kernel:" + KernelRunner.LevelName(level))];

    [Theory]
    [MemberData(nameof(Levels))]
    public void The_kernel_equals_libtorch_bit_by_bit_on_integers(string kernel)
    {
        using var runner = RunnerCatalog.Create(kernel, null);
        using var libtorch = NativeProblem.Libtorch();
        foreach (var problem in Problems(Regime.Integer, 150))
        {
            AssertSame(libtorch, runner, problem);
        }
    }

    [Fact]
    public void TorchSharp_equals_libtorch_bit_by_bit_on_integers()
    {
        using var first = NativeProblem.Libtorch();
        using var second = RunnerCatalog.Create("torchsharp", null);
        foreach (var problem in Problems(Regime.Integer, 150))
        {
            AssertSame(first, second, problem);
        }
    }

    [Theory]
    [InlineData("random")]
    [InlineData("wide")]
    [InlineData("cancelling")]
    [InlineData("special")]
    public void Libtorch_and_the_kernel_are_within_the_bound_of_the_oracle(string regime)
    {
        using var kernel = new KernelRunner();
        using var libtorch = NativeProblem.Libtorch();
        foreach (var problem in Problems(Enum.Parse<Regime>(regime, ignoreCase: true), 150))
        {
            DataFiller.Fill(problem, _tensors);
            libtorch.Run(problem, _tensors, _expected);
            kernel.Run(problem, _tensors, _actual);
            var judgement = new Comparer(Tolerance.Bound).Compare(problem, _tensors, _expected, _actual);
            Assert.True(judgement.Verdict is Verdict.Passed or Verdict.Mistrusted, $"{problem}: {judgement.Detail}");
        }
    }

    [Theory]
    [InlineData("kernel")]
    [InlineData("oracle")]
    [InlineData("libtorch")]
    public void Any_set_of_gradients_holds_the_bits_of_all_three(string name)
    {
        using var runner = RunnerCatalog.Create(name, null);
        foreach (var problem in Problems(Regime.Random, 20))
        {
            var all = problem with { Pass = Whole };
            DataFiller.Fill(all, _tensors);
            runner.Run(all, _tensors, _expected);
            Assert.Equal(OutcomeKind.Completed, _expected.Kind);
            var whole = Bytes(_expected);
            for (var set = (int)Pass.GradInput; set < (int)Whole; set += (int)Pass.GradInput)
            {
                // The same tensors: grad_output, input and weight do not depend on what is asked for where numbers round.
                runner.Run(problem with { Pass = (Pass)set, HasBias = true }, _tensors, _actual);
                var (start, expected) = (0, new List<byte>());
                foreach (var gradient in Passes.Gradients)
                {
                    var length = (int)ProblemRules.GradientElements(all, gradient) * problem.DType.Size();
                    expected.AddRange(((Pass)set).HasFlag(gradient) ? whole[start..(start + length)] : []);
                    start += length;
                }

                Assert.Equal(OutcomeKind.Completed, _actual.Kind);
                Assert.True(expected.SequenceEqual(Bytes(_actual)), $"{name}, {(Pass)set} of {problem}");
            }
        }
    }

    [Theory]
    [InlineData("libtorch")]
    [InlineData("kernel")]
    public void A_gradient_has_the_shape_of_its_operand_and_several_are_flat(string name)
    {
        using var runner = RunnerCatalog.Create(name, null);
        foreach (var (line, shape) in ((string, long[])[])
        [
            ("n2_ic4_oc6_l7_k3_g2 float32 grad_input", [2, 4, 7]),
            ("ic4_oc6_l7_k3_g2_unbatched float32 grad_input", [4, 7]),
            ("n2_ic4_oc6_l7_k3_g2 float32 grad_weight", [4, 3, 3]),
            ("n2_ic4_oc6_l7_k3_g2_module float32 grad_bias", [6]),
            ("n2_ic4_oc6_l7_k3_g2 float32 grad_input+grad_bias", [62]),
            ("n2_ic4_oc6_l7_k3_g2_module float64 grad_input+grad_weight+grad_bias", [98]),
        ])
        {
            Run(runner, line);
            Assert.Equal((line, OutcomeKind.Completed), (line, _actual.Kind));
            Assert.Equal(shape, _actual.Output.Shape);
        }
    }

    /// <summary>What libtorch itself gives where nothing is in the batch: no gradient of the input, zeros of the others.</summary>
    [Theory]
    [InlineData("libtorch")]
    [InlineData("kernel")]
    [InlineData("oracle")]
    public void Of_an_empty_batch_grad_weight_and_grad_bias_are_zero(string name)
    {
        using var runner = RunnerCatalog.Create(name, null);
        Run(runner, "n0_ic2_oc3_l4_k3_s2 float32 grad_weight+grad_bias");
        Assert.Equal((OutcomeKind.Completed, 21L), (_actual.Kind, _actual.Output.Count));
        Assert.All(NativeProblem.Values(_actual), value => Assert.Equal(0, value));

        Run(runner, "n0_ic2_oc3_l4_k3_s2 float64 grad_input");
        Assert.Equal(OutcomeKind.Completed, _actual.Kind);
        Assert.Equal([0, 2, 4], _actual.Output.Shape);
    }

    [Theory]
    [InlineData("l4_k3_s0", RejectionReason.NonPositiveStride)]
    [InlineData("l4_k3_op1", RejectionReason.OutputPaddingTooLarge)]
    [InlineData("l4_k3_p3", RejectionReason.OutputSize)]
    [InlineData("ic2_l4_k3 x=1x3x4", RejectionReason.InputChannels)]
    [InlineData("l4_k3 wdtype=float64", RejectionReason.DType)]
    [InlineData("l4_k3 bdtype=float64", RejectionReason.DType)]
    [InlineData("l4_k3 mode=reflect", RejectionReason.PaddingMode)]
    [InlineData("l6_k3_s3_module output_size=[15]", RejectionReason.RequestedOutputSize)]
    [InlineData("l4_k3 int64", RejectionReason.DType)]
    public void What_the_forward_pass_rejects_the_backward_pass_rejects_for_the_same_reason(string problem, RejectionReason reason)
    {
        using var libtorch = NativeProblem.Libtorch();
        using var kernel = new KernelRunner();
        using var oracle = new OracleRunner();
        foreach (var runner in (IRunner[])[libtorch, kernel, oracle])
        {
            Run(runner, problem + " grad_input+grad_weight");
            Assert.Equal((runner.Name, OutcomeKind.Rejected, reason), (runner.Name, _actual.Kind, _actual.Reason));
        }
    }

    /// <summary>Tensors that are not dense, as grad_output is after sum().backward(), give what dense ones give.</summary>
    [Fact]
    public void Libtorch_gives_the_same_gradients_of_strided_and_expanded_views()
    {
        using var libtorch = NativeProblem.Libtorch();
        var problem = ProblemText.Parse("n3_ic4_oc6_l7_k3_s2_p1_g2 float32 grad_input+grad_weight+grad_bias integer seed5");
        DataFiller.Fill(problem, _tensors);
        libtorch.Run(problem, _tensors, _expected);

        _other.Copy(_tensors, Placement.Aligned);
        foreach (var (from, to) in ((Tensor, Tensor)[])[(_tensors.Input, _other.Input), (_tensors.Weight, _other.Weight), (_tensors.GradOutput!, _other.GradOutput!)])
        {
            to.Lay(from, from.Strides, [from.Strides[0] * 2, 2, from.Shape[1] * 2]);
        }

        libtorch.Run(problem, _other, _actual);
        Assert.Equal(NativeProblem.Values(_expected), NativeProblem.Values(_actual));

        var (grad, expanded) = (_tensors.GradOutput!, _other.GradOutput!);
        _other.Copy(_tensors, Placement.Aligned);
        expanded.Lay(grad, [0, 0, 0], grad.Strides);
        libtorch.Run(problem, _other, _expected);
        expanded.Lay(grad, [0, 0, 0], [0, 0, 0]);
        libtorch.Run(problem, _other, _actual);
        Assert.Equal(NativeProblem.Values(_expected), NativeProblem.Values(_actual));
    }

    [Fact]
    public void By_the_pipe_gradients_arrive_as_they_are_computed()
    {
        using var kernel = new KernelRunner();
        using var libtorch = NativeProblem.Libtorch();
        Assert.True(NativeLibraries.TryFind("parity_libtorch", out var library, out var why), why);
        using var ofKernel = ExecRunner.OfShell("exec:kernel", ExecRunnerTests.Serve("kernel"));
        using var ofLibtorch = ExecRunner.OfShell("exec:libtorch", ExecRunnerTests.Serve($"native:{library}"));
        foreach (var problem in Problems(Regime.Random, 25))
        {
            AssertSame(kernel, ofKernel, problem);
            AssertSame(libtorch, ofLibtorch, problem);
        }

        foreach (var line in (string[])["l4_k3_p9 float32 grad_input", "l4_k3 float16 grad_weight", "n0_l4_k3 float64 grad_bias"])
        {
            AssertSame(kernel, ofKernel, ProblemText.Parse(line));
        }
    }

    [Theory]
    [InlineData("operation backward", "operation sideways", "its line 'operation sideways' should have one of forward, backward")]
    [InlineData("gradients grad_input", "gradients grad_inputs", "its line 'gradients': 'grad_inputs' is not a pass; there are forward")]
    [InlineData("gradients grad_input", "", "its header has no line 'gradients'")]
    public void A_request_for_gradients_that_cannot_be_read_is_refused(string line, string instead, string message)
    {
        var problem = ProblemText.Parse("l4_k3 float32 grad_input integer seed1");
        DataFiller.Fill(problem, _tensors);
        var sent = new PipeMessage();
        PipeRequest.Write(sent, problem, _tensors);
        using var stream = new MemoryStream();
        sent.Send(stream);
        var bytes = stream.ToArray();
        var header = System.Text.Encoding.UTF8.GetString(bytes, 12, BitConverter.ToInt32(bytes));
        var changed = System.Text.Encoding.UTF8.GetBytes(header.Replace(line + "\n", instead.Length == 0 ? "" : instead + "\n", StringComparison.Ordinal));
        using var received = new MemoryStream([.. BitConverter.GetBytes(changed.Length), .. bytes.AsSpan(4, 8), .. changed, .. bytes.AsSpan(12 + header.Length)]);
        var read = new PipeMessage();
        Assert.True(read.Receive(received));

        Assert.StartsWith(message, Assert.Throws<InvalidDataException>(() => PipeRequest.Read(read, received, _other)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_runner_without_gradients_does_not_do_them_and_the_oracle_judges_the_other_alone()
    {
        using var minimal = NativeProblem.Minimal();
        Run(minimal, "l4_k3 float32 grad_input integer seed1");
        Assert.Equal((OutcomeKind.Unsupported, "only the forward pass"), (_actual.Kind, _actual.Message));

        var settings = CampaignRun.Problems("kernel", "l9_k3 float32 grad_input integer seed1", "l9_k3 float32 grad_weight random seed2") with { Reference = "native:" + MinimalLibrary(), AllRows = true };
        var run = CampaignRun.Of(settings, CampaignRun.InProcess);
        Assert.All(run.Rows, row => Assert.Equal("unsupported", row.Text("verdict")));
        Assert.All(run.Rows, row => Assert.Equal("the reference does not do it (only the forward pass); the candidate agrees with the oracle", row.Text("detail")));
    }

    [Fact]
    public void A_plain_function_has_no_gradients()
    {
        using var function = new FunctionRunner("mine", "1", (x, _, _, _) => x);
        Run(function, "l4_k3 float32 grad_input integer seed1");
        Assert.Equal((OutcomeKind.Unsupported, "mine is a function of the forward pass; gradients are for an IRunner of your own"), (_actual.Kind, _actual.Message));
    }

    public void Dispose()
    {
        _tensors.Dispose();
        _other.Dispose();
        _expected.Dispose();
        _actual.Dispose();
    }

    private static string MinimalLibrary() => NativeLibraries.TryFind("parity_minimal", out var path, out var why) ? path : throw new InvalidOperationException(why);

    /// <summary>Legal problems of float32 and float64 for gradients, small, of every shape that fuzz draws.</summary>
    private static IEnumerable<Problem> Problems(Regime regime, int count)
    {
        var generator = new Generator(Profile.Smoke, 31);
        for (var i = 0L; count > 0; i++)
        {
            var problem = generator.At(i) with { Regime = regime };
            if (generator.TierAt(i) == Tier.Random && problem.DType is DType.Float32 or DType.Float64 && ProblemSize.MultiplyAdds(problem) is > 0 and < 2000)
            {
                count--;
                yield return problem with { Pass = problem.IsBackward ? problem.Pass : (Pass)(2 * (1 + i % 7)) };
            }
        }
    }

    private void Run(IRunner runner, string line)
    {
        var problem = ProblemText.Parse(line);
        DataFiller.Fill(problem, _tensors);
        runner.Run(problem, _tensors, _actual);
    }

    private void AssertSame(IRunner expected, IRunner actual, Problem problem)
    {
        DataFiller.Fill(problem, _tensors);
        expected.Run(problem, _tensors, _expected);
        actual.Run(problem, _tensors, _actual);
        Assert.True((_expected.Kind, _expected.Reason, _expected.Message) == (_actual.Kind, _actual.Reason, _actual.Message), $"{problem}: {_actual.Kind} {_actual.Message} instead of {_expected.Kind} {_expected.Message}");
        if (_expected.Kind == OutcomeKind.Completed)
        {
            Assert.Equal(_expected.Output.Shape, _actual.Output.Shape);
            Assert.True(NativeProblem.Values(_expected).SequenceEqual(NativeProblem.Values(_actual)), $"{problem}: other values");
        }
    }

    private static unsafe byte[] Bytes(Outcome outcome) =>
        new ReadOnlySpan<byte>(outcome.Output.Data, (int)outcome.Output.Count * outcome.Output.DType.Size()).ToArray();
}
